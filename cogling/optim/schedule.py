"""The learning rate over a run, as a factor of its peak: a pure function of how far the run has come."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from cogling.errors import CoglingError, nearest

ScheduleName = Literal["cosine", "wsd", "constant"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A linear warm-up from 0, then one of three shapes.

    - cosine: half a cosine from 1 down to `final` (Loshchilov & Hutter 2017)
    - wsd: stays at 1, then falls to `final` in the last part `decay` of the run (warm-up, stable, decay:
      Hu et al. 2024, MiniCPM), as 1 - sqrt(t), which beat a line in Hägele et al. 2024
    - constant: stays at 1

    warmup, decay: fractions of the run. final: a fraction of the peak rate.
    """

    name: ScheduleName = "wsd"
    warmup: float = 0.02
    decay: float = 0.3
    final: float = 0.0

    def __post_init__(self) -> None:
        names = get_args(ScheduleName)
        if self.name not in names:
            raise CoglingError(f"schedule: unknown name '{self.name}'; {nearest(self.name, names)}")
        for key in ("warmup", "decay", "final"):
            if not 0 <= getattr(self, key) <= 1:
                raise CoglingError(f"schedule: {key} must be between 0 and 1, not {getattr(self, key)}")
        if self.warmup == 1:
            raise CoglingError("schedule: a warmup of 1 leaves nothing to train at the full rate; lower it")
        if self.name == "wsd" and self.warmup + self.decay > 1 + 1e-9:
            raise CoglingError(
                f"schedule: warmup ({self.warmup}) and decay ({self.decay}) exceed the run; "
                "together at most 1"
            )

    def factor(self, progress: float) -> float:
        """The rate over the peak rate, 0 to 1, at `progress` from 0 (start) to 1 (planned end).

        Ask for the end of a step, (step + 1) / steps: the first step then moves the weights, and the last
        one is taken at `final`. A run that goes on past its planned end stays where it ended.
        """
        if not progress >= 0:
            raise CoglingError(f"schedule: progress must be between 0 and 1, not {progress}")
        progress = min(progress, 1.0)
        if progress < self.warmup:
            return progress / self.warmup
        if self.name == "cosine":
            passed = (progress - self.warmup) / (1 - self.warmup)
            return self.final + (1 - self.final) * (1 + math.cos(math.pi * passed)) / 2
        left = 1 - progress
        if self.name == "constant" or left >= self.decay:
            return 1.0
        return self.final + (1 - self.final) * (1 - math.sqrt(1 - left / self.decay))
