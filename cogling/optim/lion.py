"""Lion: the sign of an interpolated momentum.

Chen et al. 2023, Symbolic Discovery of Optimization Algorithms.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from cogling.optim.momentum import MomentumOptimizer


class Lion(MomentumOptimizer):
    """Every weight moves by `lr`, in the direction of sign(lerp(gradient, momentum, beta1)).

    As each step is as long as the longest of AdamW's, the paper advises a rate 3 to 10 times lower and a
    weight decay as many times higher.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float,
        *,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay})

    def update(
        self, params: list[Tensor], gradients: list[Tensor], momenta: list[Tensor], group: dict[str, Any]
    ) -> None:
        beta1, beta2 = group["betas"]
        directions = torch._foreach_lerp(momenta, gradients, 1 - beta1)
        torch._foreach_sign_(directions)
        if group["weight_decay"]:
            torch._foreach_mul_(params, 1 - group["lr"] * group["weight_decay"])
        torch._foreach_add_(params, directions, alpha=-group["lr"])
        torch._foreach_lerp_(momenta, gradients, 1 - beta2)
