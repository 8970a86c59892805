"""Problems by (task, split, seed, index): the same four always give the same problem, on any machine.

The splits are disjoint by content, not by luck: a hash of the question decides which split may hold it.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import Literal

from cogling.errors import CoglingError
from cogling.seeds import rng_of
from cogling.tasks.base import Difficulty, Problem, Task

Split = Literal["train", "validation", "iid", "ood"]
"""validation: as iid, but for choosing checkpoints and steering the curriculum while training."""

BUCKETS = 32
_EVALUATION_BUCKETS: dict[int, Split] = {0: "iid", 1: "ood", 2: "validation"}
_ATTEMPTS = 20_000


def split_of(problem: Problem) -> Split:
    """The only split that may hold this problem, decided by a hash of its task and question."""
    text = f"{problem.task}\x1f{' '.join(problem.question.split())}"
    bucket = hashlib.blake2b(text.encode(), digest_size=4).digest()[0] % BUCKETS
    return _EVALUATION_BUCKETS.get(bucket, "train")


def top_rung(task: Task) -> int:
    """The highest rung of the curriculum that a task has."""
    return max(len(knob.rungs) for knob in task.knobs.values()) - 1


def draw_difficulty(
    task: Task, split: Split, rng: random.Random, rungs: Sequence[int] | None = None, frontier: float = 0.0
) -> dict[str, int]:
    """A value for each knob; `rungs` (one index a knob, for training) lowers the upper ends.

    frontier: how likely it is that all knobs stand at their upper ends, instead of anywhere up to them.
    """
    values = {}
    hardest = frontier > 0 and rng.random() < frontier
    for i, (name, knob) in enumerate(task.knobs.items()):
        low, high = knob.ood if split == "ood" else knob.train
        if rungs is not None:
            high = max(low, knob.rungs[min(rungs[i], len(knob.rungs) - 1)])
        values[name] = high if hardest else rng.randint(low, high)
    return values


def draw(
    task: Task,
    split: Split,
    seed: int,
    index: int,
    rungs: Sequence[int] | None = None,
    frontier: float = 0.0,
) -> Problem:
    """Problem number `index` of a split; see `draw_difficulty`."""
    rng = rng_of(task.name, split, seed, index)
    for _ in range(_ATTEMPTS):
        problem = task.problem(rng, draw_difficulty(task, split, rng, rungs, frontier))
        if split_of(problem) == split:
            return problem
    raise CoglingError(
        f"task '{task.name}' has too few different problems at this difficulty for split '{split}' "
        f"({_ATTEMPTS} tries); widen its knobs"
    )


def draw_distinct(task: Task, split: Split, seed: int, n: int) -> list[Problem]:
    """`n` problems with different questions (fewer questions than `n` in the split: repeats fill up)."""
    problems: dict[str, Problem] = {}
    for index in range(4 * n):
        problem = draw(task, split, seed, index)
        problems.setdefault(problem.question, problem)
        if len(problems) == n:
            return list(problems.values())
    found = list(problems.values())
    return [found[i % len(found)] for i in range(n)]


def describe(difficulty: Difficulty) -> str:
    """`digits=3 terms=2`, for tables and listings."""
    return " ".join(f"{name}={value}" for name, value in difficulty.items())
