"""The rule behind a few lists is found by trying the known rules in turn, each by a mark that is easily seen.

A rule's line shows its mark example by example, up to the first that has it not; the last rule of a group is
taken when all others have failed. Then the rule is worked on the new list.

Input 1: [56, 54, 9, 31]        one 1n              more than one element in output 1
Output 1: [31, 9, 54, 56]       same 1:56>31n
Input 2: [7, 30, 8]             back 1:31=31,56=56y 2:8=8,7=7y
Output 2: [8, 30, 7]            a29 b81 c75
Input: [29, 81, 75]             c75 b81 a29         -> [75, 81, 29]
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from string import ascii_lowercase as LETTERS

from cogling.tasks.gym.basic import buckets
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import add, add_signed, order_sign

Numbers = list[int]
Mark = Callable[[Numbers, Numbers], tuple[str, bool]]
"""What is looked at in one example, and whether it fits the rule."""

_LIST = r"\[((?:-?\d{1,7}(?:, -?\d{1,7})*)?)\]"
_EXAMPLE = re.compile(rf"Input (\d): {_LIST}\nOutput \1: {_LIST}\n")
_QUESTION = re.compile(rf"Examples:\n((?:Input \d: .*\nOutput \d: .*\n)+)\n\nInput: {_LIST}\nOutput:")
_SHORTEST = 3


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a list to find a rule for")
    examples = [(_numbers(x[2]), _numbers(x[3])) for x in _EXAMPLE.finditer(m[1])]
    if len(examples) != m[1].count("\n") // 2:
        raise Untraceable("not a list to find a rule for")
    new = _numbers(m[2])
    steps, rule = _find(examples, [new, *(given for given, _ in examples)])
    if any(RULES[rule](given)[1] != result for given, result in examples):
        raise Untraceable("the examples fit none of the rules")
    work, answer = RULES[rule](new)
    return Trace((*steps, *work), str(answer))


def _numbers(text: str) -> Numbers:
    return [int(part) for part in text.split(", ")] if text else []


def _find(examples: list[tuple[Numbers, Numbers]], given: list[Numbers]) -> tuple[list[str], str]:
    """Steps, and the name of the rule."""
    if {len(numbers) for numbers in given} == {1}:
        steps, (marks, last) = [], _OF_ONE
    elif all(_SHORTEST <= len(numbers) <= len(LETTERS) for numbers in given):
        line, holds = _try("one", lambda _, y: ("", len(y) == 1), examples)
        steps, (marks, last) = [line], _TO_ONE if holds else _TO_MANY
    else:
        raise Untraceable("lists of lengths that no rule has")
    for name, mark in marks.items():
        line, holds = _try(name, mark, examples)
        steps.append(line)
        if holds:
            return steps, name
    return [*steps, last], last


def _try(name: str, mark: Mark, examples: list[tuple[Numbers, Numbers]]) -> tuple[str, bool]:
    looks = []
    for number, (given, result) in enumerate(examples, 1):
        look, holds = mark(given, result)
        looks.append(f"{number}{':' if look else ''}{look}{'y' if holds else 'n'}")
        if not holds:
            return f"{name} {' '.join(looks)}", False
    return f"{name} {' '.join(looks)}", True


def _compare(*pairs: tuple[int, str, int]) -> tuple[str, bool]:
    """`7<8,9>3`: each pair as it is, up to the first whose relation is none of those allowed."""
    looks = []
    for left, allowed, right in pairs:
        relation = order_sign(left, right)
        looks.append(f"{left}{relation}{right}")
        if relation not in allowed:
            return ",".join(looks), False
    return ",".join(looks), True


def _mark_double(x: Numbers, _: Numbers) -> tuple[str, bool]:
    return f"{x[0]}+{x[0]}?{x[1]}", 2 * x[0] == x[1]


def _mark_order(x: Numbers, y: Numbers) -> tuple[str, bool]:
    if y[0] not in (0, 1):
        return f"{y[0]}", False
    sign = "<=" if y[0] else ">="
    look, holds = _compare((x[0], sign, x[1]), (x[1], sign, x[2]))
    return f"{y[0]},{look}", holds


def _mark_fives(x: Numbers, y: Numbers) -> tuple[str, bool]:
    return f"{y[0]},{'5' if 5 in x else '-'}", (5 in x) == (y[0] > 0)


def _mark_ten(x: Numbers, y: Numbers) -> tuple[str, bool]:
    return f"{x[0] % 10},{y[0] if y else ''}", (x[0] % 10, y) in ((0, [1]), (5, [0]))


def _mark_same(x: Numbers, y: Numbers) -> tuple[str, bool]:
    return _compare((x[0], "=", y[0]), (x[1], "=", y[1]), (x[-1], "=", y[-1])) if len(y) > 1 else ("", False)


def _mark_back(x: Numbers, y: Numbers) -> tuple[str, bool]:
    return _compare((x[-1], "=", y[0]), (x[0], "=", y[-1])) if y else ("", False)


def _mark_place(x: Numbers, y: Numbers) -> tuple[str, bool]:
    if len(y) < 2 or x[0] != y[0]:
        return _compare((x[0], "=", y[0])) if y else ("", False)
    return f"{x[0]}={y[0]},{x[1]}+1?{y[1]}", x[1] + 1 == y[1]


def _mark_ends(x: Numbers, y: Numbers) -> tuple[str, bool]:
    return (f"{x[0]}+1?{y[0]}", x[0] + 1 == y[0]) if y else ("", False)


def _mark_sorted(x: Numbers, y: Numbers, sign: str, back: str) -> tuple[str, bool]:
    if not y:
        return "", False
    return _compare((y[0], sign, x[0]), (y[0], sign, x[-1]), (y[-1], back, x[0]), (y[-1], back, x[-1]))


_OF_ONE: tuple[dict[str, Mark], str] = ({"ten": _mark_ten}, "twice")
_TO_ONE: tuple[dict[str, Mark], str] = (
    {
        "third": lambda x, y: _compare((x[2], "=", y[0])),
        "double": _mark_double,
        "order": _mark_order,
        "fives": _mark_fives,
        "at": lambda x, _: (f"{x[-1]}", x[-1] < 10),
        "count": lambda _, y: (f"{y[0]}", _SHORTEST <= y[0] <= 10),
        "sum": lambda x, y: _compare((y[0], ">", x[0]), (y[0], ">", x[1]), (y[0], ">", x[-1])),
    },
    "small",
)
_TO_MANY: tuple[dict[str, Mark], str] = (
    {
        "same": _mark_same,
        "back": _mark_back,
        "place": _mark_place,
        "ends": _mark_ends,
        "up": lambda x, y: _mark_sorted(x, y, "<=", ">="),
        "down": lambda x, y: _mark_sorted(x, y, ">=", "<="),
    },
    "even",
)
"""Each rule's mark, and the rule that is left when none is seen."""


def _back(x: Numbers) -> tuple[list[str], Numbers]:
    labelled = [f"{letter}{number}" for letter, number in zip(LETTERS, x, strict=False)]
    return [" ".join(labelled), " ".join(labelled[::-1])], x[::-1]


def _third(x: Numbers) -> tuple[list[str], Numbers]:
    return [" ".join(f"{letter}{number}" for letter, number in zip("abc", x, strict=False))], [x[2]]


def _place(x: Numbers) -> tuple[list[str], Numbers]:
    return [f"{number}+{i}={number + i}" for i, number in enumerate(x)], [i + n for i, n in enumerate(x)]


def _ends(x: Numbers) -> tuple[list[str], Numbers]:
    return [f"{n}+1={n + 1}" for n in (x[0], x[-1])], [x[0] + 1, *x[1:-1], x[-1] + 1]


def _sort(x: Numbers, descending: bool) -> tuple[list[str], Numbers]:
    steps, ordered = buckets.sweep([str(number) for number in x], descending)
    return steps, [int(number) for number in ordered]


def _even(x: Numbers) -> tuple[list[str], Numbers]:
    """Whether a number is taken stands after the one that follows it."""
    steps = [f"{number},{after}{'n' if after % 2 else 'y'}" for number, after in pairwise(x)]
    return steps, [number for number, after in pairwise(x) if after % 2 == 0]


def _order(x: Numbers) -> tuple[list[str], Numbers]:
    steps = []
    for left, right in pairwise(x):
        steps.append(_compare((left, "", right))[0])
        if left != right:
            break
    return steps, [int("<" in steps[-1])]


def _fives(x: Numbers) -> tuple[list[str], Numbers]:
    """A running count after each number."""
    counts = [x[: i + 1].count(5) for i in range(len(x))]
    return [" ".join(f"{number}:{count}" for number, count in zip(x, counts, strict=True))], counts[-1:]


def _at(x: Numbers) -> tuple[list[str], Numbers]:
    if not 0 <= x[-1] < len(x):
        raise Untraceable("no such place")
    return [" ".join(f"{i}:{number}" for i, number in enumerate(x)), f"{x[-1]}:{x[x[-1]]}"], [x[x[-1]]]


def _count(x: Numbers) -> tuple[list[str], Numbers]:
    return [" ".join(f"{i}:{number}" for i, number in enumerate(x, 1))], [len(x)]


def _sum(x: Numbers) -> tuple[list[str], Numbers]:
    steps, total = [], x[0]
    for number in x[1:]:
        lines, total = add(total, number)
        steps += lines
    return steps, [total]


def _small(x: Numbers) -> tuple[list[str], Numbers]:
    """y: less than 30 and not seen before."""
    kept = [number < 30 and number not in x[:i] for i, number in enumerate(x)]
    looks = " ".join(f"{number}{'y' if keep else 'n'}" for number, keep in zip(x, kept, strict=True))
    steps, total = _sum([number for number, keep in zip(x, kept, strict=True) if keep] or [0])
    return [looks, *steps], total


def _twice(x: Numbers) -> tuple[list[str], Numbers]:
    steps, total = add(x[0], x[0])
    lines, total = add_signed(total, -4)
    return [*steps, *lines], [total]


def _double(x: Numbers) -> tuple[list[str], Numbers]:
    steps, total = add(x[-1], x[-1])
    return steps, [total]


RULES: dict[str, Callable[[Numbers], tuple[list[str], Numbers]]] = {
    "ten": lambda x: ([f"{x[0] % 10}"], [int(x[0] % 10 == 0)]),
    "twice": _twice,
    "third": _third,
    "double": _double,
    "order": _order,
    "fives": _fives,
    "at": _at,
    "count": _count,
    "sum": _sum,
    "small": _small,
    "same": lambda x: ([], x),
    "back": _back,
    "place": _place,
    "ends": _ends,
    "up": lambda x: _sort(x, descending=False),
    "down": lambda x: _sort(x, descending=True),
    "even": _even,
}
"""How each rule is worked: (steps, result)."""
