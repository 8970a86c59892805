"""The largest or smallest of numbers in several notations is spelled from the top, digit by digit.

Up to nine candidates are first written alike, to six decimals. Then in turn: how all of them begin, and how
each goes on from there. Those that go on with another digit than the best are out.

pick the largest number of the following candidates: 1,412.7 1416.640000 1.416709999999999e+03
1412.7
1416.640000
1416.709999
largest 141
2.7,6.64,6.709999
largest 1416.
64,709999
largest 1416.709999
-> 1416.709999

Of more candidates the digits that may follow are tried, from 9 down (or 0 up): `9n8n7n6y`.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_num_candidates": 2, "max_num_candidates": 3, "max_n": 10_000}

FEW = 9
"""Candidates that are written alike; more would not fit, and the hard setting repeats a few over and over."""

_DECIMALS = 6
_NUMBER = r"\d{1,3}(?:,\d{3})*\.\d{1,13}|\d{1,12}\.\d{6}|\d\.\d{15}e\+0\d"
_QUESTION = re.compile(
    r"pick the (largest|smallest) number of the following candidates: "
    rf"((?:{_NUMBER})(?: (?:{_NUMBER}))+)\s*\Z"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a choice of numbers")
    candidates = [_plain(text) for text in m[2].split(" ")]
    if len({number.index(".") for number in candidates}) > 1:
        raise Untraceable("whole parts of different lengths")
    steps = candidates[:] if len(candidates) <= FEW else []
    alive = [f"{number:0<{number.index('.') + 1 + _DECIMALS}}" for number in candidates]
    order = "9876543210" if m[1] == "largest" else "0123456789"
    while len(set(alive)) > 1:
        start = os.path.commonprefix(alive)  # noqa: RUF071 - no paths
        steps.append(f"{m[1]} {start}".strip())
        digits = {number[len(start)] for number in alive}
        chosen = next(digit for digit in order if digit in digits)
        if len(candidates) <= FEW:
            steps.append(",".join(_short(number)[len(start) :] or "0" for number in alive))
        else:
            steps.append("".join(f"{digit}n" for digit in order.split(chosen)[0]) + f"{chosen}y")
        alive = [number for number in alive if number[len(start)] == chosen]
    answer = _short(alive[0])
    return Trace((*steps, f"{m[1]} {answer}"), answer)


def _plain(text: str) -> str:
    """A candidate without commas and powers of ten, cut (not rounded) to six decimals."""
    number = f"{Decimal(text.replace(',', '')):f}"
    whole, _, decimals = number.partition(".")
    return f"{whole}.{decimals[:_DECIMALS]}"


def _short(number: str) -> str:
    """Without the zeros at its end."""
    return number.rstrip("0").rstrip(".")
