"""A fraction in lowest terms: shared twos go first, then what else both share (`divisors`).

Simplify the fraction $12/42$ to its lowest terms.
6,21;2      both halved
6
/2=3
21          one digit against several: a short division
21/3
2/3=0r2;0
21/3=7r0;07
=7r0
g3
6/3
6/3=2r0;2
=2r0
21/3
2/3=0r2;0
21/3=7r0;07
=7r0
$2/7$
"""

from __future__ import annotations

import re

from cogling.tasks.gym.divisors import (
    divide_out,
    greatest_common_divisor,
    halve_all_while_even,
    halve_while_even,
)
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import divide

STARTER = {"max_value": 20, "max_factor": 10}

_QUESTION = re.compile(
    r"Simplify the fraction (\$?)((?:\\d?frac\{)?)([1-9]\d{0,11})(?:/|\}\{)([1-9]\d{0,11})(\}?)(\$?) "
    r"to its lowest terms\. Give only the simplified fraction as your final answer\."
)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a fraction to be simplified")
    steps, terms, _ = halve_all_while_even((int(m[3]), int(m[4])))
    while all(term % 5 == 0 for term in terms):  # so that what is left can be divided from below
        for i, term in enumerate(terms):
            lines, (terms[i], _) = divide(term, 5)
            steps += lines
    halvings, odd = halve_while_even(terms[0])
    steps += [str(terms[0]), *halvings]
    lines, divisor = greatest_common_divisor(odd, terms[1])
    steps += lines
    if divisor > 1:
        for i, term in enumerate(terms):
            lines, terms[i] = divide_out(term, divisor)
            steps += lines
    numerator, denominator = terms
    between = "}{" if m[2] else "/"
    return Trace(tuple(steps), f"{m[1]}{m[2]}{numerator}{between}{denominator}{m[5]}{m[6]}")
