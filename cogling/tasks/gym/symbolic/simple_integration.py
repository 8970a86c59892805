"""The integral of a polynomial, term by term: the exponent rises by one, and the term is divided by it.

    ∫ -80*x**9 - 3*x**2/4 + 1 dx
    -80*x**9: 9+1=10
    -80*x**10/10
    - 3*x**2/4: 2+1=3
    - 3*x**3/4/3
    + 1*x
    -> -80*x**10/10 - 3*x**3/4/3 + 1*x + C

Fractions are left as they come: the answer is compared by its derivative.
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_terms": 1, "max_terms": 2, "min_degree": 2}

_INTEGRAND = re.compile(r": ∫ ([^∫\n]{1,300}) dx\nWhen performing calculations")
_TERM = re.compile(
    r"(?P<sign>-|- |\+ |)(?P<factor>\d+\*(?=[xX])|)(?P<power>[xX](?:\*\*\d+)?|\d+)(?P<rest>/\d+|)"
)


def trace(question: str) -> Trace:
    found = _INTEGRAND.search(question)
    if found is None:
        raise Untraceable("not the integral of a polynomial")
    symbol = "X" if "X" in found[1] else "x"
    steps, terms = [], []
    for text in re.split(r" (?=[+-] )", found[1]):
        m = _TERM.fullmatch(text)
        if m is None:
            raise Untraceable("a term that is no power of x")
        if m["power"].isdigit():
            steps.append(f"{m['sign']}{m['power']}*{symbol}{m['rest']}")
        else:
            exponent = int(m["power"][3:] or 1)
            raised = exponent + 1
            steps.append(f"{text}: {exponent}+1={raised}")
            steps.append(f"{m['sign']}{m['factor']}{symbol}**{raised}{m['rest']}/{raised}")
        terms.append(steps[-1])
    return Trace(tuple(steps), f"{' '.join(terms)} + C")
