"""The women whom the question asks about, and the one who is never counted: herself.

Jennifer has 6 brothers and she also has 1 sisters. How many sisters does Jennifer's brother have?
1 sisters
Jennifer
1+1=2
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"task_type_weights": [1, 0, 0], "max_entities": 4}

_QUESTION = re.compile(
    r"([A-Z][a-z]+) has (?:\d+ (?:brothers|male friends|male colleagues) and she also has )?"
    r"(\d{1,6} (?:sisters|female friends|female colleagues))\b[^?]{0,900}\bHow many "
    r"(?:sisters does [A-Z][a-z]+'s brother|female friends does [A-Z][a-z]+, a male friend of \1,"
    r"|female colleagues does Matilda) have\?"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no brother, friend or colleague is asked about")
    name, women = m.groups()
    count = int(women.split()[0])
    return Trace((women, name, f"{count}+1={count + 1}"), str(count + 1))
