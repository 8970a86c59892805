"""Whole-number arithmetic with parentheses, from the left as far as it can be done, each step in writing.

Calculate -( 5 - 8 ) * 4 + 6.
-(A5-B8)*C4+D6.
-(A5-B8)
5+-8=-(8-5)
8-5=3
=-3
-(B-3)
B3*C4
3*4=12
C12+D6.
12+6=18

Quotients are rounded down, as the library means them.
"""

from __future__ import annotations

import re

from cogling.tasks.gym import expression, signed, written
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps

STARTER = {"max_terms": 3, "max_digits": 2}

_QUESTION = re.compile(r"Calculate ([-+*/() \d]+)\.")


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question)
    if m is None:
        raise Untraceable("no calculation")
    try:
        steps, value = expression.evaluate(m[1], _operate)
    except ValueError as error:
        raise Untraceable(str(error)) from None
    return Trace(tuple(steps), value)


def _operate(operator: str, left: str, right: str) -> tuple[Steps, str]:
    a, b = int(left), int(right)
    if operator == "/" and b == 0:
        raise Untraceable("division by zero")
    if operator == "*":
        steps, value = signed.multiply(a, b)
    elif operator == "/":
        steps, value = signed.floor_divide(a, b)
    else:
        steps, value = written.add_signed(a, b if operator == "+" else -b)
    return steps, str(value)
