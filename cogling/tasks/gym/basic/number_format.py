"""The largest or smallest of numbers in several notations is chosen from the top, digit by digit.

Up to nine candidates are first written alike, each after a letter. Then in turn: how those that are left go
on together, and what each has beyond that; the best digit that follows, and the letters that have it.

pick the largest number of the following candidates: 1,412.7 1416.640000 1.416709999999999e+03
A1412.7
B1416.640000
C1416.709999
largest 141 A2.7 B6.64 C6.709999
6 B C
largest 6. B64 C709999
7 C
C1416.709999
-> 1416.709999

Of more candidates the digits that may follow are tried, from 9 down (or 0 up): `9n8n7n6y`.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from string import ascii_uppercase

from cogling.tasks.gym.decimals import padded
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
    order = "9876543210" if m[1] == "largest" else "0123456789"
    return (_written if len(candidates) <= FEW else _spelled)(candidates, m[1], order)


def _written(candidates: list[str], size: str, order: str) -> Trace:
    """Each candidate under its letter, then what of them still differs."""
    steps = [letter + number for letter, number in zip(ascii_uppercase, candidates, strict=False)]
    alive = {step[0]: padded(step[1:], _DECIMALS) for step in steps}
    read = 0
    while len(set(alive.values())) > 1:
        start, chosen = _chosen(list(alive.values()), order)
        tails = [f"{letter}{_short(number)[len(start) :] or '0'}" for letter, number in alive.items()]
        steps.append(" ".join((f"{size} {start[read:]}".strip(), *tails)))
        read = len(start)
        alive = {letter: number for letter, number in alive.items() if number[read] == chosen}
        steps.append(" ".join((chosen, *alive)))
    letter, best = next(iter(alive.items()))
    return Trace((*steps, f"{letter}{_short(best)}"), _short(best))


def _spelled(candidates: list[str], size: str, order: str) -> Trace:
    """The digits that may come next are tried, the best first."""
    steps: list[str] = []
    alive = [padded(number, _DECIMALS) for number in candidates]
    while len(set(alive)) > 1:
        start, chosen = _chosen(alive, order)
        steps.append(f"{size} {start}".strip())
        steps.append("".join(f"{digit}n" for digit in order.split(chosen)[0]) + f"{chosen}y")
        alive = [number for number in alive if number[len(start)] == chosen]
    return Trace((*steps, f"{size} {_short(alive[0])}"), _short(alive[0]))


def _chosen(numbers: list[str], order: str) -> tuple[str, str]:
    """How all numbers begin, and the best digit that follows."""
    start = os.path.commonprefix(numbers)  # noqa: RUF071 - no paths
    digits = {number[len(start)] for number in numbers}
    return start, next(digit for digit in order if digit in digits)


def _plain(text: str) -> str:
    """A candidate without commas and powers of ten, cut (not rounded) to six decimals."""
    number = f"{Decimal(text.replace(',', '')):f}"
    whole, _, decimals = number.partition(".")
    return f"{whole}.{decimals[:_DECIMALS]}"


def _short(number: str) -> str:
    """Without the zeros at its end."""
    return number.rstrip("0").rstrip(".")
