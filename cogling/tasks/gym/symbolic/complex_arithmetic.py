"""Complex numbers by their parts, each in writing: (a+bi) op (c+di).

Subtract the complex numbers: (-62.0 + 1.0i) - (66.0 - 88.0i)
a-62,b1,c66,d-88
re a-c                     Multiply: re a*c-b*d, im a*d+b*c. Divide: see `_divide`.
-62+-66=-(62+66)
...
=-128
im b-d
1+88=89
re-128,im89                -> -128.0 + 89.0i
"""

from __future__ import annotations

import re

from cogling.tasks.gym import signed, written
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps

STARTER = {"min_real": -4, "max_real": 4, "min_imag": -4, "max_imag": 4}

_OPERATORS = {"Add": "+", "Subtract": "-", "Multiply": "×", "Divide": "÷"}
_NUMBER = r"\((?:(-?\d{1,12})\.0{1,2})?(?:( [+-] |-|(?<=\())(\d{1,12})\.0{1,2}i)?\)"
_QUESTION = re.compile(rf"(Add|Subtract|Multiply|Divide) the complex numbers: {_NUMBER} ([-+×÷]) {_NUMBER}")


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question)
    if m is None or m[5] != _OPERATORS[m[1]]:
        raise Untraceable("no two complex numbers")
    a, c = int(m[2] or 0), int(m[6] or 0)
    b, d = (int(sign.strip() + (size or "0")) for sign, size in ((m[3] or "", m[4]), (m[7] or "", m[8])))
    work = {"+": _add, "-": _subtract, "×": _multiply, "÷": _divide}[m[5]]
    steps, real, imaginary = work(a, b, c, d)
    last = f"re{real},im{imaginary}"
    sign = "-" if imaginary < 0 else "+"
    return Trace((f"a{a},b{b},c{c},d{d}", *steps, last), f"{real}.0 {sign} {abs(imaginary)}.0i")


def _add(a: int, b: int, c: int, d: int) -> tuple[Steps, int, int]:
    real_steps, real = written.add_signed(a, c)
    imaginary_steps, imaginary = written.add_signed(b, d)
    return ["re a+c", *real_steps, "im b+d", *imaginary_steps], real, imaginary


def _subtract(a: int, b: int, c: int, d: int) -> tuple[Steps, int, int]:
    real_steps, real = written.add_signed(a, -c)
    imaginary_steps, imaginary = written.add_signed(b, -d)
    return ["re a-c", *real_steps, "im b-d", *imaginary_steps], real, imaginary


def _multiply(a: int, b: int, c: int, d: int) -> tuple[Steps, int, int]:
    steps, real = _products("re", ("ac", a, c), "-", ("bd", b, d))
    lines, imaginary = _products("im", ("ad", a, d), "+", ("bc", b, c))
    return steps + lines, real, imaginary


def _divide(a: int, b: int, c: int, d: int) -> tuple[Steps, int, int]:
    """re (a*c+b*d)/(c*c+d*d); then a+bi = (c+di)*(re+im i) has b = c*im + d*re, so im (b-d*re)/c.

    With c 0 it is re b/d and im -a/d, with d 0 re a/c and im b/c. The quotients are whole numbers.
    """
    if c == 0 or d == 0:
        if c == d:
            raise Untraceable("division by zero")
        real_name, real_parts, imaginary_name, imaginary_parts = (
            ("b/d", (b, d), "-a/d", (-a, d)) if c == 0 else ("a/c", (a, c), "b/c", (b, c))
        )
        steps, real = signed.floor_divide(*real_parts)
        lines, imaginary = signed.floor_divide(*imaginary_parts)
        return [f"re {real_name}", *steps, f"im {imaginary_name}", *lines], real, imaginary
    steps, above = _products("re", ("ac", a, c), "+", ("bd", b, d))
    lines, below = _products("by", ("cc", c, c), "+", ("dd", d, d))
    steps += lines
    lines, real = signed.floor_divide(above, below)
    steps += lines
    lines, product = signed.multiply(d, real)
    steps += ["im b-d*re", *lines]
    lines, rest = written.add_signed(b, -product)
    steps += lines
    lines, imaginary = signed.floor_divide(rest, c)
    return [*steps, "im/c", *lines], real, imaginary


def _products(
    name: str, first: tuple[str, int, int], operator: str, second: tuple[str, int, int]
) -> tuple[Steps, int]:
    """The sum or difference of two products, each after a line with the letters of its factors."""
    steps, values = Steps(), []
    for letters, x, y in (first, second):
        lines, value = signed.multiply(x, y)
        steps += [f"{name} {'*'.join(letters)}", *lines]
        values.append(value)
    lines, total = written.add_signed(values[0], values[1] if operator == "+" else -values[1])
    return [*steps, f"{name} {'*'.join(first[0])}{operator}{'*'.join(second[0])}", *lines], total
