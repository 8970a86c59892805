"""The cache that lets a decoder write one token without reading all of the text again."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from cogling.model.config import COUNTED

RECENT = 2
"""Tokens before the next one that tables of n-grams look at."""


class Cache:
    """What every block keeps of the tokens seen so far, in slots shared by all rows of a batch.

    Prompts of different lengths are aligned at their ends, so that every row writes its next token
    to the same slot; `starts_B` is the slot of each row's first real token.

    keys, values: LBHSW (layers, rows, heads, slots, head width). A layer is one pass through one block:
    where the blocks are run in loops, each loop has layers of its own, from `first_layer` on.
    recent_BT: the last `RECENT` tokens of each row; -1 before the first.
    counts: by name (`cogling.model.counts`), what the next token of each row counts on from, B.
    digits_B: how many digits the number has that a row ends with; only written where place values are used.
    """

    def __init__(self, keys_LBHSW: Tensor, values_LBHSW: Tensor, starts_B: Tensor) -> None:
        self.keys = keys_LBHSW
        self.values = values_LBHSW
        self.starts_B = starts_B
        self.length = 0
        self.first_layer = 0
        self.digits_B = torch.zeros_like(starts_B)
        self.recent_BT = torch.full_like(starts_B, -1)[:, None].repeat(1, RECENT)
        self.counts = {name: torch.zeros_like(starts_B) for name in COUNTED}

    @property
    def capacity(self) -> int:
        return self.keys.shape[3]

    def positions_BS(self, length: int) -> Tensor:
        """The position in its own text of each slot up to `length`; negative before a row's start."""
        slots = torch.arange(length, device=self.starts_B.device)
        return slots[None, :] - self.starts_B[:, None]

    def append(self, block: int, k_BHTW: Tensor, v_BHTW: Tensor) -> tuple[Tensor, Tensor]:
        """Writes a block's new keys and values and returns all of them so far.

        `length` moves on only when the decoder has passed all blocks (`Decoder.forward` does it).
        """
        end = self.length + k_BHTW.shape[2]
        layer = self.first_layer + block
        self.keys[layer, :, :, self.length : end] = k_BHTW
        self.values[layer, :, :, self.length : end] = v_BHTW
        return self.keys[layer, :, :, :end], self.values[layer, :, :, :end]

    def keep(self, rows: Sequence[int]) -> None:
        """Leaves these rows, in this order, without taking memory: a row that moves is written over another.

        So each must come from its new place or from a later one.
        """
        for place, row in enumerate(rows):
            if row != place:
                seen = slice(int(self.starts_B[row]), self.length)
                self.keys[:, place, :, seen] = self.keys[:, row, :, seen]
                self.values[:, place, :, seen] = self.values[:, row, :, seen]
        self.keys, self.values = self.keys[:, : len(rows)], self.values[:, : len(rows)]
        index_B = torch.tensor(rows, device=self.starts_B.device)
        self.starts_B, self.digits_B = self.starts_B[index_B], self.digits_B[index_B]
        self.recent_BT = self.recent_BT[index_B]
        self.counts = {name: count_B[index_B] for name, count_B in self.counts.items()}
