"""The polynomials are multiplied from the left. Each has a letter, each of its coefficients a name: A2 is
what stands before x**2 in A. All degrees are listed, those that are missing with 0, so that a name need not
be searched. Degree by degree from the highest, the pairs of names that give it are taken in their order, with
what has been added so far behind the plus; a pair of which one is 0 needs no work. The answer has all degrees
too. Each degree says again what the answer begins with, the highest degree and the variable: `C3/5y`.

... (19 - 71*y**3)*(-8*y**2 - 153) ...
A a19y0 b-71y3                     as the question has them, with a letter each
3b A3:-71 2- A2:0 1- A1:0 0a A0:19
B a-8y2 b-153y0
2a B2:-8 1- B1:0 0b B0:-153
C=A*B 3+2=5                        the highest degree
C5/5y
A3:-71*B2:-8+0
-71*-8=71*8                        in the order in which they stand, whichever is longer
...
=568
C5:568
...
C3/5y
A3:-71*B0:-153+0
...
=10863
A2:0*B1:0+10863
A1:0*B2:-8+10863
C3:10863
...
/5y C5:568 C4:0 C3:10863 C2:-152 C1:0 C0:-2907
-> 568*y**5+0*y**4+10863*y**3+-152*y**2+0*y+-2907
"""

from __future__ import annotations

import re
from string import ascii_lowercase, ascii_uppercase

from cogling.tasks.gym.signed import multiply
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add_signed

STARTER = {"max_terms": 2, "max_value": 9, "max_degree": 2, "max_polynomials": 2}

Polynomial = dict[int, int]
"""Coefficients by degree, in the question's order; or all from the highest degree on, where some may be 0."""

Named = tuple[str, Polynomial]
"""A polynomial and the letter that it goes by."""

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
    factors = _factors(m[1].replace(" ", ""), variable)
    if 2 * len(factors) > len(ascii_uppercase):
        raise Untraceable(f"{len(factors)} polynomials, for which there are no letters")
    steps: Steps = []
    named: list[Named] = []
    names = iter(ascii_uppercase)
    for factor in factors:
        lines, full = _read(name := next(names), factor, variable)
        steps += lines
        named.append((name, full))
    result, *others = named
    for other in others:
        lines, product = _product(name := next(names), result, other, variable)
        steps += lines
        result = (name, product)
    return Trace((*steps, _listed(result, variable)), _answer(result[1], variable))


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
    return polynomial


def _read(name: str, polynomial: Polynomial, variable: str) -> tuple[Steps, Polynomial]:
    """Its terms as they stand, forwards, and then all degrees, with the letter of their term, if any."""
    letters = dict(zip(polynomial, ascii_lowercase, strict=False))
    terms = [f"{letters[degree]}{value}{variable}{degree}" for degree, value in polynomial.items()]
    full = {degree: polynomial.get(degree, 0) for degree in range(max(polynomial), -1, -1)}
    found = [f"{degree}{letters.get(degree, '-')} {name}{degree}:{value}" for degree, value in full.items()]
    return [f"{name} {' '.join(terms)}", " ".join(found)], full


def _product(name: str, left: Named, right: Named, variable: str) -> tuple[Steps, Polynomial]:
    (first, a), (second, b) = left, right
    highest = max(a) + max(b)
    steps = [f"{name}={first}*{second} {max(a)}+{max(b)}={highest}"]
    product: Polynomial = {}
    for degree in range(highest, -1, -1):
        steps.append(f"{name}{degree}/{highest}{variable}")
        total = 0
        for i in range(min(degree, max(a)), max(0, degree - max(b)) - 1, -1):
            j = degree - i
            steps.append(f"{first}{i}:{a[i]}*{second}{j}:{b[j]}+{total}")
            if a[i] and b[j]:
                lines, value = multiply(a[i], b[j], longer_first=False)
                steps += lines
                if total:
                    lines, value = add_signed(total, value)
                    steps += lines
                total = value
        product[degree] = total
        steps.append(f"{name}{degree}:{total}")
    return steps, product


def _listed(polynomial: Named, variable: str) -> str:
    """`/3y A3:-71 A2:0 A1:0 A0:19`: each coefficient after its name."""
    name, coefficients = polynomial
    values = " ".join(f"{name}{degree}:{value}" for degree, value in coefficients.items())
    return f"/{max(coefficients)}{variable} {values}"


def _answer(polynomial: Polynomial, variable: str) -> str:
    """Joined by pluses only: the library's scorer is not handed chains of powers without one."""
    powers = {0: "", 1: f"*{variable}"}
    terms = (f"{value}{powers.get(degree, f'*{variable}**{degree}')}" for degree, value in polynomial.items())
    return "+".join(terms)
