"""The string cut into runs of the alphabet's order (A after E); a run of four gets its first letter again.

All five patterns are four letters in that order, and all insert their own first letter. A line ends with a
run of two or more letters; a run ends where the next letter is not the one in order, or after four.

... the answer after inserting the characters according to the pattern: BDABCDECAE
B D ABCDA
E C A E
BDABCDAECAE
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_string_length": 5, "max_string_length": 8}

_QUESTION = re.compile(
    r"provide the answer after inserting the characters according to the pattern: ([A-E]+)"
)
_NEXT = dict(zip("ABCDE", "BCDEA", strict=True))
_LONGEST = 4


def trace(question: str) -> Trace:
    m = _QUESTION.search(question.strip())
    if m is None or m.end() != len(question.strip()):
        raise Untraceable("not a string to insert letters into")
    lines: list[list[str]] = [[]]
    for run in _runs(m[1]):
        lines[-1].append(run + run[0] if len(run) == _LONGEST else run)
        if len(run) > 1:
            lines.append([])
    steps = tuple(" ".join(line) for line in lines if line)
    return Trace(steps, "".join(run for line in lines for run in line))


def _runs(string: str) -> list[str]:
    runs = [string[0]]
    for letter in string[1:]:
        if len(runs[-1]) < _LONGEST and letter == _NEXT[runs[-1][-1]]:
            runs[-1] += letter
        else:
            runs.append(letter)
    return runs
