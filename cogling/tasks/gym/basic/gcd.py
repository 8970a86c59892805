"""The greatest common divisor: twos that all numbers share first, then number after number (`divisors`).

Find the Greatest Common Divisor (GCD) of these numbers: 60, 42.
30,21;2     both halved, and the twos so far
30
/2=15
21
21-15       columns as in `written.subtract`
...
=6
/2=3
15/3        one digit against several: a short division
1/3=0r1;0
15/3=5r0;05
=5r0
g3
3*2=6
"""

from __future__ import annotations

import re

from cogling.tasks.gym.divisors import greatest_common_divisor, halve_all_while_even, halve_while_even
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import multiply

STARTER = {"max_value": 60}

_QUESTION = re.compile(
    r"Find the Greatest Common Divisor \(GCD\) of these numbers: ([1-9]\d{0,11}(?:, [1-9]\d{0,11}){1,9})\. "
    r"Give only the GCD as your final answer\."
)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a question for a greatest common divisor")
    steps, numbers, power = halve_all_while_even([int(number) for number in m[1].split(", ")])
    first, *others = numbers
    halvings, divisor = halve_while_even(first)
    steps += [str(first), *halvings]
    for number in others:
        if divisor == 1:
            break
        lines, divisor = greatest_common_divisor(divisor, number)
        steps += lines
    if power > 1:
        lines, divisor = multiply(divisor, power)
        steps += lines
    return Trace(tuple(steps), str(divisor))
