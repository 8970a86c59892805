"""A chain of products, worked from the left in writing; each product is a factor of the next.

Solve the following multiplication: 60 * 3. Give only the result as your final answer.
60*3
a0*3=00+0+0=00;0
b6*3=18+0+0=18;80
=180
"""

from __future__ import annotations

import re

from cogling.tasks.gym import signed
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"max_digits": 2}

_QUESTION = re.compile(r"following multiplication: (-?\d+(?: \* -?\d+)+)\. Give only the result")
_LONGEST = 200
"""Digits; a product has no more of them than its factors."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None or len(m[1]) > _LONGEST:
        raise Untraceable("no product")
    first, *rest = (int(factor) for factor in m[1].split(" * "))
    product, steps = first, []
    try:
        for factor in rest:
            lines, product = signed.multiply(product, factor)
            steps += lines
    except ValueError as error:
        raise Untraceable(str(error)) from None
    return Trace(tuple(steps), str(product))
