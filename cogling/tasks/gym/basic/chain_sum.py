"""A chain of additions and subtractions, worked from the left; each total starts the next line.

State the final answer to the following arithmetic problem: 4 + 3 - 9 =
4+3=7
7+-9=-(9-7)
9-7=2
=-2
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import add_signed

STARTER = {"min_terms": 2, "max_terms": 3, "min_digits": 1, "max_digits": 2}

_QUESTION = re.compile(r"arithmetic problem: (\d+(?: [+-] \d+)*) =")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a chain of sums")
    first, *rest = re.findall(r"[+-]? ?\d+", m[1])
    total, steps = int(first), []
    for term in rest:
        lines, total = add_signed(total, int(term.replace(" ", "")))
        steps += lines
    return Trace(tuple(steps), str(total))
