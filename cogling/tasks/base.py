"""What a task is: it generates problems, writes a worked trace, verifies answers and single steps."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Level = Literal["basic", "symbolic", "multistep"]
LEVELS: tuple[Level, ...] = ("basic", "symbolic", "multistep")

Difficulty = Mapping[str, int]
"""One whole number for each knob of a task."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One reasoning problem.

    question: what the model is asked, plain text.
    steps: the worked trace, one local operation a step; the last step contains the answer.
    answer: the expected answer, plain text.
    meta: what the verifiers need beside the question, JSON-able.
    """

    task: str
    question: str
    steps: tuple[str, ...]
    answer: str
    meta: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Knob:
    """One dial of a task's difficulty; every range is inclusive and of whole numbers.

    train: the range that training and the iid split draw from.
    ood: the range of the ood split; for at least one knob of a task it lies wholly beyond `train`.
    rungs: upper ends for the curriculum, easy to hard; the last one equals `train[1]`.
    """

    train: tuple[int, int]
    ood: tuple[int, int]
    rungs: tuple[int, ...]


class Task(Protocol):
    """One family of problems. One file each, registered by one line in `cogling/tasks/__init__.py`."""

    name: str
    level: Level
    summary: str
    knobs: dict[str, Knob]

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """A problem at that difficulty. All randomness comes from `rng`."""
        ...

    def score(self, problem: Problem, answer: str) -> float:
        """How right an answer is, 0 to 1. Takes any text, never raises."""
        ...

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` is a right next step after `before`. Takes any text, never raises."""
        ...


def same_text(expected: str, given: str) -> float:
    """1.0 where two answers are equal but for surrounding space, runs of space and letter case."""
    return float(" ".join(expected.split()).lower() == " ".join(given.split()).lower())
