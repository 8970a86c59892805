"""Addition of two whole numbers of any length, every number written low end first.

    What is 583 + 764, low end first?       (385 + 467)
    carry 110
    sum 258
    258                                     (852)

The first step holds the carry out of every place, the second one the digits of the sum. Each of their digits
is one local operation: it follows from the two digits at its place and the carry before it. Written low end
first, that carry is known when it is needed, and the same work is done at every place, however long the
numbers are: what is learned on 20 digits can hold on 100, where the model is told which digits share a
place (`model.place_values`). Hence low end first, unlike in `addition`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem

KNOBS = {"digits": Knob(train=(1, 20), ood=(21, 100), rungs=(3, 6, 10, 15, 20))}

_CARRIES = re.compile(r"carry ([01]+)")


def _next_step(a: str, b: str, before: Sequence[str]) -> str | None:
    """The one right step after `before`, whose last step is taken at its word; None where there is none.

    a, b: the numbers, low end first.
    """
    places = max(len(a), len(b))
    columns = [int(x) + int(y) for x, y in zip(a.ljust(places, "0"), b.ljust(places, "0"), strict=True)]
    if not before:
        carries = [0]
        for column in columns:
            carries.append(int(column + carries[-1] > 9))
        return "carry " + "".join(map(str, carries[1:]))
    if len(before) > 1 or not (written := _CARRIES.fullmatch(before[0])) or len(written[1]) != places:
        return None
    carries = [0, *map(int, written[1])]
    digits = [(column + carry) % 10 for column, carry in zip([*columns, 0], carries, strict=True)]
    return "sum " + "".join(map(str, digits if carries[-1] else digits[:-1]))


class LongAddition:
    """Sums of two whole numbers of up to hundreds of digits."""

    name = "long_addition"
    level: Level = "basic"
    summary = "add two whole numbers of any length, written low end first"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """`digits` is the length of the longer number; half the time the other one is as long."""
        digits = difficulty["digits"]
        lengths = [digits, digits if rng.random() < 0.5 else rng.randint(1, digits)]
        rng.shuffle(lengths)
        a, b = (str(rng.randint(10 ** (n - 1) if n > 1 else 0, 10**n - 1))[::-1] for n in lengths)
        steps: list[str] = []
        while (step := _next_step(a, b, steps)) is not None:
            steps.append(step)
        answer = steps[-1].removeprefix("sum ")
        question = f"What is {a} + {b}, low end first?"
        return Problem(self.name, question, tuple(steps), answer, {"a": a, "b": b})

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the number, with or without surrounding space."""
        return float(answer.strip() == problem.answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` is the carries, or after them the sum that they lead to."""
        meta = problem.meta
        return step.strip() == _next_step(meta["a"], meta["b"], [s.strip() for s in before])
