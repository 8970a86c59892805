"""Drills: one thing that the trace of a gym task asks for, alone, in the words of that trace.

What a model gets wrong in a long trace may come once in a thousand tokens, which is too seldom to be learned
from. A drill asks for it in a short problem. It is called drill.NAME and is for training: no suite asks it.
The tracer's module has a function `drill(rng, size) -> (question, Trace)`; problems grow with `size`.
"""

from __future__ import annotations

import importlib
import random
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem, same_text
from cogling.tasks.gym import DRILL_PREFIX, TRACERS, library

KNOBS = {"size": Knob(train=(1, 3), ood=(4, 4), rungs=(1, 2, 3))}


class Drill:
    """The drill of one gym task."""

    knobs = KNOBS

    def __init__(self, name: str) -> None:
        gym = name.removeprefix(DRILL_PREFIX)
        self.name = name
        self.level: Level = library.levels()[gym]["level"] or "multistep"
        self.summary = f"a part of reasoning-gym: {gym.replace('_', ' ')}"
        self._drill = importlib.import_module(TRACERS[gym]).drill

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """size: of what the tracer's own drill says."""
        question, trace = self._drill(rng, difficulty["size"])
        return Problem(self.name, question, trace.steps, trace.answer, {"steps": list(trace.steps)})

    def score(self, problem: Problem, answer: str) -> float:
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether it is the worked step that follows `before`, all of which stand right."""
        steps = problem.meta["steps"][: len(before) + 1]
        return steps == [*(given.strip() for given in before), step.strip()]
