"""The rules of arc_1d for rows with one run of colours."""

from __future__ import annotations

from cogling.tasks.gym.basic.arc_rules import (
    FARTHEST,
    LETTERS,
    Mark,
    Row,
    Work,
    cells,
    moved,
    painted,
    span,
    starts,
    stops,
)
from cogling.tasks.gym.trace import Untraceable


def _shift(before: Row, after: Row) -> int:
    """Cells to the right, or, where that is shorter, to the left below 0."""
    half = len(before) // 2
    return (starts(after)[0] - starts(before)[0] + half) % len(before) - half


def _mark_move(before: Row, after: Row) -> tuple[str, bool]:
    if len(starts(after)) != 1:
        return "-", False
    shift, n = _shift(before, after), len(before)
    begin, end = ((f(before)[0], f(after)[0]) for f in (starts, stops))
    look = f"{LETTERS[begin[0]]}>{LETTERS[begin[1]]}"
    if shift == 0 or abs(shift) > FARTHEST:
        return look, False
    look += f" {_path(begin[0], shift, n)} {LETTERS[end[0]]}>{LETTERS[end[1]]}"
    if (end[1] - end[0] - shift) % n:
        return look, False
    return f"{look} {_path(end[0], shift, n)} {'right' if shift > 0 else 'left'} {abs(shift)}", True


def _move(before: Row, after: Row, row: Row) -> tuple[list[str], Row]:
    """Where the first colour comes to stand, then all of them."""
    shift, n = _shift(before, after), len(row)
    begin = next(iter(starts(row)), 0)
    coloured = [i for i in (*range(begin, n), *range(begin)) if row[i]]
    run = moved(row, (((i + shift) % n, i) for i in coloured))
    return [_path(begin, shift, n), run], tuple(row[(i - shift) % n] for i in range(n))


def _path(i: int, shift: int, n: int) -> str:
    """The cells from one on, as far as the shift goes, around the ends of a row of n."""
    step = 1 if shift > 0 else -1
    return ">".join(LETTERS[(i + step * k) % n] for k in range(abs(shift) + 1))


def _mark_own(before: Row, after: Row) -> tuple[str, bool]:
    """The block comes to stand where it ended."""
    if len(starts(after)) != 1:
        return "-", False
    i, j = stops(before)[0], starts(after)[0]
    return f"{LETTERS[i]}{'=' if i == j else '/'}{LETTERS[j]}", i == j


def _own(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    first, last = span(row)
    size = last - first + 1
    if last + size >= len(row):
        raise Untraceable("no room")
    pairs = " ".join(f"{LETTERS[i]}>{LETTERS[i + size]}" for i in range(first, last + 1))
    return [pairs], painted(row, last + 1, last + size, row[first])


def _mark_ends(before: Row, after: Row) -> tuple[str, bool]:
    i = (starts(before)[0] + 1) % len(before)
    return f"{cells(before, i)}>{after[i]}", before[i] > 0 and after[i] == 0


def _ends(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    first, last = span(row)
    return [cells(row, first, last)], tuple(cell if i in (first, last) else 0 for i, cell in enumerate(row))


def _mark_turn(before: Row, after: Row) -> tuple[str, bool]:
    first, last = span(before)
    look = f"{cells(before, first)}>{cells(after, last)}"
    if before[first] != after[last]:
        return look, False
    look += f" {cells(before, last)}>{cells(after, first)}"
    return look, before[last] == after[first] and before[first] != before[last]


def _turn(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    first, last = span(row)
    run = range(first, last + 1)
    out = tuple(row[first + last - i] if i in run else 0 for i in range(len(row)))
    return [moved(row, ((i, first + last - i) for i in run))], out


def _mark_pixel(before: Row, after: Row) -> tuple[str, bool]:
    """A border has taken a colour."""
    last = len(after) - 1
    return f"{cells(after, 0)} {cells(after, last)}", (after[0] > 0) != (after[last] > 0)


def _pixel(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    """From the cell at the side of the block to the border."""
    first, last = span(row)
    if last - first < 2:
        raise Untraceable("no block")
    if row[first] != row[first + 1]:
        filled, colour, look = range(first), row[first], cells(row, first, first + 1)
    else:
        filled, colour, look = range(last, len(row)), row[last], cells(row, last - 1, last)
    return [look], tuple(colour if i in filled else cell for i, cell in enumerate(row))


def _mark_repeat(before: Row, after: Row) -> tuple[str, bool]:
    """Colours from the first cell on, and in the output no 0."""
    gap = next((i for i, cell in enumerate(after) if not cell), None)
    return "-" if gap is None else cells(after, gap), before[0] > 0 and gap is None


def _repeat(_: Row, __: Row, row: Row) -> tuple[list[str], Row]:
    """The run is twice the pattern: pairs of cells from both ends find its middle."""
    first, last = span(row)
    half = (last + 1) // 2
    if first or row[:half] != row[half : last + 1]:
        raise Untraceable("no pattern twice from the first cell on")
    pairs = " ".join(f"{LETTERS[i]}-{LETTERS[last - i]}" for i in range(half))
    return [pairs, cells(row, *range(half))], tuple(row[i % half] for i in range(len(row)))


OF_ONE: dict[str, tuple[Mark, Work]] = {
    "repeat": (_mark_repeat, _repeat),
    "move": (_mark_move, _move),
    "own": (_mark_own, _own),
    "turn": (_mark_turn, _turn),
    "ends": (_mark_ends, _ends),
    "pixel": (_mark_pixel, _pixel),
}
"""In the order in which they are tried."""
