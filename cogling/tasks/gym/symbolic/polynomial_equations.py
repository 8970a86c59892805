"""Roots of degree 1 and 2: coefficients by power, powers of the variable out, then a division or the formula.

A quotient a/b is rounded by adding half of its last place: 2a, with the four digits of b behind it, by 2b, in
writing; what is left over is cut, the digits are counted, and the point stands before the last four. Other
cubic equations are not worked: a sixth of the easy setting, a third of the hard one.

Solve for real m: 32*m**2 - 7*m = 0
2:32 1:-7
1:32 0:-7
7/32                    the second one's sign turned; 22/-47=-(22/47) where one is negative
roots 0 +7/32
7*2=14
32*2
...
=64
14/64
14,0032
140032/64
...
=2188r0
2188: 4 digits
roots 0 +0.2188
-> 0.0, 0.2188

Two roots are (-b - w) / 2a and (-b + w) / 2a for a > 0, with w the square root of b*b-4ac to four places. The
coefficients are written again after it, all signs turned if a was negative. All stand without their point,
and a last place more where at least half of 2a is left over:

Solve for real m: 2*m**2 - 2*m - 7 = 0
2:2 1:-2 0:-7
2*2=4
2*7=14
14*4
...
4*2*-7=-56              its sign tells whether it is added or taken away
4+56=60
sqrt 60,00000000
...
=77459
2:2 1:-2 0:-7
2*2=4
b -2
-b 2
roots 20000-77459 20000+77459 /4
20000+-77459
...
=-57459
root -
57459/4
...
=14364r3
3?2: 3>2
14364+1=14365
14365: 5 digits
root -1.4365
20000+77459
...
root +2.4365
roots -1.4365 2.4365
-> -1.4365, 2.4365
"""

from __future__ import annotations

import re

from cogling.tasks.gym import signed
from cogling.tasks.gym.long_division import divide
from cogling.tasks.gym.square_root import square_root
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add, add_signed, compare, multiply, subtract

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
    c, b, a = (coefficients.get(power, 0) for power in (0, 1, 2))
    degree, with_zero, found = max(coefficients), bool(lowest), list[str]()
    lines: Steps = []
    if degree == 1:
        lines, found = _divided(-c, b, with_zero)
    elif degree == 2:
        lines, discriminant = _discriminant(a, b, c)
        if discriminant > 0:
            more, found = _by_formula(a, b, c, discriminant, with_zero)
            lines += more
        elif discriminant == 0:
            more, found = _divided(-b, 2 * a, with_zero)
            lines += more
    elif degree == 3:
        raise Untraceable("a cubic equation")
    return Trace((*steps, *lines), ", ".join([*(["0.0"] if with_zero else []), *found]))


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


def _discriminant(a: int, b: int, c: int) -> tuple[Steps, int]:
    """b*b - 4ac of an equation with a and c other than 0; only its sign where it is negative."""
    if b == 0 and (a > 0) == (c > 0):
        return [f"{a}*{c}>0", "none"], -1
    square, left = multiply(abs(b), abs(b)) if b else ([f"{a}*{c}<0"], 0)
    product, ac = multiply(abs(a), abs(c))
    fourfold, right = multiply(ac, 4)
    steps = [*square, *product, *fourfold]
    if b:
        steps.append(f"4*{a}*{c}={right if (a > 0) == (c > 0) else -right}")
    if (a > 0) != (c > 0):
        lines, total = add(left, right) if b else ([], right)
        return [*steps, *lines], total
    look, relation = compare(str(left), str(right))
    if relation < 0:
        return [*steps, *look, "none"], -1
    lines, total = subtract(left, right) if relation else ([], 0)
    return [*steps, *look, *lines], total


def _by_formula(a: int, b: int, c: int, discriminant: int, with_zero: bool) -> tuple[Steps, list[str]]:
    """Steps to the two roots of a positive discriminant, and the roots."""
    if a < 0:
        a, b, c = -a, -b, -c
    steps, width = square_root(discriminant, _PLACES)
    # They stand far above by now, with other signs if a was negative; and so does whether 0 is a root.
    again = _written({power: value for power, value in ((2, a), (1, b), (0, c)) if value})
    steps.append(f"0;{again}" if with_zero else again)
    middle = -b * 10**_PLACES
    overs = [f"{middle or ''}{sign}{width}" for sign in "-+"]
    lines, under = multiply(a, 2)
    steps += lines
    if b:
        steps += [f"b {b}", f"-b {-b}"]
    steps.append(f"{_listed(overs, with_zero)} /{under}")
    roots: list[str] = []
    for over in (-width, width):
        if b == 0 and roots:
            roots.append(roots[0].removeprefix("-"))
            break
        lines, total = add_signed(middle, over) if b else ([], over)
        if total == 0:
            raise Untraceable("a root that is 0 as far as it is worked")
        sign = "-" if total < 0 else "+"
        steps += [*lines, f"root {sign}"]  # a division follows, in which the sign would be lost sight of
        lines, size = _rounded(abs(total), under)
        roots.append(f"{sign.strip('+')}{size}")
        steps += [*lines, f"root {sign}{size}"]
    steps.append(_listed(roots, with_zero))
    exact = [(-b + sign * discriminant**0.5) / (2 * a) for sign in (-1, 1)]
    if [float(root) for root in roots] != [round(root, _PLACES) for root in exact]:
        raise Untraceable("a last place that the root's own does not decide")
    return steps, roots


def _listed(roots: list[str], with_zero: bool) -> str:
    """`roots 0 -1.5 2.0`: 0 first, if it is one of them, since its place among them by size was a guess."""
    return " ".join(["roots", *(["0"] if with_zero else []), *roots])


def _rounded(over: int, under: int) -> tuple[Steps, str]:
    """over / under, both whole and from 1 up, as a number of so many last places."""
    steps, (quotient, rest) = divide(over, under)
    look, relation = compare(str(rest), str(under // 2))
    steps += look
    if relation >= 0:
        steps.append(f"{quotient}+1={quotient + 1}")
        quotient += 1
    return [*steps, _counted(quotient)], _pointed(quotient)


def _counted(number: int) -> str:
    """How many digits there are, which tells where the point comes; fewer than five get zeros before them."""
    digits = f"{number}: {len(str(number))} digits"
    return f"{digits} {number:0{_PLACES + 1}}" if number < 10**_PLACES else digits


def _pointed(number: int) -> str:
    """A number of last places with its point."""
    digits = f"{number:0{_PLACES + 1}}"
    return f"{digits[:-_PLACES]}.{digits[-_PLACES:]}"


def _divided(over: int, under: int, with_zero: bool) -> tuple[Steps, list[str]]:
    """Steps of over / under, rounded to four places; between two lines of all roots in their order."""
    sign = "-" if (over < 0) != (under < 0) else "+"
    a, b = abs(over), abs(under)
    half = f"{b:0{_PLACES}}"
    (above, twice_a), (below, twice_b) = multiply(a, 2), multiply(b, 2)
    lines, (quotient, _) = divide(int(f"{twice_a}{half}"), twice_b)
    size = _pointed(quotient)
    root = f"{sign.strip('+')}{size}"
    if float(root) != round(over / under, _PLACES):
        raise Untraceable("half of the last place")
    exact, rounded = (_listed([f"{sign}{number}"], with_zero) for number in (f"{a}/{b}", size))
    doubled = [*above, *below, f"{twice_a}/{twice_b}", f"{twice_a},{half}"]
    return [signed.turned(over, under, "/"), exact, *doubled, *lines, _counted(quotient), rounded], [root]
