"""The largest or smallest of numbers in several notations, by comparing two at a time.

Up to nine candidates are first written alike, each after a letter. Then the best so far is held against the
next one: both lettered, digit by digit from the top, up to the first digits that differ, with zeros where
one of them has ended. What is asked for stands before all, before each two and in their verdict,
`largest A<B:B`, which leaves a letter to go on with.

pick the largest number of the following candidates: 1,412.7 1416.640000 1.416709999999999e+03
largest
A1412.7
B1416.640000
C1416.709999
largest A?B
a1b4c1d2e7
A1B4C1D6E6F4G0H0I0J0
a1A1=,b4B4=,c1C1=,d2D6<
largest A<B:B
largest B?C
...
a1A1=,b4B4=,c1C1=,d6D6=,e6E7<
largest B<C:C
C1416.709999
-> 1416.709999

Of more candidates it is told how all go on together, and the digits that may follow are tried, from 9 down
(or 0 up): `9n8n7n6y`.
"""

from __future__ import annotations

import os
import re
from decimal import Decimal
from string import ascii_uppercase

from cogling.tasks.gym.decimals import padded
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import COLUMNS, compare_lettered, lettered

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
    return _written(candidates, m[1]) if len(candidates) <= FEW else _spelled(candidates, m[1], order)


def _written(candidates: list[str], size: str) -> Trace:
    """Each candidate under its letter, then the best so far against the next."""
    best, *others = (letter + number for letter, number in zip(ascii_uppercase, candidates, strict=False))
    steps = [size, best, *others]
    for other in others:
        decimals = max(len(number.partition(".")[2]) for number in (best, other))
        upper, lower = (padded(number[1:], decimals).replace(".", "") for number in (best, other))
        compared = compare_lettered(lettered(upper), lettered(lower, COLUMNS.upper()))
        copies = _copied(best, COLUMNS), _copied(other, COLUMNS.upper())
        steps += [f"{size} {best[0]}?{other[0]}", *copies, compared]
        two = f"{best[0]}{compared[-1]}{other[0]}"
        if upper != lower and (upper < lower) == (size == "largest"):
            best = other
        steps.append(f"{size} {two}:{best[0]}")
    return Trace((*steps, f"{best[0]}{_short(best[1:])}"), _short(best[1:]))


def _copied(candidate: str, letters: str) -> str:
    return lettered(candidate[1:].replace(".", ""), letters)


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
