"""The polynomials are multiplied from the left; degree by degree from the highest, the pairs of terms that
give it are looked for (`i+j`, y where there is a second term of degree j), each is multiplied in writing and
added to those before. A degree stands before its coefficient, which is then copied from there on.

... (19 - 71*y**3)*(-8*y**2 - 153) ...
(3:-71 0:19)*(2:-8 0:-153)
y5:3+2y
3+2:-71*-8
-71*-8=71*8
...
=568
y5=568
y4:3+1n0+4n
y3:3+0y0+3n
3+0:-71*-153
...
(5:568 3:10863 2:-152 0:-2907)
-> 568*y**5+10863*y**3+-152*y**2+-2907
"""

from __future__ import annotations

import re

from cogling.tasks.gym.signed import multiply
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add_signed

STARTER = {"max_terms": 2, "max_value": 9, "max_degree": 2, "max_polynomials": 2}

Polynomial = dict[int, int]
"""Coefficients, none of them 0, by degree from the highest."""

_QUESTION = re.compile(r"(?:Simplify this expression|Calculate the following): ([-+*() 0-9x-z]{1,2000})\n")
_TERM = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<factor>\d{1,40})\*?(?P<tied>[x-z])?|(?P<bare>[x-z]))(?:\*\*(?P<power>\d))?"
)
_FACTOR = re.compile(r"\(([^()]+)\)(?:\*\*(\d))?(?:\*(?=\()|$)")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no product of polynomials")
    variable = (re.findall(r"[x-z]", m[1]) or ["x"])[0]
    result, *factors = _factors(m[1].replace(" ", ""), variable)
    steps: Steps = []
    for factor in factors:
        steps.append(f"{_text(result)}*{_text(factor)}")
        lines, result = _product(result, factor, variable)
        steps += lines
    return Trace((*steps, _text(result)), _answer(result, variable))


def _factors(text: str, variable: str) -> list[Polynomial]:
    if "(" not in text:
        return [_polynomial(text, variable)]
    start = text.index("(")
    factors = [_polynomial(text[:start].removesuffix("*"), variable)] if start else []
    end = start
    for m in _FACTOR.finditer(text, start):
        if m.start() != end:
            break
        factors += [_polynomial(m[1], variable)] * int(m[2] or 1)
        end = m.end()
    if end != len(text) or not factors:
        raise Untraceable("no product of polynomials")
    return factors


def _polynomial(text: str, variable: str) -> Polynomial:
    polynomial: Polynomial = {}
    end = 0
    for m in _TERM.finditer(text):
        letter = m["tied"] or m["bare"]
        if m.start() != end or letter not in (None, variable) or (m["power"] and not letter):
            break
        degree = int(m["power"] or 1) if letter else 0
        polynomial[degree] = polynomial.get(degree, 0) + int(f"{m['sign']}{m['factor'] or 1}")
        end = m.end()
    if end != len(text):
        raise Untraceable(f"no polynomial in {variable}: {text[:40]}")
    return _sorted(polynomial)


def _sorted(polynomial: Polynomial) -> Polynomial:
    return {degree: polynomial[degree] for degree in sorted(polynomial, reverse=True) if polynomial[degree]}


def _product(left: Polynomial, right: Polynomial, variable: str) -> tuple[Steps, Polynomial]:
    steps: Steps = []
    product: Polynomial = {}
    if not left or not right:
        return steps, product
    for degree in range(max(left) + max(right), min(left) + min(right) - 1, -1):
        pairs = [(i, degree - i) for i in left if i <= degree]
        marks = [f"{i}+{j}{'y' if j in right else 'n'}" for i, j in pairs]
        steps.append(f"{variable}{degree}:{''.join(marks)}")
        for i, j in pairs:
            if j in right:
                lines, value = multiply(left[i], right[j])
                steps += [f"{i}+{j}:{left[i]}*{right[j]}", *lines]
                if degree in product:
                    lines, value = add_signed(product[degree], value)
                    steps += lines
                product[degree] = value
                steps.append(f"{variable}{degree}={value}")
    return steps, _sorted(product)


def _text(polynomial: Polynomial) -> str:
    """`(3:-71 0:19)`: each degree with its coefficient."""
    return f"({' '.join(f'{degree}:{value}' for degree, value in polynomial.items()) or '0'})"


def _answer(polynomial: Polynomial, variable: str) -> str:
    """Joined by pluses only: the library's scorer is not handed chains of powers without one."""
    powers = {0: "", 1: f"*{variable}"}
    terms = (f"{value}{powers.get(degree, f'*{variable}**{degree}')}" for degree, value in polynomial.items())
    return "+".join(terms) or "0"
