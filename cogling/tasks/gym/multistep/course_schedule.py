"""The pairs, round after round: a pair falls (!) if no pair that was kept in the round before begins with its
second course, for then that course can be taken; else it is kept (+), or has fallen before (-). When all are
fallen every course can be taken; a round in which none falls ends in a circle.

... [(5, 6), (2, 5), (4, 2)] ...
a:5,6!2,5+4,2+
b:5,6-2,5!4,2+
c:5,6-2,5-4,2!
-> True
"""

from __future__ import annotations

import re
from string import ascii_letters as ROUNDS

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_num_courses": 3, "max_num_courses": 5, "min_cycle_length": 3, "max_cycle_length": 3}

_QUESTION = re.compile(
    r"There are a total of \d+ courses you have to take, labeled from 0 to \d+\.\n.*prerequisites\[i\].*\n"
    r"\[((?:\(\d+, \d+\)(?:, (?=\())?){1,2000})\]\n",
    re.DOTALL,
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no prerequisites")
    pairs = [(first, second) for first, second in re.findall(r"\((\d+), (\d+)\)", m[1])]
    kept, steps = set(pairs), []
    for number in ROUNDS:
        blocked = {first for first, _ in kept}
        left = {pair for pair in kept if pair[1] in blocked}
        marks = ("+" if pair in left else "!" if pair in kept else "-" for pair in pairs)
        entries = (f"{first},{second}{mark}" for (first, second), mark in zip(pairs, marks, strict=True))
        steps.append(f"{number}:{''.join(entries)}")
        if not left or left == kept:
            return Trace(tuple(steps), str(not left))
        kept = left
    raise Untraceable("too long a chain of courses")
