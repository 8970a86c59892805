"""Rows of a batch shared out among processes of one machine.

A small model's step is thousands of small products, which two threads of one process hardly finish faster
than one; two processes with half of the rows each do (LOG.md). Each member of the crew finds the rows and
the weights of a step in shared memory and leaves its gradients there. The loop's own process does the first
share, adds up the others' in their order, and takes the step: the result is that of one process up to
rounding, and the same every time.
"""

from __future__ import annotations

import os
import queue
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.model.decoder import Decoder
from cogling.processes import Process, Said, read_line
from cogling.train.objectives import TensorBatch

_MEMBER = "one of the training processes"
_MEMORY = Path("/dev/shm")
"""Where Linux keeps files that are never written to a disk."""


class Desk(NamedTuple):
    """What a member and the loop's process share: weights of all, and a member's own rows and results.

    integers: the four whole-number fields of `TensorBatch`. losses: one a part.
    """

    weights: list[Tensor]
    gradients: list[Tensor]
    integers: Tensor
    loss_weights: Tensor
    wrong: Tensor
    losses: Tensor

    def rows(self) -> TensorBatch:
        tokens, targets, positions, documents = self.integers
        return TensorBatch(tokens, targets, self.loss_weights, positions, documents)


def desk(folder: Path, number: int, recipe: Recipe, decoder: Decoder) -> Desk:
    """Opens the shared files of a member, and makes them where they are not there yet."""
    settings = recipe.train
    assert settings.batch is not None
    rows = (settings.batch // settings.processes, settings.length)
    shapes = [parameter.shape for parameter in decoder.parameters()]

    def shared(name: str, shape: Sequence[int], dtype: torch.dtype) -> Tensor:
        size = torch.Size(shape).numel()
        return torch.from_file(str(folder / name), shared=True, size=size, dtype=dtype).view(*shape)

    def matrices(name: str) -> list[Tensor]:
        flat = shared(name, [sum(shape.numel() for shape in shapes)], torch.float32)
        parts = flat.split([shape.numel() for shape in shapes])
        return [part.view(shape) for part, shape in zip(parts, shapes, strict=True)]

    return Desk(
        matrices("weights"),
        matrices(f"gradients-{number}"),
        shared(f"integers-{number}", (4, *rows), torch.int64),
        shared(f"loss_weights-{number}", rows, torch.float32),
        shared(f"wrong-{number}", rows, torch.bool),
        shared(f"losses-{number}", [settings.accumulate], torch.float64),
    )


class Crew:
    """The other processes of a run with `train.processes`. Raises CoglingError where one fails or ends."""

    def __init__(self, recipe: Recipe, decoder: Decoder) -> None:
        self._decoder = decoder
        memory = _MEMORY if os.access(_MEMORY, os.W_OK) else None
        self._folder = tempfile.TemporaryDirectory(prefix="cogling-", dir=memory, ignore_cleanup_errors=True)
        self._said: list[Said] = []
        self._members: list[Process] = []
        self._desks: list[Desk] = []
        config = decoder.config
        start = {
            "recipe": recipe.to_dict(),
            "vocab_size": config.vocab_size,
            "tokens": {"digits": config.digits, "widths": config.widths, "breaks": config.breaks},
            "folder": self._folder.name,
        }
        for number in range(recipe.train.processes - 1):
            self._said.append(queue.Queue())
            self._desks.append(desk(Path(self._folder.name), number, recipe, decoder))
            self._members.append(Process("cogling.train.member", self._said[-1], read_line))
            self._tell(number, {**start, "number": number})
        for said in self._said:
            self._heard(said)
        # Once all have opened the files they need no names, and nothing stays behind however the run ends.
        # Windows keeps the names of open files until `close`.
        self._folder.cleanup()

    def begin(self, stage: str, parts: Sequence[TensorBatch]) -> None:
        """Gives each member its rows and the weights, and lets all begin."""
        with torch.no_grad():
            torch._foreach_copy_(self._desks[0].weights, list(self._decoder.parameters()))
        for number, (mine, part) in enumerate(zip(self._desks, parts, strict=True)):
            mine.integers.copy_(torch.stack((part.tokens, part.targets, part.positions, part.documents)))
            mine.loss_weights.copy_(part.weights)
            self._tell(number, {"stage": stage})

    def finish(self) -> tuple[list[float], list[Tensor], list[str]]:
        """(losses, wrong BT of each member, notes), once all have added their gradients to the decoder's."""
        losses: list[float] = []
        wrongs: list[Tensor] = []
        notes: list[str] = []
        parameters = list(self._decoder.parameters())
        for said, mine in zip(self._said, self._desks, strict=True):
            notes += self._heard(said)["notes"]
            losses += mine.losses.tolist()
            wrongs.append(mine.wrong.clone())
            add_gradients(parameters, mine.gradients)
        return losses, wrongs, notes

    def close(self) -> None:
        for member in self._members:
            member.stop()
        self._folder.cleanup()

    def _heard(self, said: Said) -> dict[str, Any]:
        """What a member says next."""
        member, message = said.get()
        if isinstance(message, Exception):
            raise member.failure(_MEMBER)
        if "error" in message:
            raise CoglingError(message["error"])
        heard: dict[str, Any] = message
        return heard

    def _tell(self, number: int, message: dict[str, Any]) -> None:
        try:
            self._members[number].send(message)
        except OSError:
            raise self._members[number].failure(_MEMBER) from None


def add_gradients(parameters: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> None:
    """Adds to the gradients of the parameters, in float32."""
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient is None:
            continue
        if parameter.grad is None:
            parameter.grad = gradient.to(torch.float32, copy=True)
        else:
            parameter.grad += gradient
