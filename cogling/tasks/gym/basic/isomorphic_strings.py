"""Both strings spelled in numbered lines of five letters, the second in capitals; then looked up both ways.

Letter by letter: what it stood for so far (a dot: new) and what it stands for here. Then the same for the
capitals, with other marks: what stands beside a capital in one list is not to be found when it is looked
up in the other. `!` ends the search: what stood there before is not what stands there here.

... or False otherwise:
fnhfbnt ginivit
0 f n h f b
1 n t
0 G I N I V
1 I T
0 f . G n . I h . N f G I !
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
    for lines, holds in (_images(first, second, " {} {} {}"), _images(second, first, ";{},{},{}")):
        steps += lines
        if not holds:
            return Trace(tuple(steps), "False")
    return Trace(tuple(steps), "True")


def _images(letters: str, others: str, form: str) -> tuple[list[str], bool]:
    """The lines that look up what each letter stood for, and whether it is what it stands for every time.

    form: of one look-up, for the letter, what it stood for and what it stands for.
    """
    image: dict[str, str] = {}
    lines: list[str] = []
    for number, start in enumerate(range(0, len(letters), _LINE)):
        line = f"{number}"
        for x, y in zip(letters[start : start + _LINE], others[start : start + _LINE], strict=True):
            line += form.format(x, image.get(x, "."), y)
            if image.setdefault(x, y) != y:
                return [*lines, f"{line} !"], False
        lines.append(line)
    return lines, True


def _spelled(text: str) -> Iterator[str]:
    for number, start in enumerate(range(0, len(text), _LINE)):
        yield f"{number} {' '.join(text[start : start + _LINE])}"
