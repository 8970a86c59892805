"""A batch: documents packed into rows, with what the loop must know about each token and document."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Document:
    """Token ids, and the weight in the loss of each of them but the first (which nothing predicts).

    task: the number of the task in the recipe's list, -1 for plain text.
    """

    ids: list[int]
    weights: list[float]
    task: int = -1

    def __len__(self) -> int:
        """The room it takes in a row: each token but the last is an input."""
        return len(self.ids) - 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Packed rows, B x T each; N documents.

    tokens: inputs; targets: the token that follows each; weights: of the target in the loss (padding 0).
    positions: place in the own document; documents: number of the document in the batch, N for padding.
    tasks: N, the task of each document.
    """

    tokens: Ints
    targets: Ints
    weights: Floats
    positions: Ints
    documents: Ints
    tasks: Ints

    def arrays(self) -> dict[str, np.ndarray]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def pack(documents: list[Document], rows: int, length: int, pad_id: int) -> Batch:
    """Puts documents into rows, longest first, each where it leaves the least room (best fit).

    Documents for which no room is left are dropped; the caller makes little more than fits.
    """
    shape = (rows, length)
    tokens = np.full(shape, pad_id, np.int64)
    targets = np.full(shape, pad_id, np.int64)
    weights = np.zeros(shape, np.float32)
    positions = np.broadcast_to(np.arange(length), shape).copy()
    numbers = np.full(shape, -1, np.int64)
    tasks: list[int] = []
    free = [length] * rows
    for document in sorted(documents, key=len, reverse=True):
        size = len(document)
        room, row = min(((room, row) for row, room in enumerate(free) if room >= size), default=(0, -1))
        if row < 0:
            continue
        start = length - room
        place = slice(start, start + size)
        tokens[row, place] = document.ids[:-1]
        targets[row, place] = document.ids[1:]
        weights[row, place] = document.weights
        positions[row, place] = np.arange(size)
        numbers[row, place] = len(tasks)
        tasks.append(document.task)
        free[row] -= size
    numbers[numbers < 0] = len(tasks)
    return Batch(tokens, targets, weights, positions, numbers, np.array(tasks, np.int64))
