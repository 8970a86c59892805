"""Prime factors by trial: a prime's square against what is left, then a division; a factor is tried again.

Find the prime factorization of 442.
2*2=4<442: 1 digits<3
2 × 221         each factor found: the product so far
2*2=4<221: 1 digits<3       odd, so on to 3
3*3=9<221: 1 digits<3
221/3           3, 5 and 7: short divisions
2/3=0r2;0
22/3=7r1;07
11/3=3r2;073
=73r2
5*5=25<221: 2 digits<3      does not end in 0 or 5
7*7=49<221: 2 digits<3
...
=31r4
11*11=121?221: 1<2
1*11=11,22-1=21;1       from 11: from the low end (`divide_from_below`)
1*11=11,2-1=1;11
1*11=11,0-1<0
13*13=169?221: 1<2
7*13=91,22-9=13;7
1*13=13,1-1=0;17
2 × 13 × 17
13*13=169>17: 3 digits>2
"""

from __future__ import annotations

import re

from cogling.tasks.gym.divisors import divide_from_below
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, compare, divide

STARTER = {"max_value": 60}

_QUESTION = re.compile(
    r"Find the prime factorization of ([1-9]\d{0,5})\. Write the factors separated by × "
    r"\(Example: for 12 the answer would be: 2 × 2 × 3\)"
)
_PRIMES = [n for n in range(2, 1000) if all(n % d for d in range(2, int(n**0.5) + 1))]


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None or int(m[1]) < 2:
        raise Untraceable("not a number to be factored")
    rest, factors, steps = int(m[1]), "", []
    for prime in _PRIMES:
        while prime * prime <= rest:
            lines, quotient = trial(rest, prime)
            steps += [_held_against(prime, rest), *lines]
            if quotient is None:
                break
            rest, factors = quotient, f"{factors}{prime} × "
            steps.append(f"{factors}{rest}")
        if prime * prime > rest:
            steps.append(_held_against(prime, rest))
            break
    return Trace(tuple(steps), f"{factors}{rest}")


def _held_against(prime: int, rest: int) -> str:
    """`7*7=49<221: 2 digits<3: 2 digits<3`, `13*13=169?221: 1<2`."""
    (look,), _ = compare(str(prime * prime), str(rest))
    return f"{prime}*{prime}={look}"


def trial(number: int, prime: int) -> tuple[Steps, int | None]:
    """number / prime, or None where it leaves a rest; 2 and 5 are told by the last digit."""
    if prime > 10:
        return divide_from_below(number, prime)
    if number % prime and prime in (2, 5):
        return [], None
    steps, (quotient, rest) = ([], (number // 2, 0)) if prime == 2 else divide(number, prime)
    return steps, None if rest else quotient
