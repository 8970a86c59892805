"""The rules of arc_1d for rows with several runs of colours."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cogling.tasks.gym.basic.arc_rules import (
    FARTHEST,
    LETTERS,
    Mark,
    Row,
    Undecided,
    Work,
    cells,
    dot_and_block,
    moved,
    painted,
    runs,
    starts,
)
from cogling.tasks.gym.trace import Untraceable


def _mark_points(before: Row, after: Row) -> tuple[str, bool]:
    i = starts(before)[0]
    if i + 1 == len(before):
        return "-", False
    look, second = f"{cells(before, i)}>{cells(after, i + 1)}", before[i + 1 :]
    return look, after[i + 1] == before[i] == max(second) and sum(map(bool, second)) == 1


def _points(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    places = [i for i, cell in enumerate(row) if cell]
    if len(places) != 2:
        raise Untraceable("not two points")
    return [cells(row, *places)], painted(row, places[0], places[1], row[places[0]])


def _mark_dot(before: Row, after: Row, dot: int) -> tuple[str, bool]:
    """One cell of the dot's colour, with a block at either side of it in the output."""
    if before.count(dot) != 1:
        return "-", False
    try:
        d, first, last = dot_and_block(before, dot)
    except Untraceable:
        return cells(before, before.index(dot)), False
    beside = d - 1 if last < d else d + 1
    return f"{cells(before, d, first, last)}>{cells(after, d, beside)}", after[beside] == before[first]


def _mark_grown(before: Row, after: Row) -> tuple[str, bool]:
    """The dot has taken the block's colour."""
    try:
        d, first, _ = dot_and_block(before, 2)
    except Untraceable:
        return "-", False
    return f"{cells(before, d, first)}>{cells(after, d)}", after[d] == before[first]


def _mark_near(before: Row, after: Row) -> tuple[str, bool]:
    """The block has gone some cells towards the dot, and not yet reached it."""
    try:
        d, first, _ = dot_and_block(before, 2)
        _, new_first, new_last = dot_and_block(after, 2)
    except Untraceable:
        return "-", False
    step = abs(new_first - first)
    look = f"{cells(before, d)} {LETTERS[first]}>{LETTERS[new_first]}"
    if step == 0 or step > FARTHEST:
        return look, False
    if d in (new_first - 1, new_last + 1):
        raise Undecided(f"near {cells(before, d)} {LETTERS[first]}>{LETTERS[new_first]}?")
    return f"{look} {step}", True


def _towards(before: Row, after: Row, row: Row, dot: int, limited: bool) -> tuple[list[str], Row]:
    """The block goes cell by cell until it stands beside the dot, or as far as in example 1."""
    limit = len(row)
    if limited:
        limit = abs(dot_and_block(before, dot)[1] - dot_and_block(after, dot)[1])
    d, first, last = dot_and_block(row, dot)
    colour, step = row[first], 1 if last < d else -1
    look = [f"{cells(row, d)} {LETTERS[first]}-{LETTERS[last]}"]
    while d not in (first - 1, last + 1) and limit:
        first, last, limit = first + step, last + step, limit - 1
        look.append(f"{LETTERS[first]}-{LETTERS[last]}")
    return [">".join(look)], painted(row, first, last, colour, d)


def _grow(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    d, first, last = dot_and_block(row, 2)
    left, right = min(first, d), max(last, d)
    steps = [f"{cells(row, d)} {LETTERS[first]}-{LETTERS[last]}>{LETTERS[left]}-{LETTERS[right]}"]
    return steps, painted(row, left, right, row[first])


def _mark_five(before: Row, after: Row) -> tuple[str, bool]:
    looks = []
    for i in starts(before)[:2]:
        looks.append(f"{cells(before, i)}>{after[i]}")
        if after[i] != 5:
            return " ".join(looks), False
    return " ".join(looks), True


def _five(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    return [], tuple(5 if cell else 0 for cell in row)


def _mark_order(before: Row, after: Row, order: str) -> tuple[str, bool]:
    """No colour but 1 and 2, and the output begins and ends with the right ones."""
    high = next((cell for cell in before if cell > 2), None)
    if high is not None:
        return f"{high}", False
    look = f"{after[0]}-{after[-1]}"
    return look, look == f"{order[0]}-{order[-1]}"


def _mark_fallen(before: Row, after: Row, left: bool, ones: bool) -> tuple[str, bool]:
    """The first two colours, or the last two, stand at the border, and none stands beyond a gap."""
    places = [i for i, cell in enumerate(before) if cell]
    places = places[:2] if left else places[:-3:-1]
    looks = []
    for n, i in enumerate(places):
        j = n if left else len(after) - 1 - n
        looks.append(f"{cells(before, i)}>{cells(after, j)}")
        if after[j] != (1 if ones else before[i]):
            return " ".join(looks), False
    if 0 not in after:
        return " ".join(looks), False
    gap = _gap(after, left)
    beyond = [i for i, cell in enumerate(after) if cell and (i > gap) == left]
    looks.append(f"{cells(after, gap)}-{cells(after, beyond[0 if left else -1]) if beyond else ''}")
    return " ".join(looks), not beyond


def _fall(_: Row, __: Row, row: Row, left: bool, ones: bool) -> tuple[list[str], Row]:
    """The colours, as they come to lie one behind another from the border on; all are 1 if `ones`."""
    row = tuple(int(cell > 0) for cell in row) if ones else row
    coloured = [i for i, cell in enumerate(row) if cell]
    fallen, zeros = tuple(row[i] for i in coloured), (0,) * row.count(0)
    if left:
        return [moved(row, enumerate(coloured))], (*fallen, *zeros)
    places = reversed(list(enumerate(coloured, start=len(zeros))))
    return [moved(row, places)], (*zeros, *fallen)


def _collect(_: Row, __: Row, row: Row, order: Sequence[int]) -> tuple[list[str], Row]:
    """Cells colour by colour."""
    out: list[int] = []
    steps = []
    for colour in order:
        places = [i for i, cell in enumerate(row) if cell == colour]
        if places:
            steps.append(moved(row, enumerate(places, start=len(out))))
        out += [colour] * len(places)
    if len(out) < len(row):
        raise Untraceable("colours that the rule does not know")
    return steps, tuple(out)


def _gap(row: Row, left: bool) -> int:
    """The first 0 from the left, or the last one. Raises ValueError where there is none."""
    return row.index(0) if left else len(row) - 1 - row[::-1].index(0)


def _mark_step(before: Row, after: Row, left: bool) -> tuple[str, bool]:
    if 0 not in before:
        return "-", False
    gap = _gap(before, left)
    beyond = before[gap:] if left else before[gap::-1]
    away = next((n for n, cell in enumerate(beyond) if cell), None)
    if away is None:
        return LETTERS[gap], False
    step = 1 if left else -1
    i = gap + step * away
    look = f"{LETTERS[gap]} {cells(before, i)}>{cells(after, i - step)}"
    if before[i] != after[i - step] or not 0 <= i + step < len(before):
        return look, False
    look += f" {cells(before, i + step)}>{cells(after, i)}"
    return look, before[i + step] == after[i]


def _step(_: Row, __: Row, row: Row, left: bool) -> tuple[list[str], Row]:
    """What lies beyond the first gap moves up by one."""
    if 0 not in row:
        raise Untraceable("no gap")
    gap = _gap(row, left)
    rest = row[:gap] + row[gap + 1 :]
    moving, step = (range(gap + 1, len(row)), -1) if left else (range(gap), 1)
    steps = [LETTERS[gap], moved(row, ((i + step, i) for i in moving))]
    return steps, (*rest, 0) if left else (0, *rest)


def _mark_noise(before: Row, after: Row) -> tuple[str, bool]:
    """The first cell without neighbours is gone."""
    lone = next((first for first, last in runs(before) if first == last), None)
    if lone is None:
        return "-", False
    return f"{cells(before, lone)}>{after[lone]}", after[lone] == 0 and len(starts(after)) == 1


def _noise(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    lone = [first for first, last in runs(row) if first == last]
    return [cells(row, *lone)], tuple(0 if i in lone else cell for i, cell in enumerate(row))


def _mark_pair(before: Row, after: Row) -> tuple[str, bool]:
    """The first run of two cells has a 3 beside it."""
    pair = next((run for run in runs(before) if run[1] == run[0] + 1), None)
    if pair is None:
        return "-", False
    beside = pair[1] + 1 if pair[0] == 0 else pair[0] - 1
    return f"{cells(before, *pair)}>{cells(after, beside)}", after[beside] == 3 != before[beside]


def _pair(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    pairs = [run for run in runs(row) if run[1] == run[0] + 1]
    beside = {i for first, last in pairs for i in (first - 1, last + 1)}
    steps = [" ".join(cells(row, *pair) for pair in pairs)]
    return steps, tuple(3 if i in beside else cell for i, cell in enumerate(row))


def _mark_flood(before: Row, after: Row) -> tuple[str, bool]:
    """From a 5 at the border the cells up to the next colour, which stays, have that colour."""
    if before[0] != 5 and before[-1] != 5:
        return cells(before, 0, len(before) - 1), False
    places = [i for i, cell in enumerate(before) if cell]
    border, near, beside = (0, places[1], 1) if before[0] == 5 else (places[-1], places[-2], places[-1] - 1)
    look = f"{cells(before, border)} {cells(before, near)}>{cells(after, beside, near)}"
    return look, before[beside] == 0 and after[beside] == after[near] == before[near]


def _flood(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    """From a 5 at the left border each 0 takes the next colour on its right; from the right, on its left."""
    if (row[0] == 5) == (row[-1] == 5):
        raise Untraceable("a 5 at both borders, or at none")
    turned = row if row[-1] == 5 else row[::-1]
    out: list[int] = []
    for cell in turned:
        out.append(cell or (out[-1] if out else 0))
    border = 0 if row[0] == 5 else len(row) - 1
    return [cells(row, border)], tuple(out if row[-1] == 5 else out[::-1])


_SIDES = {"left": True, "right": False}

OF_MANY: dict[str, tuple[Mark, Work]] = {
    "points": (_mark_points, _points),
    "flood": (_mark_flood, _flood),
    "five": (_mark_five, _five),
    "touch": (partial(_mark_dot, dot=1), partial(_towards, dot=1, limited=False)),
    "grow": (_mark_grown, _grow),
    "near": (_mark_near, partial(_towards, dot=2, limited=True)),
    **{
        f"order {order}": (
            partial(_mark_order, order=order),
            partial(_collect, order=[int(colour) for colour in order]),
        )
        for order in ("201", "102", "210", "012")
    },
    **{
        f"{name} {side}": (
            partial(_mark_fallen, left=left, ones=ones),
            partial(_fall, left=left, ones=ones),
        )
        for name, ones in (("ones", True), ("fall", False))
        for side, left in _SIDES.items()
    },
    **{
        f"step {side}": (partial(_mark_step, left=left), partial(_step, left=left))
        for side, left in _SIDES.items()
    },
    "noise": (_mark_noise, _noise),
    "pair": (_mark_pair, _pair),
}
"""In the order in which they are tried."""
