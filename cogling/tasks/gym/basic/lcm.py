"""The least common multiple: what each number shares with those before is divided out, the rest multiplied.

Find the Least Common Multiple (LCM) of these numbers: 15, 10
15=;15:;10  the multiple so far; its factors, of which none is done, and 15 is to do; what 10 adds
15,10
15
10
/2=5
15/5
1/5=0r1;0
15/5=3r0;03
=3r0
g5
10/5
1/5=0r1;0
10/5=2r0;02
=2r0
15=15;:;2   a 2
15*2
a5*2=10+0+0=10;0
b1*2=02+1+0=03;30
=30

With several, a number is reduced by each earlier one in its reduced form: x/gcd(x,a) has no common divisor
with a/gcd(x,a), so what it still shares with the product a*b*.. it shares with b*.. alone. A divisor takes
hundreds of tokens, so each is followed by where things stand, copied from the one before with one change:
`2747070=5895;466:6761;8794` was reduced by 5895, comes to 466 now, and 6761 comes after 8794. The number at
work is last: what stood behind it was forgotten when a reduced one was new.
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
    first, *rest = [int(number) for number in m[1].split(", ")]
    factors, product = [first], first
    steps: Steps = []
    while rest:
        number, *rest = rest
        for i, factor in enumerate(factors):
            steps.append(_state(product, factors, i, [number, *rest]))
            lines, number = without_common_divisor(number, factor)
            steps += lines
        steps.append(_state(product, factors, len(factors), [number, *rest]))
        if number > 1:
            factors.append(number)
            lines, product = multiply(product, number)
            steps += lines
    return Trace(tuple(steps), str(product))


def _state(product: int, factors: list[int], done: int, numbers: list[int]) -> str:
    """`210=15;14:8;9`: the product, its factors done and to do, the numbers to come, and the one at work."""
    number, *later = numbers
    was, to_do, to_come = (",".join(map(str, part)) for part in (factors[:done], factors[done:], later))
    return f"{product}={was};{to_do}:{to_come};{number}"


def without_common_divisor(number: int, factor: int) -> tuple[Steps, int]:
    """number / gcd(number, factor)."""
    # Both stand in one line, even where they share no twos: one look must not find them far away as well.
    both = f"{factor},{number}"
    shared, (left, number), _ = halve_all_while_even((factor, number))
    halvings, odd = halve_while_even(left)
    lines, divisor = greatest_common_divisor(odd, number)
    steps = [both, *shared, str(left), *halvings, *lines]
    if divisor > 1:
        lines, number = divide_out(number, divisor)
        steps += lines
    return steps, number
