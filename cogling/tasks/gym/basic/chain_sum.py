"""A chain of additions and subtractions, worked from the left; each total starts the next line.

The terms are lettered first, so that after the work on one the next is found by its letter.

State the final answer to the following arithmetic problem: 4 + 3 - 9 =
A4 B+3 C-9 D.
B+3
4+3=7
C-9
7+-9=-(9-7)
9-7=2
=-2
D.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_uppercase as LETTERS

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import add_signed

STARTER = {"min_terms": 2, "max_terms": 3, "min_digits": 1, "max_digits": 2}

_QUESTION = re.compile(r"arithmetic problem: (\d+(?: [+-] \d+)*) =")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a chain of sums")
    terms = [term.replace(" ", "") for term in re.findall(r"[+-]? ?\d+", m[1])]
    table, lettered = letter(terms)
    total, steps = int(terms[0]), [table]
    for term, name in zip(terms[1:], lettered[1:], strict=False):
        lines, total = add_signed(total, int(term))
        steps += [name, *lines]
    return Trace((*steps, lettered[-1]), str(total))


def letter(terms: Sequence[str]) -> tuple[str, list[str]]:
    """`A4 B+3 C.` and its parts: each term after its letter, and the end."""
    if len(terms) >= len(LETTERS):
        raise Untraceable(f"{len(terms)} terms, but {len(LETTERS)} letters")
    parts = [f"{name}{term}" for name, term in zip(LETTERS, [*terms, "."], strict=False)]
    return " ".join(parts), parts
