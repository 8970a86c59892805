"""Roots that are 0 or quotients: coefficients by power, powers of the variable out, then a division.

A quotient a/b is rounded by adding half of its last place: 2a, with the four digits of b behind it, by 2b, in
writing; what is left over is cut, and the point stands before the last four digits. Irrational roots are not
worked: a fifth of the easy setting, three fifths of the hard one.

Solve for real m: 32*m**2 - 7*m = 0
2:32 1:-7
0
1:32 0:-7
+7/32
14/64
14,0032
140032/64
...
=2188r0
0.2188
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
    steps, roots = [_written(coefficients)], []
    lowest = min(coefficients)
    if lowest:
        roots.append("0.0")
        coefficients = {power - lowest: value for power, value in coefficients.items()}
        steps += ["0", _written(coefficients)]
    lines, more = _roots(coefficients)
    roots = sorted([*roots, *more], key=float)
    return Trace((*steps, *lines), ", ".join(roots))


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


def _roots(coefficients: Coefficients) -> tuple[list[str], list[str]]:
    """Steps and roots, where 0 is none of them."""
    degree = max(coefficients)
    if degree == 0:
        return [], []
    if degree == 1:
        return _quotient(-coefficients[0], coefficients[1])
    if degree == 3:
        raise Untraceable("a cubic equation")
    a, b, c = (coefficients.get(power, 0) for power in (2, 1, 0))
    if (a > 0) != (c > 0):
        raise Untraceable("a square root")
    if b == 0:
        return ["none"], []
    square, left = multiply(abs(b), abs(b))
    product, ac = multiply(abs(a), abs(c))
    fourfold, right = multiply(ac, 4)
    look, relation = compare(str(left), str(right))
    if relation > 0:
        raise Untraceable("a square root")
    if relation == 0:
        lines, root = _quotient(-b, 2 * a)
        return [*square, *product, *fourfold, *look, *lines], root
    return [*square, *product, *fourfold, *look, "none"], []


def _quotient(over: int, under: int) -> tuple[list[str], list[str]]:
    """over / under, rounded to four places."""
    sign = "-" if (over < 0) != (under < 0) else ""
    a, b = abs(over), abs(under)
    half = f"{b:0{_PLACES}}"
    steps = [f"{sign or '+'}{a}/{b}", f"{2 * a}/{2 * b}", f"{2 * a},{half}"]
    lines, (quotient, _) = divide(int(f"{2 * a}{half}"), 2 * b)
    digits = f"{quotient:0{_PLACES + 1}}"
    root = f"{sign}{digits[:-_PLACES]}.{digits[-_PLACES:]}"
    if float(root) != round(over / under, _PLACES):
        raise Untraceable("half of the last place")
    return [*steps, *lines, root], [root]
