"""Hexadecimal arithmetic in writing. A number is a list of its digits' values, lettered from the low end.

0x138b is d1c3b8a11: a digit is found by its letter, and no letter of the number itself (0xfd9) stands in the
work. Columns run from the low end as in `written`; a sum s of a column is split by `s:carry r digit`, and the
digit has the large letter of its place, by which the result is listed in the end.

    add(138b, d33f)                subtract(d33f, 138b)         multiply(138b, 0x29)
    d1c3b8a11+d13c3b3a15           d13c3b3a15-d1c3b8a11         d1c3b8a11*b2a9
    a11+15+0=26:1rA10              a31-11-0=20:1rA4             *a9
    b8+3+1=12:0rB12                b19-8-0=11:0rB11             a11*9=99+0+0=99:6rA3
    c3+3+0=6:0rC6                  c19-3-1=15:0rC15             b8*9=72+6+0=78:4rB14
    d1+13+0=14:0rD14               d29-1-1=27:1rD11             c3*9=27+4+0=31:1rC15
    d14c6b12a10                    d11c15b11a4                  d1*9=9+1+0=10:0rD10
                                                                rE0
                                                                *b2
                                                                a11*2=22+0+B14=36:2rB4
                                                                b8*2=16+2+C15=33:2rC1
                                                                ...
A column of a subtraction is lent sixteen: 1rA4 gives it back, 0rB11 leaves 1 to take from the next. A row of
a product adds to the digits so far from the place of its own digit on.
"""

from __future__ import annotations

from string import ascii_uppercase

from cogling.tasks.gym.written import COLUMNS as PLACES
from cogling.tasks.gym.written import Steps, order_sign

LONGEST = len(ascii_uppercase)
"""Digits of the longest number that has a small and a large letter for every place."""


def listed(number: int) -> str:
    """d1c3b8a11, for a number >= 0."""
    digits = digits_of(number)
    if len(digits) > LONGEST:
        raise ValueError(f"{len(digits)} digits, but there are letters for {LONGEST} places")
    return "".join(f"{PLACES[i]}{digits[i]}" for i in reversed(range(len(digits))))


def digits_of(number: int) -> list[int]:
    """The digits' values from the low end; at least one."""
    return [int(digit, 16) for digit in f"{number:x}"[::-1]]


def columns(a: int, b: int) -> list[tuple[str, int, int]]:
    """(place, digit of a, digit of b) from the low end; missing digits are 0."""
    x, y = digits_of(a), digits_of(b)
    length = max(len(x), len(y))
    x += [0] * (length - len(x))
    y += [0] * (length - len(y))
    return list(zip(PLACES, x, y, strict=False))


def add(a: int, b: int) -> Steps:
    """a + b for a, b >= 0; the last step lists the sum."""
    steps, carry = [f"{listed(a)}+{listed(b)}"], 0
    for place, x, y in columns(a, b):
        total = x + y + carry
        steps.append(f"{place}{x}+{y}+{carry}={total}:{total // 16}r{_digit(place, total % 16)}")
        carry = total // 16
    return [*steps, listed(a + b)]


def subtract(a: int, b: int) -> Steps:
    """a - b for a >= b >= 0; the last step lists the difference."""
    steps, borrow = [f"{listed(a)}-{listed(b)}"], 0
    for place, x, y in columns(a, b):
        rest = 16 + x - y - borrow
        steps.append(f"{place}{16 + x}-{y}-{borrow}={rest}:{rest // 16}r{_digit(place, rest % 16)}")
        borrow = 1 - rest // 16
    return [*steps, listed(a - b)]


def compare(a: int, b: int) -> tuple[Steps, int]:
    """Which of a, b >= 0 is larger: -1, 0 or 1. Both are listed; then their highest places, `c,d<`, and where
    these are equal the digits from there down to the first that differ: `d,d=`, `d12,12=`, `c2,9<`.

    The sign comes last: by then both stand next to it.
    """
    tops = [len(digits_of(number)) for number in (a, b)]
    steps = [f"{listed(a)},{listed(b)}", f"{PLACES[tops[0] - 1]},{PLACES[tops[1] - 1]}{order_sign(*tops)}"]
    if tops[0] == tops[1]:
        for place, x, y in reversed(columns(a, b)):
            steps.append(f"{place}{x},{y}{order_sign(x, y)}")
            if x != y:
                break
    return steps, (a > b) - (a < b)


def multiply(a: int, b: int) -> Steps:
    """a * b for a, b >= 0, a row for each digit of the shorter; the last step lists the product.

    Raises ValueError where there are no letters for all places.
    """
    if len(digits_of(a)) < len(digits_of(b)):
        a, b = b, a
    factors = digits_of(b)
    if len(digits_of(a)) + len(factors) > LONGEST:
        raise ValueError(f"a product of more than {LONGEST} digits, for which there are no letters")
    steps = [f"{listed(a)}*{listed(b)}"]
    so_far: dict[str, int] = {}
    for i, digit in enumerate(factors):
        steps += [f"*{PLACES[i]}{digit}"] if len(factors) > 1 else []
        carry = 0
        for place, x, target in zip(PLACES, digits_of(a), PLACES[i:], strict=False):
            y = so_far.get(target, 0)
            total = x * digit + carry + y
            work = f"{place}{x}*{digit}={x * digit}+{carry}+{_digit(target, y) if i else y}={total}"
            carry, so_far[target] = divmod(total, 16)
            steps.append(f"{work}:{carry}r{_digit(target, so_far[target])}")
        top = PLACES[i + len(digits_of(a))]
        so_far[top] = carry
        steps.append(f"r{_digit(top, carry)}")
    return [*steps, listed(a * b)]


def _digit(place: str, value: int) -> str:
    """A digit of a result, by the large letter of its place."""
    return f"{place.upper()}{value}"


def shift_right(a: int, bits: int) -> tuple[Steps, int]:
    """(steps, what is lost) of a >> bits for a >= 0, bits of 1 to 3: from the top, a digit at a time.

    What the digit before left counts sixteen for each one: `c6/8=0r6+7*2=14`, where it left 7, and 16/8 = 2.
    """
    by, rest, steps = 1 << bits, 0, [f"{listed(a)}/{1 << bits}"]
    for place, digit, _ in reversed(columns(a, 0)):
        quotient, left = divmod(digit, by)
        steps.append(f"{place}{digit}/{by}={quotient}r{left}+{rest}*{16 // by}={quotient + rest * 16 // by}")
        rest = left
    return [*steps, listed(a >> bits)], rest
