"""The least common multiple: what each number shares with those before is divided out, the rest multiplied.

Find the Least Common Multiple (LCM) of these numbers: 15, 10
15,10
15
10
/2=5
15/5
1/5=0r1;0
15/5=3r0;03
=3r0
g5
10/5        so 10 adds a 2
1/5=0r1;0
10/5=2r0;02
=2r0
15*2
a5*2=10+0+0=10;0
b1*2=02+1+0=03;30
=30

With several, a number is reduced by each earlier one in its reduced form: x/gcd(x,a) has no common divisor
with a/gcd(x,a), so what it still shares with the product a*b*.. it shares with b*.. alone.
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
from cogling.tasks.gym.written import Steps, multiply

STARTER = {"max_value": 20}

_QUESTION = re.compile(
    r"Find the Least Common Multiple \(LCM\) of these numbers: ([1-9]\d{0,5}(?:, [1-9]\d{0,5}){1,4})"
)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a question for a least common multiple")
    first, *others = [int(number) for number in m[1].split(", ")]
    parts, product = [first], first
    steps: Steps = []
    for number in others:
        for part in parts:
            lines, number = without_common_divisor(number, part)
            steps += lines
        parts.append(number)
        if number > 1:
            lines, product = multiply(product, number)
            steps += lines
    return Trace(tuple(steps), str(product))


def without_common_divisor(number: int, part: int) -> tuple[Steps, int]:
    """number / gcd(number, part)."""
    # Both stand in one line, even where they share no twos: one look must not find them far away as well.
    both = f"{part},{number}"
    shared, (left, number), _ = halve_all_while_even((part, number))
    halvings, odd = halve_while_even(left)
    lines, divisor = greatest_common_divisor(odd, number)
    steps = [both, *shared, str(left), *halvings, *lines]
    if divisor > 1:
        lines, number = divide_out(number, divisor)
        steps += lines
    return steps, number
