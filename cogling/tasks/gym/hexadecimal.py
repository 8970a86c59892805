"""Hexadecimal arithmetic in writing. A number is a list of its digits' values, lettered from the low end.

0x138b is d1c3b8a11: a digit is found by its letter, and no letter of the number itself (0xfd9) stands in the
work. Columns run from the low end as in `written`; a sum s of a column is split by `s:carry r digit`.

    add(138b, d33f)               subtract(d33f, 138b)        multiply(138b, 0x29)
    d1c3b8a11+d13c3b3a15          d13c3b3a15-d1c3b8a11        d1c3b8a11*9
    a11+15+0=26:1r10              a31-11-0=20:1r4             a11*9=99+0+0=99:6r3
    b8+3+1=12:0r12                b19-8-0=11:0r11             b8*9=72+6+0=78:4r14
    c3+3+0=6:0r6                  c19-3-1=15:0r15             c3*9=27+4+0=31:1r15
    d1+13+0=14:0r14               d29-1-1=27:1r11             d1*9=9+1+0=10:0r10
    d14c6b12a10                   d11c15b11a4                 d10c15b14a3
                                                              d1c3b8a11*2+c10b15a14;3
                                                              ...
A column of a subtraction is lent sixteen: 1r4 gives it back, 0r11 leaves 1 to take from the next.
"""

from __future__ import annotations

from cogling.tasks.gym.written import COLUMNS as PLACES
from cogling.tasks.gym.written import LONGEST, Steps


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
        steps.append(f"{place}{x}+{y}+{carry}={total}:{total // 16}r{total % 16}")
        carry = total // 16
    return [*steps, listed(a + b)]


def subtract(a: int, b: int) -> Steps:
    """a - b for a >= b >= 0; the last step lists the difference."""
    steps, borrow = [f"{listed(a)}-{listed(b)}"], 0
    for place, x, y in columns(a, b):
        rest = 16 + x - y - borrow
        steps.append(f"{place}{16 + x}-{y}-{borrow}={rest}:{rest // 16}r{rest % 16}")
        borrow = 1 - rest // 16
    return [*steps, listed(a - b)]


def compare(a: int, b: int) -> tuple[Steps, int]:
    """Which of a, b >= 0 is larger: -1, 0 or 1. By the top place first, then digit by digit: d13>1."""
    for place, x, y in reversed(columns(a, b)):
        if x != y:
            return [f"{place}{x}{'<' if x < y else '>'}{y}"], -1 if x < y else 1
    return ["same"], 0


def multiply(a: int, b: int) -> Steps:
    """a * b for a, b >= 0, a row for each digit of the shorter; the last step lists the product.

    A row adds what the row before left, lettered anew without its low digit, which is done.
    """
    if len(digits_of(a)) < len(digits_of(b)):
        a, b = b, a
    steps: Steps = []
    rest, done = 0, ""
    for i, digit in enumerate(digits_of(b)):
        steps.append(f"{listed(a)}*{digit}" + (f"+{listed(rest)};{done}" if i else ""))
        carry = 0
        for place, x, y in columns(a, rest):
            total = x * digit + carry + y
            steps.append(f"{place}{x}*{digit}={x * digit}+{carry}+{y}={total}:{total // 16}r{total % 16}")
            carry = total // 16
        total = a * digit + rest
        steps.append(listed(total))
        done = f"{total % 16},{done}" if done else f"{total % 16}"
        rest = total // 16
    return steps if len(digits_of(b)) == 1 else [*steps, listed(a * b)]


def shift_right(a: int, bits: int) -> tuple[Steps, int]:
    """(steps, what is lost) of a >> bits for a >= 0, bits of 1 to 3: from the top, a digit at a time."""
    rest, steps = 0, [f"{listed(a)}/{1 << bits}"]
    for place, digit, _ in reversed(columns(a, 0)):
        whole = 16 * rest + digit
        quotient, rest = divmod(whole, 1 << bits)
        steps.append(f"{place}{whole}/{1 << bits}={quotient}r{rest}")
    return [*steps, listed(a >> bits)], rest
