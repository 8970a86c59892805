"""Primes up to the end, less those below the start. The primes of each hundred are known by heart, and how
many come before it.

Count how many prime numbers there are between 5306 and 5341 (inclusive) ?
<=53,41:702     702 primes below 5300; then one by one to 5341
03;703
09;704
23;705
33;706
47>41
<53,06:702      and to below 5306
03;703
09>06
706-703
...
=3

A range holds thousands of numbers, far more than could be tested one by one in a trace. So this is no
reasoning about primes but knowledge, like a times table of the first fifty thousand numbers (5,133 primes).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, subtract

STARTER = {"max_n": 1000}

LARGEST = 50_000

_QUESTION = re.compile(
    r"Count how many prime numbers there are between ([1-9]\d{0,5}) and ([1-9]\d{0,5}) \(inclusive\) \?"
)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a range whose primes are to be counted")
    start, end = int(m[1]), int(m[2])
    if not start <= end <= LARGEST:
        raise Untraceable(f"the primes are known up to {LARGEST}")
    upto_steps, upto = count("<=", end)
    below_steps, below = count("<", start)
    steps, answer = subtract(upto, below)
    return Trace((*upto_steps, *below_steps, *steps), str(answer))


def count(sign: str, bound: int) -> tuple[Steps, int]:
    """The primes up to or below a bound, the last hundred one by one; it ends with a prime too large."""
    primes = known_primes()
    hundred, last = divmod(bound, 100)
    found = bisect_left(primes, 100 * hundred)
    steps = [f"{sign}{hundred},{last:02}:{found}"]
    while True:
        prime = primes[found] - 100 * hundred
        if prime > last or (prime == last and sign == "<"):
            return [*steps, f"{prime:02}{'>' if prime > last else '='}{last:02}"], found
        found += 1
        steps.append(f"{prime:02};{found}")


@cache
def known_primes() -> list[int]:
    """In order, with at least one that is larger than `LARGEST`."""
    sieve = bytearray([1]) * (LARGEST + 100)
    for n in range(2, int(len(sieve) ** 0.5) + 1):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, len(sieve), n)))
    return [n for n in range(2, len(sieve)) if sieve[n]]
