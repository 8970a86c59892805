"""Caches of one decoder that come and go while replies are written, in memory that is used again.

On a virtual machine, memory that is handed back to the system is handed on to its host, and to get a gigabyte
of it again takes up to a second, longer than to fill it (LOG.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from cogling.model.cache import RECENT, Cache
from cogling.model.decoder import Decoder

SPARE = 1 << 29
"""Most numbers that memory is larger than what it is taken for: a gigabyte, in bfloat16."""


class Caches:
    """Makes caches, and takes back what they were kept in. What it holds is freed with it.

    dtype: what keys and values are kept in, the weights' own type where not given.
    """

    def __init__(self, decoder: Decoder, dtype: torch.dtype | None = None) -> None:
        self._decoder = decoder
        self._weight = decoder.embedding.weight
        self._dtype = dtype or self._weight.dtype
        self._free: list[Tensor] = []

    def new(self, starts_B: Tensor, capacity: int) -> Cache:
        """An empty one, as `Decoder.new_cache`; but its slots hold anything until they are written."""
        shape = self._decoder.cache_shape(len(starts_B), capacity)
        half = math.prod(shape)
        keys_values = self._take(2 * half)[: 2 * half].view(2, *shape)
        return Cache(keys_values[0], keys_values[1], starts_B)

    def give_back(self, cache: Cache) -> None:
        """Lets the next caches have its memory. It must not be used any more."""
        if self._weight.device.type == "cpu":  # elsewhere PyTorch itself keeps what is freed
            storage = cache.keys.untyped_storage()
            self._free.append(torch.empty(0, dtype=self._dtype).set_(storage))

    def _take(self, numbers: int) -> Tensor:
        """At least so many numbers: the smallest memory given back that has them, or new memory.

        That is a power of two where this is not far, so that it will do for caches that have grown. What none
        uses of it is never touched, and so not handed out by the system.
        """
        if self._weight.device.type != "cpu":
            return self._weight.new_empty(numbers, dtype=self._dtype)
        self._free.sort(key=len)
        for place, memory in enumerate(self._free):
            if len(memory) >= numbers:
                return self._free.pop(place)
        if self._free:
            self._free.pop()  # the largest is too small by now
        size = min(1 << (numbers - 1).bit_length(), numbers + SPARE)
        return self._weight.new_empty(size, dtype=self._dtype)

    def begun(self, shared: Cache, starts_B: Tensor, capacity: int, prompts: Sequence[list[int]]) -> Cache:
        """One whose first slots are filled from a cache of one row with what all prompts begin with.

        A row that starts some slots later takes as much less of it, and reads the rest with its own tokens.
        """
        cache = self.new(starts_B, capacity)
        cache.length = shared.length
        for row, start in enumerate(starts_B.tolist()):
            taken = max(0, shared.length - start)
            for to, source in ((cache.keys, shared.keys), (cache.values, shared.values)):
                to[:, row, :, : shared.length - taken] = 0
                to[:, row, :, shared.length - taken : shared.length] = source[:, 0, :, :taken]
            if taken:
                tokens = prompts[row][:taken]
                for counts in self._decoder.counts:
                    cache.counts[counts.name][row] = counts.kept(tokens)
                cache.recent_BT[row, -min(taken, RECENT) :] = torch.tensor(tokens[-RECENT:])
        return cache

    def joined(self, caches: Sequence[Cache], capacity: int) -> Cache:
        """One with the rows of several, their ends aligned; those are given back.

        Slots that no row needs any more are left behind. What a cache holds is tied to positions, not to
        slots, so rows may move.
        """
        length = span(caches)
        whole = self.new(torch.cat([length - c.length + c.starts_B for c in caches]), capacity)
        whole.length = length
        for name in ("digits_B", "recent_BT"):
            setattr(whole, name, torch.cat([getattr(cache, name) for cache in caches]))
        for name in whole.counts:
            whole.counts[name] = torch.cat([cache.counts[name] for cache in caches])
        row = 0
        for cache in caches:
            reach, rows = min(length, cache.length), slice(row, row + len(cache.starts_B))
            for to, source in ((whole.keys, cache.keys), (whole.values, cache.values)):
                to[:, rows, :, : length - reach] = 0
                to[:, rows, :, length - reach : length] = source[:, :, :, cache.length - reach : cache.length]
            row = rows.stop
        for cache in caches:
            self.give_back(cache)
        return whole


def span(caches: Sequence[Cache]) -> int:
    """The slots that the longest row of these caches takes."""
    return max(cache.length - int(cache.starts_B.min()) for cache in caches)
