"""The numbers in the statements; then, for each number of true statements, whether each of the seven holds
and how many are true: where as many are as were assumed, there is one solution more.

 - Statement 1: 'At least 7 of these 7 statements are true.' ...
a7 b4 c0 d7
0,7: a0-7n0 b7-4n0 c0-0y1 d7-7y2 e-yyn2 f0n2 g7n2; 0-2n0
1,6: a1-7n0 b6-4n0 c1-0n0 d6-7n0 e-nnn0 f1n0 g6y1; 1-1y1
...
7,0: a7-7y1 b0-4y2 c7-0n2 d0-7n2 e-nnn2 f7y3 g0n3; 7-3n2
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STATEMENTS = 7
PRIMES, COMPOSITES = (2, 3, 5, 7), (4, 6)

_QUESTION = re.compile(
    r"tell me the number of possible solutions: \n"
    r" - Statement 1: 'At least (\d) of these 7 statements are true\.'\n"
    r" - Statement 2: 'At most (\d) of these 7 statements are false\.'\n"
    r" - Statement 3: 'Exactly (\d) of these 7 statements are true\.'\n"
    r" - Statement 4: 'Exactly (\d) of these 7 statements are false\.'\n"
    r" - Statement 5: 'Either Statement 3 or Statement 4 is true, but not both\.'\n"
    r" - Statement 6: 'The number of true statements is a prime number\.'\n"
    r" - Statement 7: 'The number of false statements is a composite number\.'\n"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not the seven statements")
    a, b, c, d = (int(number) for number in m.groups())
    steps, solutions = [f"a{a} b{b} c{c} d{d}"], 0
    for true in range(STATEMENTS + 1):
        false = STATEMENTS - true
        third, fourth = true == c, false == d
        claims = (
            (f"a{true}-{a}", true >= a),
            (f"b{false}-{b}", false <= b),
            (f"c{true}-{c}", third),
            (f"d{false}-{d}", fourth),
            (f"e-{_mark(third)}{_mark(fourth)}", third != fourth),
            (f"f{true}", true in PRIMES),
            (f"g{false}", false in COMPOSITES),
        )
        looks, count = [], 0
        for look, holds in claims:
            count += holds
            looks.append(f"{look}{_mark(holds)}{count}")
        solutions += count == true
        result = f"{true}-{count}{_mark(count == true)}{solutions}"
        steps.append(f"{true},{false}: {' '.join(looks)}; {result}")
    return Trace(tuple(steps), str(solutions))


def _mark(holds: bool) -> str:
    return "y" if holds else "n"
