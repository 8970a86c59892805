"""The curriculum: which tasks, how hard, from what the model can do by now.

Each task climbs the rungs of its knobs: it gets harder when enough whole traces are right at the present
rung (Platanios et al. 2019, competence-based curriculum learning), or after `patience` problems there: where
one step keeps all traces from being right, long ones would never be seen. What is mastered is rehearsed at
the floor; the rest is drawn by height, what a task has still to climb, so that time goes to those that lag
behind, or by rung, what it gets wrong where it is, so that it keeps its share until it is mastered. Drawn by
problems, a task whose traces are ten times as long takes ten times the tokens; `balance` evens that out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.sources import Mix
from cogling.tasks import get_task
from cogling.tasks.sample import top_rung

MEMORY = 0.7
"""Share of the old competence that a look keeps; a look is `curriculum.every` steps of documents."""


LENGTH_MEMORY = 0.98
"""Share of the old mean length of a task's problems that a batch keeps."""


class Curriculum:
    """Competence by task, and the mix that follows from it."""

    def __init__(self, recipe: Recipe) -> None:
        self.settings = recipe.curriculum
        self.names = recipe.data.task_names()
        self.base = [recipe.data.weights.get(name, 1.0) for name in self.names]
        tasks = [get_task(name) for name in self.names]
        self.top = [top_rung(task) for task in tasks]
        self.rungs = [0 if self.settings.name != "uniform" else top for top in self.top]
        self.competence = [0.0] * len(self.names)
        self.right = [0] * len(self.names)
        self.seen = [0] * len(self.names)
        self.waited = [0] * len(self.names)
        self.length = [0.0] * len(self.names)

    def begin_at(self, reached: dict[str, tuple[int, float]]) -> int:
        """Puts tasks on the rungs they had reached elsewhere, with their competence there, by name.

        Returns how many tasks that moved up.
        """
        if self.settings.name != "competence":
            return 0
        before = list(self.rungs)
        for task, name in enumerate(self.names):
            rung, competence = reached.get(name, (0, 0.0))
            self.rungs[task] = min(rung, self.top[task])
            self.competence[task] = competence if rung <= self.top[task] else 0.0
        return sum(new > old for new, old in zip(self.rungs, before, strict=True))

    def observe(self, batch: Batch, wrong_BT: np.ndarray) -> None:
        """Counts the documents of a batch whose whole reply was predicted right, and their lengths."""
        count = len(batch.tasks)
        lengths = np.bincount(batch.documents.ravel(), minlength=count)[:count]
        reply = (batch.weights >= 1) & (batch.documents < count)
        mistakes = np.bincount(batch.documents[reply & wrong_BT], minlength=count)[:count]
        for task in range(len(self.names)):
            of_task = batch.tasks == task
            self.seen[task] += int(of_task.sum())
            self.right[task] += int((mistakes[of_task] == 0).sum())
            if of_task.any():
                mean = float(lengths[of_task].mean())
                before = self.length[task] or mean
                self.length[task] = LENGTH_MEMORY * before + (1 - LENGTH_MEMORY) * mean

    def look(self, progress: float) -> float:
        """Takes in what was observed since the last look and moves tasks up; the share of the mix that moved.

        progress: 0..1 of training.
        """
        weights, before = self.mix()["weights"], list(self.rungs)
        for task, (right, seen) in enumerate(zip(self.right, self.seen, strict=True)):
            if seen < self.settings.least:
                continue
            now = right / seen
            self.competence[task] = MEMORY * self.competence[task] + (1 - MEMORY) * now
            self.waited[task] += seen
            enough = max(now, self.competence[task]) >= self.settings.promote and seen >= 16
            enough |= 0 < self.settings.patience <= self.waited[task]
            if self.settings.name == "competence" and enough and self.rungs[task] < self.top[task]:
                self.rungs[task] += 1
                self.competence[task] = 0.0
                self.waited[task] = 0
            self.right[task] = self.seen[task] = 0
        if self.settings.name == "easy_to_hard":
            # All rungs are reached after half of the training.
            self.rungs = [min(top, int(2 * progress * (top + 1))) for top in self.top]
        moved = sum(w for w, old, new in zip(weights, before, self.rungs, strict=True) if new > old)
        return moved / sum(weights)

    def mix(self) -> Mix:
        need = [1.0] * len(self.names)
        if self.settings.name == "competence":
            reached = self.heights().values() if self.settings.need == "height" else self.competence
            need = [max(self.settings.floor, 1 - share) for share in reached]
        known = [length for length in self.length if length]
        usual = float(np.mean(known)) if known else 1.0
        shares = [(usual / (length or usual)) ** self.settings.balance for length in self.length]
        weights = [round(a * b * c, 4) for a, b, c in zip(self.base, need, shares, strict=True)]
        return {"weights": weights, "rungs": list(self.rungs)}

    def accuracy(self) -> float:
        """The mean height: 1 where every task is mastered at its top rung."""
        return float(np.mean(list(self.heights().values())))

    def heights(self) -> dict[str, float]:
        """How far each task has climbed, 0..1, for the records."""
        return {
            name: round((rung + competence) / (top + 1), 4)
            for name, rung, competence, top in zip(
                self.names, self.rungs, self.competence, self.top, strict=True
            )
        }

    def state(self) -> dict[str, Any]:
        return {
            "names": list(self.names),
            "rungs": list(self.rungs),
            "competence": list(self.competence),
            "right": list(self.right),
            "seen": list(self.seen),
            "waited": list(self.waited),
            "length": list(self.length),
        }

    def restore(self, state: dict[str, Any]) -> None:
        for key, value in state.items():
            setattr(self, key, list(value))
