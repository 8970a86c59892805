"""Products and quotients in writing for numbers of any sign; `written.add_signed` has the sums.

    multiply(-746, 694)    floor_divide(-12, 5)
    -746*694=-(746*694)    -12/5=-(12/5)
    746*694                12/5
    ...                    1/5=0r1;0
    =517724                12/5=2r2;02
    =-517724               =2r2
                           =-2-1=-3

First the turn to the sizes, then the work, then the sign. Nothing is written out for a factor
0 or 1, a divisor 1, or 0 divided.
"""

from __future__ import annotations

from cogling.tasks.gym import long_division, written
from cogling.tasks.gym.written import Steps


def multiply(a: int, b: int, *, longer_first: bool = True) -> tuple[Steps, int]:
    """a * b, with the factors in the order that `written.multiply` gives them."""
    if min(abs(a), abs(b)) < 2:
        return [f"{a}*{b}={a * b}"], a * b
    steps, size = written.multiply(abs(a), abs(b), longer_first=longer_first)
    if a > 0 and b > 0:
        return steps, size
    head = turned(a, b, "*")
    return ([head, *steps], size) if a * b > 0 else ([head, *steps, f"={a * b}"], a * b)


def floor_divide(a: int, b: int) -> tuple[Steps, int]:
    """The largest whole number that is at most a / b, for b other than 0."""
    if a == 0 or abs(b) == 1:
        return [f"{a}/{b}={a // b}"], a // b
    steps, (size, rest) = long_division.divide(abs(a), abs(b))
    if a >= 0 and b > 0:
        return steps, size
    head = turned(a, b, "/")
    if a <= 0 and b < 0:
        return [head, *steps], size
    sign = f"=-{size}-1={-size - 1}" if rest else f"={-size}"
    return [head, *steps, sign], a // b


def turned(a: int, b: int, operator: str) -> str:
    """`-746*694=-(746*694)`, `-98/-63=98/63`, and only `98/63` where both are positive."""
    sizes = f"{abs(a)}{operator}{abs(b)}"
    if a >= 0 and b >= 0:
        return sizes
    return f"{a}{operator}{b}={f'-({sizes})' if (a < 0) != (b < 0) else sizes}"
