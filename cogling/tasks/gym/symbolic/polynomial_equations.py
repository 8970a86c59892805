"""Roots that are 0 or quotients: coefficients by power, powers of the variable out, then a division.

A quotient a/b is rounded by adding half of its last place: 2a, with the four digits of b behind it, by 2b, in
writing; what is left over is cut, and the point stands before the last four digits. Irrational roots are not
worked: a fifth of the easy setting, three fifths of the hard one.

Solve for real m: 32*m**2 - 7*m = 0
2:32 1:-7
1:32 0:-7
roots 0 +7/32
14/64
14,0032
140032/64
...
=2188r0
roots 0 +0.2188
-> 0.0, 0.2188
"""

from __future__ import annotations

import re

from cogling.tasks.gym.long_division import divide
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import compare, multiply

STARTER = {"max_terms": 2, "max_degree": 1, "max_value": 9}

_TERM = r"(?:\d{1,4}\*)?[a-z](?:\*\*[23])?|\d{1,4}"
_QUESTION = re.compile(
    r"(?:Find the real value\(s\) of ([a-z]) in the equation: |Solve for real ([a-z]): "
    r"|Determine the real value\(s\) of ([a-z]) that satisfies: "
    r"|Solve the polynomial equation for real ([a-z]):\n)"
    rf"(-?(?:{_TERM})(?: [+-] (?:{_TERM}))*) = 0\nIn solving equations, "
)
_PART = re.compile(r"(-?)(?:(?:(\d+)\*)?([a-z])(?:\*\*(\d))?|(\d+))")
_PLACES = 4
Coefficients = dict[int, int]


def trace(question: str) -> Trace:
    m = _QUESTION.match(question)
    if m is None:
        raise Untraceable("not an equation to solve")
    variable = m[1] or m[2] or m[3] or m[4]
    coefficients = _coefficients(m[5], variable)
    steps = [_written(coefficients)]
    lowest = min(coefficients)
    if lowest:
        coefficients = {power - lowest: value for power, value in coefficients.items()}
        steps.append(_written(coefficients))
    quotient, lines = _quotient_of(coefficients)
    steps += lines
    roots = ["0.0"] if lowest else []
    if quotient is not None:
        lines, root = _divided(*quotient, bool(lowest))
        steps += lines
        roots = sorted([*roots, root], key=float)
    return Trace(tuple(steps), ", ".join(roots))


def _coefficients(text: str, variable: str) -> Coefficients:
    """By power, the highest first."""
    found: Coefficients = {}
    for part in _PART.finditer(text.replace(" ", "")):
        sign, number, letter, power, constant = part.groups()
        if letter not in (None, variable):
            raise Untraceable("another variable")
        exponent = int(power or 1) if letter else 0
        if exponent in found:
            raise Untraceable("terms that are not collected")
        found[exponent] = int(f"{sign}{constant or number or 1}")
    if 0 in found.values():
        raise Untraceable("a coefficient of 0")
    return dict(sorted(found.items(), reverse=True))


def _written(coefficients: Coefficients) -> str:
    return " ".join(f"{power}:{value}" for power, value in coefficients.items())


def _quotient_of(coefficients: Coefficients) -> tuple[tuple[int, int] | None, list[str]]:
    """The root other than 0 as (over, under), or None, and the steps that tell."""
    degree = max(coefficients)
    if degree == 0:
        return None, []
    if degree == 1:
        return (-coefficients[0], coefficients[1]), []
    if degree == 3:
        raise Untraceable("a cubic equation")
    a, b, c = (coefficients.get(power, 0) for power in (2, 1, 0))
    if (a > 0) != (c > 0):
        raise Untraceable("a square root")
    if b == 0:
        return None, ["none"]
    square, left = multiply(abs(b), abs(b))
    product, ac = multiply(abs(a), abs(c))
    fourfold, right = multiply(ac, 4)
    look, relation = compare(str(left), str(right))
    if relation > 0:
        raise Untraceable("a square root")
    steps = [*square, *product, *fourfold, *look]
    return ((-b, 2 * a), steps) if relation == 0 else (None, [*steps, "none"])


def _divided(over: int, under: int, with_zero: bool) -> tuple[list[str], str]:
    """Steps of over / under, rounded to four places; between two lines of all roots in their order."""
    sign = "-" if (over < 0) != (under < 0) else "+"
    a, b = abs(over), abs(under)
    half = f"{b:0{_PLACES}}"
    lines, (quotient, _) = divide(int(f"{2 * a}{half}"), 2 * b)
    digits = f"{quotient:0{_PLACES + 1}}"
    size = f"{digits[:-_PLACES]}.{digits[-_PLACES:]}"
    root = f"{sign.strip('+')}{size}"
    if float(root) != round(over / under, _PLACES):
        raise Untraceable("half of the last place")
    before, after = (" 0" if with_zero and sign == side else "" for side in "+-")
    exact, rounded = (f"roots{before} {sign}{number}{after}" for number in (f"{a}/{b}", size))
    return [exact, f"{2 * a}/{2 * b}", f"{2 * a},{half}", *lines, rounded], root
