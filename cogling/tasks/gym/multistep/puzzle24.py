"""Backwards from 24: one number x is taken off the goal by the operations g*x, g+x, g-x, x-g (written r) and
g/x in turn, which leaves a goal g in brackets for the other numbers; `no` where g is not whole or below zero.
The last two numbers are put together in every way. Level a has four numbers, b three, c two; after a failure
the search goes on at the deepest level that has numbers or operations left.

Make 24 using 4, 4, 2, 4.
a24*4[6] 4 2 4
b6*4 no
b6*2[3] 4 4
c4+4=8 4-4=0 4*4=16 4/4=1 no
b6+4[2] 2 4
c4+2=6 4-2=2
4-2
(4-2)+4
-> ((4-2)+4)*4
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_value": 1, "max_value": 4}

_TARGET = 24
_LARGEST_GOAL = 100
"""Of two numbers up to ten, so that a goal divided or multiplied is one look in a table."""
_LEVELS = {4: "a", 3: "b", 2: "c"}
_OPERATIONS = "*+-r/"
_QUESTION = re.compile(r"Make 24 using (\d+), (\d+), (\d+), (\d+)\. You can only use each number once\.")

Steps = list[str]


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a puzzle of four numbers")
    numbers = [int(text) for text in m.groups()]
    if not all(1 <= number <= 10 for number in numbers):
        raise Untraceable("numbers beyond ten")
    steps: Steps = []
    found = _search(_TARGET, numbers, steps)
    if found is None:
        raise Untraceable("cannot be made by one number after the other")
    return Trace(tuple(steps), found)


def _search(goal: int, numbers: list[int], steps: Steps) -> str | None:
    """An expression of all the numbers that makes the goal, or None; writes the steps of the search."""
    if len(numbers) == 2:
        return _pair(goal, numbers, steps)
    for operation in _OPERATIONS:
        for number in dict.fromkeys(numbers):
            line = f"{_LEVELS[len(numbers)]}{goal}{operation}{number}"
            rest = _goal_without(goal, operation, number)
            if rest is None:
                steps.append(f"{line} no")
                continue
            others = list(numbers)
            others.remove(number)
            steps.append(f"{line}[{rest}] {' '.join(map(str, others))}")
            found = _search(rest, others, steps)
            if found is not None:
                steps.append(found)
                return f"{number}-({found})" if operation == "r" else f"({found}){operation}{number}"
    return None


def _goal_without(goal: int, operation: str, number: int) -> int | None:
    """g with g*x, g+x, g-x, x-g ("r") or g/x equal to the goal, where g is whole and in reach."""
    if operation == "*":
        return goal // number if goal % number == 0 else None
    rest = {"+": goal - number, "-": goal + number, "r": number - goal, "/": goal * number}[operation]
    return rest if 0 <= rest <= _LARGEST_GOAL else None


def _pair(goal: int, numbers: list[int], steps: Steps) -> str | None:
    """The first of the sum, difference, product and quotient (where whole) that is the goal."""
    looks = []
    for expression, value in _combined(max(numbers), min(numbers)):
        looks.append(f"{expression}={value}")
        if value == goal:
            steps.append(f"c{' '.join(looks)}")
            return expression
    steps.append(f"c{' '.join(looks)} no")
    return None


def _combined(large: int, small: int) -> Iterator[tuple[str, int]]:
    yield f"{large}+{small}", large + small
    yield f"{large}-{small}", large - small
    yield f"{large}*{small}", large * small
    if large % small == 0:
        yield f"{large}/{small}", large // small
