"""The guard: decides which steps must not be taken, and when skipping no longer helps."""

from __future__ import annotations

import math
from dataclasses import dataclass

WARMUP = 50
"""Steps before a loss can be called exploding: until then it has no usual value."""


@dataclass(slots=True)
class Guard:
    """Watches the loss and the gradient norm. Its fields go into the checkpoint.

    average: running mean of the loss of the steps taken, on problems of one kind. bad: skipped in a row.
    """

    average: float = 0.0
    seen: int = 0
    bad: int = 0
    skipped: int = 0

    def new_problems(self) -> None:
        """Forgets what a usual loss is: another stage's data, or harder problems, have another."""
        self.average, self.seen = 0.0, 0

    def reason_to_skip(self, loss: float, grad_norm: float) -> str | None:
        """What is wrong with a step, or None; a good one enters the running mean."""
        reason = None
        if not math.isfinite(loss):
            reason = f"the loss is {loss}"
        elif not math.isfinite(grad_norm):
            reason = f"the gradient's norm is {grad_norm}"
        elif self.seen > WARMUP and loss > 3 * self.average + 1:
            reason = f"the loss of {loss:.3g} is far from the usual {self.average:.3g}"
        if reason:
            self.bad += 1
            self.skipped += 1
            return reason
        self.bad = 0
        self.seen += 1
        self.average += (loss - self.average) / min(self.seen, 50)
        return None
