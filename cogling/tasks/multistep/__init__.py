"""Tasks whose answer takes several look-ups, each one local: the name just written is the key to the next.

A task here is a question and one function, `next_step`. Iterated from nothing it writes the trace; asked
after a model's own steps it says which step may follow, and that is the whole step verifier. So a wrong
step is judged wrong once, and what follows from it is judged on its own.

The words are few, short and start with different letters: every one should become one token of a
vocabulary of 512, and be told apart by its first piece where it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cogling.tasks.base import Level, Problem

WOMEN = ("Ann", "Eve", "Fay", "Ivy", "Meg")
MEN = ("Bob", "Dan", "Gus", "Jim", "Leo")
NAMES = WOMEN + MEN
THINGS = ("bell", "door", "fan", "gate", "horn", "jet", "lamp", "mill", "pump", "tap")


class Stepwise:
    """The part of a task that follows from its `next_step`."""

    name: str
    level: Level = "multistep"

    def next_step(self, meta: Mapping[str, Any], before: Sequence[str]) -> str | None:
        """The one right step after `before`; None where the trace is finished or makes no sense.

        It reads the question (in `meta`) and what the steps say, be it right or wrong, and never raises.
        """
        raise NotImplementedError

    def worked(self, question: str, answer: str, meta: dict[str, Any]) -> Problem:
        """The problem with its trace."""
        steps: list[str] = []
        while (step := self.next_step(meta, steps)) is not None:
            steps.append(step)
        return Problem(self.name, question, tuple(steps), answer, meta)

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the exact answer, give or take surrounding space; else 0.0."""
        return float(answer.strip() == problem.answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` is, to the letter, the step that follows from the question and from `before`."""
        return step == self.next_step(problem.meta, before)
