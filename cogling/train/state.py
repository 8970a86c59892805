"""What changes while a model grows, in one place: everything that a checkpoint saves."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor

from cogling.config import Recipe
from cogling.model.decoder import Decoder
from cogling.optim import Optimizers, build_optimizer
from cogling.train.curriculum import Curriculum
from cogling.train.guard import Guard


@dataclass(slots=True)
class Counters:
    """Where a run stands.

    shift: how far the data is ahead of the steps: a rollback does not serve the same batches again.
    waited, seconds: time spent waiting for data, and training in all, over all resumptions.
    """

    step: int = 0
    shift: int = 0
    tokens: int = 0
    seconds: float = 0.0
    waited: float = 0.0
    rollbacks: int = 0
    best_score: float = -1.0
    best_step: int = 0


@dataclass
class TrainState:
    """The decoder with its average, optimisers, curriculum, guard and counters."""

    decoder: Decoder
    average: Decoder | None
    optimizers: Optimizers
    curriculum: Curriculum
    counters: Counters = field(default_factory=Counters)
    guard: Guard = field(default_factory=Guard)

    @property
    def shown(self) -> Decoder:
        """The decoder that is evaluated and shared: the average, where there is one."""
        return self.average or self.decoder

    @torch.no_grad()
    def update_average(self, decay: float) -> None:
        """Moves the average towards the decoder; early on faster, so that it forgets the random start."""
        if self.average is not None:
            steps = self.counters.step + 1
            share = 1 - min(decay, (1 + steps) / (10 + steps))
            torch._foreach_lerp_(list(self.average.parameters()), list(self.decoder.parameters()), share)

    def tensors(self) -> dict[str, Tensor]:
        """What training needs beside the shown model's weights."""
        tensors = dict(self.optimizers.state_tensors())
        if self.average is not None:
            tensors |= {f"raw.{name}": weight for name, weight in self.decoder.named_parameters()}
        return tensors

    def values(self) -> dict[str, Any]:
        return {
            "counters": asdict(self.counters),
            "guard": asdict(self.guard),
            "curriculum": self.curriculum.state(),
        }

    @torch.no_grad()
    def restore(self, values: dict[str, Any], tensors: dict[str, Tensor], weights: dict[str, Tensor]) -> None:
        """Takes back what `values` and `tensors` gave, and the weights of the shown model, in place."""
        raw = {name.removeprefix("raw."): t for name, t in tensors.items() if name.startswith("raw.")}
        self.shown.load_state_dict(weights)
        if self.average is not None:
            self.decoder.load_state_dict(raw)
        self.optimizers.load_state_tensors({k: t for k, t in tensors.items() if not k.startswith("raw.")})
        self.counters = Counters(**values["counters"])
        self.guard = Guard(**values["guard"])
        self.curriculum.restore(values["curriculum"])


def new_state(recipe: Recipe, decoder: Decoder) -> TrainState:
    """The state at the start of a run; the decoder is on its device and has its first weights."""
    settings = recipe.optimizer
    assert settings.learning_rate is not None
    optimizers = build_optimizer(
        decoder,
        settings.name,
        settings.learning_rate,
        adamw_learning_rate=settings.adamw_learning_rate,
        weight_decay=settings.weight_decay,
        momentum=settings.momentum,
        betas=settings.betas,
    )
    average = None
    if recipe.train.ema:
        average = Decoder(decoder.config).to(decoder.embedding.weight.device).eval()
        average.load_state_dict(decoder.state_dict())
    return TrainState(decoder, average, optimizers, Curriculum(recipe))
