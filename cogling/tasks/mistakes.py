"""Mistakes that are noticed and put right: a wrong step, the line `wrong`, then the right step.

A model that only ever sees right steps has no way back from its first slip. A share of training traces
holds one (Ye et al. 2024, Physics of Language Models 2.2: it must be in the data from the start); the
words of a wrong step can be left out of the loss, so that what is learned is noticing, not erring.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

WRONG = "wrong"
"""The line that takes back the step before it."""

_PART = re.compile(r"\d|[^\W\d_]+|[^\w\s]")
_ATTEMPTS = 8


def blunder(steps: Sequence[str], at: int, rng: random.Random) -> str | None:
    """A wrong step in the place of `steps[at]`, as models write them; None where none was found.

    Mostly one digit, word or mark gives way to another one of the same trace; at times a step is left out
    or written twice.
    """
    right = steps[at]
    for _ in range(_ATTEMPTS):
        kind = rng.random()
        if kind < 0.1 and at + 1 < len(steps):
            wrong = steps[at + 1]
        elif kind < 0.2 and at:
            wrong = steps[at - 1]
        else:
            wrong = _with_another_part(right, steps, rng)
        if wrong != right and wrong.strip() and wrong != WRONG:
            return wrong
    return None


def _with_another_part(step: str, steps: Sequence[str], rng: random.Random) -> str:
    parts = list(_PART.finditer(step))
    if not parts:
        return step
    chosen = rng.choice(parts)
    if chosen[0].isdigit():
        other = str(rng.randrange(10))
    else:
        alike = [m[0] for m in _PART.finditer(rng.choice(steps)) if m[0].isalpha() == chosen[0].isalpha()]
        other = rng.choice([part for part in alike if not part.isdigit()] or [chosen[0]])
    return step[: chosen.start()] + other + step[chosen.end() :]


def with_mistakes(steps: Sequence[str], rng: random.Random, rate: float = 0.0) -> tuple[list[str], list[int]]:
    """The steps with mistakes and their corrections among them, and the places of the mistakes.

    One step is first done wrong, and with the probability `rate` each of the others.
    """
    chosen = {rng.randrange(len(steps))} if steps else set()
    if rate:
        chosen |= {i for i in range(len(steps)) if rng.random() < rate}
    written: list[str] = []
    places: list[int] = []
    for i, step in enumerate(steps):
        wrong = blunder(steps, i, rng) if i in chosen else None
        if wrong is not None:
            places.append(len(written))
            written += [wrong, WRONG]
        written.append(step)
    return written, places


def judge_steps(
    steps: Sequence[str], valid: Callable[[Sequence[str], str], bool]
) -> tuple[list[bool], list[str], bool]:
    """(marks of all steps, those that stand, whether all that stand are valid).

    valid: whether a step may follow others that stand. The line `wrong` is valid where it takes back a step
    that is not, and that step then counts no more; anywhere else it is a wrong step itself.
    """
    marks: list[bool] = []
    standing: list[str] = []
    rights: list[bool] = []
    for step in steps:
        if step.strip() == WRONG and standing and not rights[-1]:
            standing.pop()
            rights.pop()
            marks.append(True)
            continue
        rights.append(valid(standing, step))
        marks.append(rights[-1])
        standing.append(step)
    return marks, standing, all(rights)
