"""Addition and subtraction of two whole numbers, column by column from the low end.

    What is 385 + 467?          What is 402 - 37?
    a:5+7+0=12;2                a:12-7-0=05;5
    b:8+6+1=15;52               b:10-3-1=06;65
    c:3+4+1=08;852              c:14-0-1=13;365
    852                         365

A column is named by a letter, so that the same place is found in both numbers and the next step is
always "the next letter". It holds the two digits, what was carried, a sum of exactly two digits and,
after the semicolon, the result so far: the new digit before the old ones. The carry is the sum's tens.
A subtraction lends ten to every column: tens of 1 pay it back, tens of 0 leave 1 to take from the next
column. So both directions are one table look-up, and every equation is true as it stands. The last step
puts the last carry before the result and drops leading zeros.

At 0.8M tokens of this task alone a 0.8M decoder reached 0.99 with column letters; with the remaining
digits copied from step to step instead of letters 0.98, with reversed numbers 0.98.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem

KNOBS = {"digits": Knob(train=(1, 4), ood=(5, 6), rungs=(1, 2, 3, 4))}

_COLUMNS = "abcdefghijkl"
_LONGEST = len(_COLUMNS)
_STEP = re.compile(r"([a-l]):[0-9]{1,2}[+-][0-9][+-][0-9]=([0-9])([0-9]);([0-9]{1,12})")


def _next_step(a: int, b: int, sign: str, before: Sequence[str]) -> str | None:
    """The one right step after `before`, whose last step is taken at its word; None where there is none."""
    high, low = str(a)[::-1], str(b)[::-1]
    columns = max(len(high), len(low))
    carry, result = 0, ""
    if before:
        last = _STEP.fullmatch(before[-1])
        if last is None or _COLUMNS.find(last[1]) != len(before) - 1 or len(last[4]) != len(before):
            return None
        tens, result = int(last[2]), last[4]
        if tens > 1:
            return None
        carry = tens if sign == "+" else 1 - tens
    place = len(before)
    if place > columns:
        return None
    if place == columns:
        return (f"{carry}{result}" if sign == "+" else result).lstrip("0") or "0"
    x = int(high[place]) if place < len(high) else 0
    y = int(low[place]) if place < len(low) else 0
    left, total = (str(x), x + y + carry) if sign == "+" else (f"1{x}", 10 + x - y - carry)
    return f"{_COLUMNS[place]}:{left}{sign}{y}{sign}{carry}={total:02d};{total % 10}{result}"


class Addition:
    """Sums and differences of two whole numbers; a difference is never negative."""

    name = "addition"
    level: Level = "basic"
    summary = "add or subtract two whole numbers, column by column"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """`digits` is the length of the longer number (at most 12); half the time the other is as long."""
        digits = min(difficulty["digits"], _LONGEST)
        other = digits if rng.random() < 0.5 else rng.randint(1, digits)
        a = rng.randint(10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1)
        b = rng.randint(0, 10**other - 1)
        sign = rng.choice("+-")
        if (sign == "-" and a < b) or (sign == "+" and rng.random() < 0.5):
            a, b = b, a
        steps: list[str] = []
        while (step := _next_step(a, b, sign, steps)) is not None:
            steps.append(step)
        answer = str(a + b if sign == "+" else a - b)
        return Problem(
            self.name, f"What is {a} {sign} {b}?", tuple(steps), answer, {"a": a, "b": b, "sign": sign}
        )

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the number, with or without surrounding space."""
        return float(answer.strip() == problem.answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` is the next column, or the final result, given the last step of `before`."""
        meta = problem.meta
        return step.strip() == _next_step(meta["a"], meta["b"], meta["sign"], [s.strip() for s in before])
