"""What optimisers whose only state is a momentum have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer


class MomentumOptimizer(Optimizer, ABC):
    """State of each parameter: "momentum", a tensor like it."""

    def init_state(self) -> None:
        """Makes the state of every parameter that has none yet."""
        for group in self.param_groups:
            for p in group["params"]:
                if not self.state[p]:
                    self.state[p]["momentum"] = torch.zeros_like(p)

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:  # type: ignore[override]
        """One update of every parameter that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        self.init_state()
        for group in self.param_groups:
            params = [p for p in group["params"] if p.grad is not None]
            if params:
                gradients = [p.grad for p in params]
                self.update(params, gradients, [self.state[p]["momentum"] for p in params], group)
        return loss

    @abstractmethod
    def update(
        self, params: list[Tensor], gradients: list[Tensor], momenta: list[Tensor], group: dict[str, Any]
    ) -> None:
        """Moves the parameters of one group, and their momenta, in place."""
