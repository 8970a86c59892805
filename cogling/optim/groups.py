"""Which optimiser takes which parameter, and one holder for them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer

from cogling.errors import CoglingError, nearest
from cogling.optim.lion import Lion
from cogling.optim.muon import Adjust, Muon

OptimizerName = Literal["muon", "adamw", "lion", "sgd"]


@dataclass(frozen=True, slots=True)
class GroupSummary:
    """One parameter group, for printing: its peak learning rate and how much it holds."""

    optimizer: str
    group: str
    tensors: int
    parameters: int
    learning_rate: float
    weight_decay: float

    def __str__(self) -> str:
        size = f"{self.tensors:>4} tensors {self.parameters:>13,} parameters"
        rates = f"rate {self.learning_rate:g}  decay {self.weight_decay:g}"
        return f"{self.optimizer:<6} {self.group:<9} {size}  {rates}"


class Optimizers:
    """Several optimisers that step as one, with their state as a flat dictionary of tensors.

    All state exists from the start, so a checkpoint of any step, the first included, has the same keys.
    """

    def __init__(self, optimizers: Mapping[str, Optimizer], names: Mapping[Tensor, str]) -> None:
        """optimizers: by the name their state goes under. names: what each parameter is called."""
        self.optimizers = dict(optimizers)
        self._names = dict(names)
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["peak_lr"] = group["lr"]
            init_state(optimizer)

    def step(self) -> None:
        for optimizer in self.optimizers.values():
            optimizer.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        for optimizer in self.optimizers.values():
            optimizer.zero_grad(set_to_none)

    def scale(self, factor: float) -> None:
        """Sets every learning rate to its peak times `factor`, which a `Schedule` gives."""
        for optimizer in self.optimizers.values():
            for group in optimizer.param_groups:
                group["lr"] = group["peak_lr"] * factor

    def state_tensors(self) -> dict[str, Tensor]:
        """The state itself (no copies), as "muon.momentum.blocks.0.mixer.query.weight" and the like."""
        return {
            f"{name}.{key}.{self._names[p]}": tensor
            for name, optimizer in self.optimizers.items()
            for group in optimizer.param_groups
            for p in group["params"]
            for key, tensor in optimizer.state[p].items()
        }

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """The inverse of `state_tensors`, exact; changes nothing where the two do not fit together."""
        own = self.state_tensors()
        mend = "was it written with another optimizer or model? Resume with the recipe saved beside it"
        for key, tensor in own.items():
            if key not in tensors:
                raise CoglingError(f"optimizer state: '{key}' is missing; {mend}")
            given = tensors[key]
            if (given.shape, given.dtype) != (tensor.shape, tensor.dtype):
                raise CoglingError(
                    f"optimizer state: '{key}' is {tuple(given.shape)} {given.dtype}, "
                    f"not {tuple(tensor.shape)} {tensor.dtype}; {mend}"
                )
        for key in tensors:
            if key not in own:
                raise CoglingError(f"optimizer state: '{key}' belongs to nothing here; {mend}")
        for key, tensor in own.items():
            tensor.copy_(tensors[key])

    @property
    def groups(self) -> list[GroupSummary]:
        """Each group, in the order of the steps; print them as a table."""
        return [
            GroupSummary(
                optimizer=name,
                group=group["name"],
                tensors=len(group["params"]),
                parameters=sum(p.numel() for p in group["params"]),
                learning_rate=group["peak_lr"],
                weight_decay=group["weight_decay"],
            )
            for name, optimizer in self.optimizers.items()
            for group in optimizer.param_groups
        ]


def init_state(optimizer: Optimizer) -> None:
    """Makes the state that the first step would make, so that it can be saved and loaded before it."""
    if isinstance(optimizer, Muon | Lion):
        optimizer.init_state()
        return
    for group in optimizer.param_groups:
        for p in group["params"]:
            state = optimizer.state[p]
            if isinstance(optimizer, AdamW):
                device = p.device if group["fused"] else "cpu"
                state["step"] = torch.zeros((), dtype=torch.float32, device=device)
                state["exp_avg"] = torch.zeros_like(p)
                state["exp_avg_sq"] = torch.zeros_like(p)
            elif isinstance(optimizer, SGD):
                # Momentum that starts at zero and momentum that starts as the first gradient are one thing.
                if group["momentum"]:
                    state["momentum_buffer"] = torch.zeros_like(p)
            else:
                raise TypeError(f"init_state does not know {type(optimizer).__name__}")


def build_optimizer(
    model: nn.Module,
    name: OptimizerName,
    learning_rate: float,
    *,
    adamw_learning_rate: float | None = None,
    weight_decay: float = 0.0,
    momentum: float = 0.95,
    betas: tuple[float, float] = (0.9, 0.95),
    eps: float = 1e-8,
    adjust: Adjust = "match_rms_adamw",
) -> Optimizers:
    """The optimisers for a model (bare: not compiled or wrapped, on its device, in its dtype).

    With "muon", the matrices inside `blocks` go to Muon at `learning_rate`, all else (tables, head, norms)
    to AdamW at `adamw_learning_rate`, which is the same rate where not given. With any other name
    that optimiser takes everything at `learning_rate`. Weight decay is for the matrices inside `blocks`.

    momentum: of Muon and SGD (Nesterov's). betas: of AdamW and Lion. eps: of AdamW.
    Frozen parameters are left out.
    """
    known = get_args(OptimizerName)
    if name not in known:
        raise CoglingError(f"optimizer: unknown name '{name}'; {nearest(name, known)}")
    names: dict[Tensor, str] = {p: n for n, p in model.named_parameters() if p.requires_grad}
    if not names:
        raise CoglingError("optimizer: the model has no parameter to train; all are frozen")
    inside = [p for p, n in names.items() if p.ndim == 2 and "blocks" in n.split(".")]
    taken = set(inside)
    rest = [p for p in names if p not in taken]
    matrices = {"params": inside, "name": "matrices", "lr": learning_rate, "weight_decay": weight_decay}
    others = {"params": rest, "name": "others", "lr": learning_rate, "weight_decay": 0.0}
    both = [group for group in (matrices, others) if group["params"]]
    # One kernel for the whole update; other devices have PyTorch's default.
    fused = all(p.device.type in ("cpu", "cuda") for p in names) or None

    optimizers: dict[str, Optimizer] = {}
    if name == "muon":
        others["lr"] = learning_rate if adamw_learning_rate is None else adamw_learning_rate
        if inside:
            optimizers["muon"] = Muon([matrices], learning_rate, momentum=momentum, adjust=adjust)
        if rest:
            optimizers["adamw"] = AdamW([others], betas=betas, eps=eps, fused=fused)
    elif name == "adamw":
        optimizers["adamw"] = AdamW(both, betas=betas, eps=eps, fused=fused)
    elif name == "lion":
        optimizers["lion"] = Lion(both, learning_rate, betas=betas)
    else:
        optimizers["sgd"] = SGD(both, momentum=momentum, nesterov=momentum > 0, foreach=True)
    return Optimizers(optimizers, names)
