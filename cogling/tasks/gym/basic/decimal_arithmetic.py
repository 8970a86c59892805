"""Decimals with parentheses as whole numbers. A sum has the places of the question's numbers, a product or a
quotient two more, for which it bears the mark '; what is more than that is cut off. How many places these are
stands after the expression, each behind a sign of its own, by which it is found again whenever it is needed.

...\\n(1.21-1.461)*3.105 = ?
(A1.21-B1.461)*C3.105.
.3'5                    three places, and five behind the mark
(A1.21-B1.461)
1.210-1.461             missing zeros: here all numbers have three places
1210+-1461=-(1461-1210)
...
=-251
(B-251)
B-251*C3.105
.3+.3-'5=!1             places of the product beyond those that it keeps
-251*3105=-(251*3105)   in the order in which they stand, whichever is longer
...
=-779355
-a7b7c9d3e5f5           a letter a digit, which tells how many there are
!1,f6-1=e
=-a7b7c9d3e5',5         a product has the places of both factors
-a7b7c9d3e5
'5,e5:5+1=f6-5=1        too few to have one before the point: a zero
-a0.b7c7d9e3f5          the point stands between two letters
-> -0.77935

A quotient has as many zeros after its dividend as give it its places.
"""

from __future__ import annotations

import re
from functools import partial

from cogling.tasks.gym import decimals, expression, long_division, signed, written
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import COLUMNS, LONGEST, Steps

STARTER = {"max_terms": 3}

_QUESTION = re.compile(
    r"Please solve this problem to a maximum of \d+ significant digits, rounding up from the half\. "
    r"Only reply with the final value\.\n([-+*/().\d]+) = \?"
)
_MARK = "'"
_CUT = "!"
_MORE = 2
"""Places of a marked number beyond the others'; with so many, 3 of 1000 easy answers are not near enough."""


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question)
    if m is None:
        raise Untraceable("no decimal expression")
    numbers = re.findall(r"[\d.]+", m[1])
    places = max(2, *(decimals.places(number) for number in numbers))
    try:
        (first, *steps), value = expression.evaluate(m[1], partial(_operate, places))
        size, behind = _parsed(value, places)
        parted, pointed = _parted(size, behind, _told(value, behind, places)), _pointed(size, behind)
    except ValueError as error:
        raise Untraceable(str(error)) from None
    told = f".{places}{_MARK}{places + _MORE}"
    return Trace((first, told, *steps, *parted, pointed), decimals.answer(pointed))


def _parted(value: int, behind: int, told: str) -> Steps:
    """Which digit of a number is the last before `behind` others: `a1b9c7d6`, `!3,d4-3=a`.

    If there are too few, the letter of the last digit once there are enough, and how many zeros come before
    them: `!5,d4:5+1=f6-4=2`. `told` is how `behind` was told before, such as `!5`.
    Raises ValueError where there are no letters for all digits.
    """
    digits = str(abs(value))
    size = len(digits)
    if max(size, behind + 1) > LONGEST:
        raise ValueError(f"{size} digits and {behind} places, but there are letters for {LONGEST} digits")
    last = f"{told},{COLUMNS[size - 1]}{size}"
    if size > behind:
        return [_lettered(value, digits), f"{last}-{behind}={COLUMNS[size - behind - 1]}"]
    zeros = behind + 1 - size
    return [_lettered(value, digits), f"{last}:{behind}+1={COLUMNS[behind]}{behind + 1}-{size}={zeros}"]


def _pointed(value: int, behind: int) -> str:
    """With the point before the last `behind` digits: `a1.b9c7d6`."""
    letters = _lettered(value, f"{abs(value):0{behind + 1}}")
    end = len(letters) - 2 * behind
    return f"{letters[:end]}.{letters[end:]}"


def _lettered(value: int, digits: str) -> str:
    return f"{'-' if value < 0 else ''}{written.lettered(digits)}"


def _operate(places: int, operator: str, left: str, right: str) -> tuple[Steps, str]:
    marked = operator in "+-" and _MARK in left + right
    x, y = left, right
    if operator in "+-":
        x, y = (_filled(number, places, marked) for number in (left, right))
    steps = [] if (x, y) == (left, right) else [f"{x}{operator}{y}"]
    (a, places_a), (b, places_b) = _parsed(x, places), _parsed(y, places)
    told_a, told_b = _told(x, places_a, places), _told(y, places_b, places)
    kept = places + _MORE
    if operator == "*":
        more = places_a + places_b - kept
        lines, value = _product(a, b, more)
        lines = [f"{told_a}+{told_b}-{_MARK}{kept}={_CUT}{more}", *lines]
    elif operator == "/":
        zeros = kept - places_a + places_b
        lines, value = _quotient(a, b, zeros)
        lines = [f"{_MARK}{kept}-{told_a}+{told_b}={zeros}", *lines]
    else:
        lines, total = written.add_signed(a, b if operator == "+" else -b)
        value = f"{total}{_MARK if marked else ''}"
    return [*steps, *lines], value


def _filled(number: str, places: int, marked: bool) -> str:
    """With the zeros that it lacks at its end, be it to join a sum with a marked number."""
    if "." in number:
        return decimals.padded(number, places + (_MORE if marked else 0))
    return number if not marked or _MARK in number else f"{number}{'0' * _MORE}{_MARK}"


def _parsed(number: str, places: int) -> tuple[int, int]:
    """As a whole number, and the places that it has."""
    if "." in number:
        return decimals.whole(number), decimals.places(number)
    return int(number.rstrip(_MARK)), places + (_MORE if _MARK in number else 0)


def _told(number: str, behind: int, places: int) -> str:
    """The places `behind` that a number has; those told at the beginning with their sign."""
    if _MARK in number:
        return f"{_MARK}{behind}"
    return f".{behind}" if behind == places else str(behind)


def _product(a: int, b: int, too_many: int) -> tuple[Steps, str]:
    """a * b without its last places, or with zeros for those that it lacks where `too_many` is below 0."""
    steps, product = signed.multiply(a, b, longer_first=False)
    missing, too_many = max(0, -too_many), max(0, too_many)
    digits = f"{abs(product) * 10**missing:0{too_many + 1}}"
    kept, cut = digits[: len(digits) - too_many], digits[len(digits) - too_many :]
    sign = "-" if product < 0 and int(kept) else ""
    value = f"{sign}{kept}{_MARK}"
    if not cut:
        return [*steps, f"={value}"], value
    parted = _parted(product, too_many, f"{_CUT}{too_many}")
    return [*steps, *parted, f"={sign}{written.lettered(kept)}{_MARK},{cut}"], value


def _quotient(a: int, b: int, zeros: int) -> tuple[Steps, str]:
    if b == 0:
        raise Untraceable("division by zero")
    steps, (size, _) = long_division.divide(abs(a) * 10**zeros, abs(b))
    sign = "-" if a * b < 0 else ""
    if min(a, b) < 0:
        steps.insert(0, f"{a}/{b}={sign}({abs(a)}/{abs(b)})")
    value = f"{sign if size else ''}{size}{_MARK}"
    return [*steps, f"={value}"], value
