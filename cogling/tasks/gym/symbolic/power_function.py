"""A power to three digits: five or six digits of every number are kept, powers are squared and multiplied up.

Compute -352.3345^-2.
-^-2=+                   the sign
2=1+1                    how the exponent is put together, from the top
x1x2/x.+                 upwards; the division of a negative power; rounding, the sign
a3b5c2.                  the power of ten of the first digit: the letters before the point, less one
x1=352334e2
x2=x1*x1
352334*A4B3C3D2E5F3      the second factor from its low end
A3*4+13                  ever more digits of the first by the next of the second, and what came before
a3*4=12+0+3=15;5
b0*4=00+1+1=02;25
B35*3+25
...
x2=1241399,2+2+1=5       the power of ten is one more where the product has a digit more
/100000000/12413         a negative power is one by the positive
...
x=8056,-5-1+0=-6
.+805,6>4=806e-6         rounded by the fourth digit
-> 8.06e-6

What a product leaves out comes to 13 (10 for five digits) on average, with which its first row begins. Still,
4% (easy) and 6% (hard) of the answers are off by one in the third digit; one digit more everywhere would make
that 1%, and half of the hard traces too long.
"""

from __future__ import annotations

import re

from cogling.tasks.gym import long_division, written
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps

STARTER = {"min_base": 1.0, "max_base": 100.0, "min_exponent": 0, "max_exponent": 2}

_QUESTION = re.compile(
    r"Compute (-?)(\d{1,6})\.(\d{1,6})\^(-?)(\d{1,2})\. Return your final answer correct to 3"
)
_KEPT = 5
"""Digits of a factor; the square of the base, whose error weighs most in the end, is made of one more."""
_LEFT_OUT = {5: 10, 6: 13}
_ROWS = "ABCDEF"

Scientific = tuple[str, int]
"""At least `_KEPT` digits, the point after the first, and the power of ten."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no power")
    exponent = int(m[5])
    sign = "-" if m[1] and exponent % 2 else "+"
    base = _scientific(m[2], m[3])
    steps = [f"{m[1] or '+'}^{m[4]}{exponent}={sign}"]
    if exponent:
        plan = _plan(exponent)
        steps += [" ".join(f"{n}={factor}+{n - factor}" for n, factor in plan)] if plan else []
        upwards = [1, *(n for n, _ in reversed(plan))]
        steps.append("".join(f"x{n}" for n in upwards) + ("/x." if m[4] else ".") + sign)
        steps += [f"{written.lettered(m[2])}."] if int(m[2]) else []
    lines, (digits, ten) = _power(base, exponent)
    steps += lines
    if m[4] and exponent:
        lines, (digits, ten) = _reciprocal(digits, ten)
        steps += lines
    line, (digits, ten) = _rounded(digits, ten, sign)
    return Trace((*steps, line), f"{sign.strip('+')}{digits[0]}.{digits[1:]}e{ten:+}")


def _scientific(whole: str, part: str) -> Scientific:
    digits = (whole + part).lstrip("0")
    if not digits:
        raise Untraceable("a power of zero")
    return f"{digits[: _KEPT + 1]:0<{_KEPT + 1}}", len(digits) - len(part) - 1


def _plan(exponent: int) -> list[tuple[int, int]]:
    """(exponent, that of the power it is made from), from the top."""
    plan = []
    while exponent > 1:
        plan.append((exponent, _factor(exponent)))
        exponent = _factor(exponent)
    return plan


def _factor(exponent: int) -> int:
    """Half of an even one, an odd one less 1."""
    return exponent // 2 if exponent % 2 == 0 else exponent - 1


def _power(base: Scientific, exponent: int) -> tuple[Steps, Scientific]:
    """An even power is the square of its half, an odd one the power before it times the base."""
    if exponent == 0:
        return ["x0=1000e0"], ("1000", 0)
    if exponent == 1:
        return [f"x1={base[0]}e{base[1]}"], base
    factor = _factor(exponent)
    steps, known = _power(base, factor)
    other = known if exponent % 2 == 0 else base
    kept = _KEPT + (exponent == 2)
    lines, digits = _multiply(known[0][:kept], other[0][:kept])
    more = len(digits) - kept
    ten = known[1] + other[1] + more
    head = f"x{exponent}=x{factor}*x{exponent - factor}"
    last = f"x{exponent}={digits},{known[1]}+{other[1]}+{more}={ten}"
    return [*steps, head, *lines, last], (digits, ten)


def _multiply(first: str, second: str) -> tuple[Steps, str]:
    """The upper digits of a product: as many as a factor has, or one more."""
    by = second[::-1]
    steps = [f"{first}*{written.lettered(by, _ROWS)}"]
    rest = _LEFT_OUT[len(first)]
    for i, (row, digit) in enumerate(zip(_ROWS, by, strict=False)):
        part = int(first[: i + 1])
        columns, new = written.row(part, int(digit), rest)
        steps += [f"{row}{part}*{digit}+{rest}", *columns]
        rest = new
    return steps, str(rest)


def _reciprocal(digits: str, ten: int) -> tuple[Steps, Scientific]:
    """Four digits of it: 10^8 by the five."""
    steps, (quotient, _) = long_division.divide(10 ** (_KEPT + 3), int(digits[:_KEPT]))
    found = str(quotient)
    more = len(found) - 4
    new = -ten - 1 + more
    return [f"/{steps[0]}", *steps[1:], f"x={found},{-ten}-1+{more}={new}"], (found, new)


def _rounded(digits: str, ten: int, sign: str) -> tuple[str, Scientific]:
    """Three digits, by the fourth."""
    kept, fourth = digits[:3], int(digits[3])
    look = f"{kept},{fourth}{'>4' if fourth > 4 else '<5'}"
    if fourth > 4:
        kept = str(int(kept) + 1)
        kept, ten = kept[:3], ten + len(kept) - 3
    return f".{sign}{look}={kept}e{ten}", (kept, ten)
