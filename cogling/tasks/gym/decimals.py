"""Decimal numbers as whole numbers of one number of places, and back.

    padded("60.1", 4)            60.1000     as a whole number 601000
    point("01896180", 4)         h0g1f8e9.d6c1b8a0

The way back letters the digits as sums letter their columns, from the low end, so that the point has its
fixed place between two letters; the answer leaves the letters and the leading zeros out.
"""

from __future__ import annotations

from cogling.tasks.gym import written
from cogling.tasks.gym.written import COLUMNS, LONGEST


def places(number: str) -> int:
    """Digits after the point."""
    return len(number.partition(".")[2])


def padded(number: str, count: int) -> str:
    """The same number with zeros at its end, up to so many places."""
    whole, _, part = number.partition(".")
    return f"{whole}.{part:0<{count}}"


def lettered(number: str) -> str:
    """`-60.a1b0`: each digit after the point with its letter, so that none of them is lost count of."""
    whole_part, _, part = number.partition(".")
    return f"{whole_part}.{written.lettered(part)}"


def whole(number: str) -> int:
    """A padded number without its point."""
    return int(number.replace(".", ""))


def point(value: int, count: int, width: int) -> str:
    """A whole number with its point, each digit after the letter of its column; at least `width` digits."""
    digits = f"{abs(value):0{max(width, count + 1)}}"
    if len(digits) > LONGEST:
        raise ValueError(f"{len(digits)} digits, but there are letters for {LONGEST} columns")
    lettered = [f"{COLUMNS[len(digits) - 1 - i]}{digit}" for i, digit in enumerate(digits)]
    head, tail = lettered[: len(digits) - count], lettered[len(digits) - count :]
    return f"{'-' if value < 0 else ''}{''.join(head)}.{''.join(tail)}"


def answer(pointed: str) -> str:
    """What `point` wrote, without letters and leading zeros."""
    bare = "".join(mark for mark in pointed if mark not in COLUMNS)
    sign, size = ("-", bare[1:]) if bare.startswith("-") else ("", bare)
    size = size.lstrip("0")
    return f"{sign}0{size}" if size.startswith(".") else f"{sign}{size}"
