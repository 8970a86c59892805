"""A linear equation: the product alone on one side, then its size by the coefficient's.

Solve for k: 14516 - 9558*k = -11015416
14516+11015416              the product, taken positive, alone on its side
...
=11029932
9558*k=11029932
11029932/9558               in writing
...
=1154r0

Of a coefficient of more than five digits only the first five are needed, as the unknown is a whole number of
at most 10,000 and the quotient is rounded down. To cut both numbers alike, their digits are set side by side:

3459500*k=24389475000
32,44,53,98,59,04,07;5000   coefficient's and number's digit by digit, then the rest of the number
34595/243894750             five digits, and as many more of the number as it has after the pairs
"""

from __future__ import annotations

import re

from cogling.tasks.gym import long_division, written
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps

STARTER = {"max_terms": 2, "max_value": 10}

_NUMBER = r"\d{1,50}"
_QUESTION = re.compile(
    r"(?:Find the value of|Solve for|Determine the value of) ([a-z])(?: in the equation| that satisfies)?: "
    rf"(?:({_NUMBER}) ([+-]) )?(-)?(?:({_NUMBER})\*)?([a-z])(?: ([+-]) ({_NUMBER}))? = (-?{_NUMBER})"
)
_KEPT = 5
"""Digits of the coefficient that are divided by."""


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question)
    if m is None or m[1] != m[6] or (m[2] and (m[4] or m[7])):
        raise Untraceable("no linear equation")
    coefficient, right = int(m[5] or 1), int(m[9])
    negative = "-" in (m[3], m[4])
    constant = int(m[2]) if m[2] else int(f"{m[7]}{m[8]}") if m[7] else 0
    product = f"{coefficient}*{m[1]}"
    try:
        steps, value = _other_side(constant, right, negative)
        if steps:
            steps.append(f"{product}={value}")
        lines, solution = _solved(coefficient, value)
    except ValueError as error:
        raise Untraceable(str(error)) from None
    return Trace(tuple(steps + lines), str(solution))


def _other_side(constant: int, right: int, negative: bool) -> tuple[Steps, int]:
    """What the product, taken positive, equals: right - constant, or constant - right."""
    if constant == 0:
        return ([f"={-right}"], -right) if negative else ([], right)
    if negative:
        return written.add_signed(constant, -right)
    return written.add_signed(right, -constant)


def _solved(coefficient: int, value: int) -> tuple[Steps, int]:
    if coefficient == 0 or value < 0:
        raise Untraceable("no solution from 0 up")
    steps: Steps = []
    top, bottom = str(value), str(coefficient)
    if _KEPT < len(bottom) <= len(top):
        pairs = ",".join(f"{x}{y}" for x, y in zip(bottom, top, strict=False))
        steps.append(f"{pairs};{top[len(bottom) :]}")
        top, bottom = top[: _KEPT + len(top) - len(bottom)], bottom[:_KEPT]
    lines, (solution, _) = long_division.divide(int(top), int(bottom))
    if solution * coefficient != value:
        raise Untraceable("no whole solution")
    return steps + lines, solution
