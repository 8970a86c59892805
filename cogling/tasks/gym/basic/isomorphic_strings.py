"""Both strings spelled in numbered lines of five letters, the second in capitals; then pair by pair.

A pair is a letter, what it stood for so far (a dot: new), what it stands for here, and what letter stood for
that so far. `!` ends the search: for one of the two, what stood before is not what stands here.

... or False otherwise:
fnhfbnt ginivit
0 f n h f b
1 n t
0 G I N I V
1 I T
0 f . G . n . I . h . N . f G I n !
False
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_string_length": 2, "max_string_length": 5}

_QUESTION = re.compile(r"Return True if the following two strings are isomorphic[^:\n]*:\n([a-z]+) ([a-z]+)")
_LINE = 5


def trace(question: str) -> Trace:
    m = _QUESTION.search(question.strip())
    if m is None or m.end() != len(question.strip()):
        raise Untraceable("no two strings to compare")
    first, second = m[1], m[2].upper()
    if len(first) != len(second):
        raise Untraceable("strings of different lengths")
    steps = [*_spelled(first), *_spelled(second)]
    image: dict[str, str] = {}
    letter: dict[str, str] = {}
    for number, start in enumerate(range(0, len(first), _LINE)):
        line = f"{number}"
        for x, y in zip(first[start : start + _LINE], second[start : start + _LINE], strict=True):
            line += f" {x} {image.get(x, '.')} {y} {letter.get(y, '.')}"
            if image.get(x, y) != y or letter.get(y, x) != x:
                return Trace((*steps, f"{line} !"), "False")
            image[x], letter[y] = y, x
        steps.append(line)
    return Trace(tuple(steps), "True")


def _spelled(text: str) -> Iterator[str]:
    for number, start in enumerate(range(0, len(text), _LINE)):
        yield f"{number} {' '.join(text[start : start + _LINE])}"
