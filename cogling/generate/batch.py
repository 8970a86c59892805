"""Replies in the making: rows that share a cache and are written one token at a time, all at once.

Rows leave as they finish, the last ones taking their places, and batches can be merged.

Shape letters: B rows, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from cogling.generate.caches import Caches, span
from cogling.generate.repeats import repeats_itself
from cogling.generate.reply import FinishReason, Transcript
from cogling.generate.sampling import Sampling, choose, uniforms
from cogling.model.cache import Cache
from cogling.model.decoder import Decoder

PREFILL_TOKENS = 8192
"""Prompt tokens read at a time, padding included: bounds the memory that long prompts take."""

LOOK_EVERY = 64
"""Tokens between two looks for replies that go round in circles."""

LEAST_SHARED = 16
"""Tokens that prompts must begin with in common to have them read only once."""


@dataclass(eq=False, slots=True)
class Row:
    """One reply in the making.

    index: which prompt it answers; key: of its random numbers; limit: most tokens that it may have;
    transcript: only where text is wanted at every step, for stop strings or a stream.
    """

    index: int
    prompt: list[int]
    limit: int
    key: int
    transcript: Transcript | None = None
    tokens: list[int] = field(default_factory=list)
    finish_reason: FinishReason | None = None


class Batch:
    """Rows with one cache. After construction, and after each `step`, every row has one token more.

    rows: those that are not finished. finished: the others, until someone takes them.
    """

    _next_B: Tensor
    _cache: Cache

    def __init__(
        self,
        decoder: Decoder,
        sampling: Sampling,
        end_id: int,
        rows: Sequence[Row],
        caches: Caches,
    ) -> None:
        """Reads the prompts, which should be of similar lengths, and chooses each row's first token."""
        self._decoder, self._sampling, self._end_id = decoder, sampling, end_id
        self._caches = caches
        self._device = decoder.embedding.weight.device
        self.rows = list(rows)
        self._watched = any(row.transcript is not None for row in rows)
        self._history_B: list[Tensor] = []
        self._keys = np.array([row.key for row in rows], dtype=np.uint64)
        self._counts = np.zeros(len(rows), dtype=np.uint64)
        self._seen_BV: Tensor | None = None
        if sampling.repetition_penalty != 1:
            shape = len(rows), decoder.config.vocab_size
            self._seen_BV = torch.zeros(shape, dtype=torch.bool, device=self._device)
            for seen_V, row in zip(self._seen_BV, rows, strict=True):
                seen_V[row.prompt] = True
        self.finished: list[Row] = []
        self._plan()
        self._accept(self._read_prompts(rows))

    def step(self) -> None:
        """Writes one token to each row; rows that finish move to `finished`."""
        if self._cache.length == self._cache.capacity:
            self.merge()
        hidden_B1D = self._decoder.hidden(self._next_B[:, None], cache=self._cache)
        self._accept(self._decoder.logits(hidden_B1D[:, -1]))

    def merge(self, others: Sequence[Batch] = ()) -> None:
        """Moves to a cache with room to grow, but no larger than its rows need by now.

        Takes over the rows of other batches of the same decoder, sampling and caches.
        """
        batches = [self, *others]
        for batch in batches:
            batch._record()
        seen = [batch._seen_BV for batch in batches if batch._seen_BV is not None]
        self._seen_BV = torch.cat(seen) if seen else None
        self._next_B = torch.cat([batch._next_B for batch in batches])
        self._keys = np.concatenate([batch._keys for batch in batches])
        self._counts = np.concatenate([batch._counts for batch in batches])
        self.rows = [row for batch in batches for row in batch.rows]
        caches = [batch._cache for batch in batches]
        self._cache = self._caches.joined(caches, self._capacity(span(caches)))
        self._plan()

    def _read_prompts(self, rows: Sequence[Row]) -> Tensor:
        """Fills the cache with the prompts and returns the logits after each, BV."""
        longest = max(len(row.prompt) for row in rows)
        shared = self._read_shared([row.prompt for row in rows])
        share = max(1, PREFILL_TOKENS // (longest - shared.length))
        caches, logits = [], []
        for begin in range(0, len(rows), share):
            prompts = [row.prompt for row in rows[begin : begin + share]]
            length = max(map(len, prompts))
            tokens = torch.tensor([[0] * (length - len(p)) + p for p in prompts], device=self._device)
            starts_B = torch.tensor([length - len(p) for p in prompts], device=self._device)
            capacity = self._capacity(length) if share >= len(rows) else length
            cache = self._caches.begun(shared, starts_B, capacity, prompts)
            hidden_BTD = self._decoder.hidden(tokens[:, cache.length :], cache=cache)
            logits.append(self._decoder.logits(hidden_BTD[:, -1]))
            caches.append(cache)
        self._cache = caches[0]
        if len(caches) > 1:
            self._cache = self._caches.joined(caches, self._capacity(longest))
        self._caches.give_back(shared)
        return torch.cat(logits)

    def _read_shared(self, prompts: Sequence[list[int]]) -> Cache:
        """A cache of one row with what all prompts begin with; empty where that is little.

        Empty with place values too: rows that take a part of it may part within a number, and the cache
        says of its end only how many digits that has.
        """
        first, last = min(prompts), max(prompts)  # all others lie between them, so share what these share
        most = min(map(len, prompts)) - 1  # each needs a token of its own to go on from
        length = next((i for i in range(most) if first[i] != last[i]), most)
        if len(prompts) == 1 or length < LEAST_SHARED or self._decoder.config.place_values:
            length = 0
        start_1 = torch.zeros(1, dtype=torch.long, device=self._device)
        cache = self._caches.new(start_1, length)
        if length:
            self._decoder.hidden(torch.tensor([first[:length]], device=self._device), cache=cache)
        return cache

    def _capacity(self, length: int) -> int:
        """Slots for a cache that holds `length` of them now: room to grow, but no more than can be used."""
        needed = max(len(row.prompt) + row.limit for row in self.rows)
        return max(length + 1, min(needed, length + max(128, length // 4)))

    def _accept(self, logits_BV: Tensor) -> None:
        """Chooses each row's next token, and takes out the rows that it finishes."""
        uniforms_B = None
        if not self._sampling.greedy:
            uniforms_B = torch.from_numpy(uniforms(self._keys, self._counts)).to(self._device)
            self._counts += np.uint64(1)
        self._next_B = choose(logits_BV.float(), self._sampling, self._seen_BV, uniforms_B)
        if self._seen_BV is not None:
            self._seen_BV.scatter_(1, self._next_B[:, None], True)
        self._history_B.append(self._next_B)
        self._room -= 1
        stopped = self._watched and self._feed_transcripts()
        if self._room == 0 or stopped or bool((self._next_B == self._end_id).any()):
            self._take_out_finished()

    def _feed_transcripts(self) -> bool:
        """True where a stop string is now complete."""
        stopped = False
        for row, token in zip(self.rows, self._next_B.tolist(), strict=True):
            if row.transcript is not None and token != self._end_id:
                row.transcript.feed(token)
                stopped |= row.transcript.stopped
        return stopped

    def _record(self) -> None:
        """Moves the tokens chosen since the last time into the rows."""
        if not self._history_B:
            return
        for row, tokens in zip(self.rows, torch.stack(self._history_B, 1).tolist(), strict=True):
            row.tokens += tokens
        self._history_B = []

    def _take_out_finished(self) -> None:
        self._record()
        unfinished = []
        for i, row in enumerate(self.rows):
            row.finish_reason = self._why_finished(row)
            if row.finish_reason is None:
                unfinished.append(i)
            else:
                self.finished.append(row)
        if unfinished:
            self._keep(unfinished)
            self._plan()
        else:
            self.rows = []
            self._caches.give_back(self._cache)

    def _why_finished(self, row: Row) -> FinishReason | None:
        if row.tokens[-1] == self._end_id or (row.transcript is not None and row.transcript.stopped):
            return "stop"
        if len(row.tokens) == row.limit:
            return "length"
        return "repeats" if self._goes_round(row) else None

    def _keep(self, places: Sequence[int]) -> None:
        """Leaves only the rows at these places. The last of them fill the gaps, so that few have to move."""
        if len(places) == len(self.rows):
            return
        order = filled_up(places)
        index_B = torch.tensor(order, device=self._device)
        self.rows = [self.rows[i] for i in order]
        self._next_B, self._keys, self._counts = self._next_B[index_B], self._keys[order], self._counts[order]
        if self._seen_BV is not None:
            self._seen_BV = self._seen_BV[index_B]
        self._cache.keep(order)

    def _plan(self) -> None:
        """How many steps all rows can take before the first one reaches its limit, or has to be looked at."""
        self._room = min(row.limit - len(row.tokens) for row in self.rows)
        if self._sampling.repeats:
            self._room = min(self._room, *(LOOK_EVERY - len(row.tokens) % LOOK_EVERY for row in self.rows))

    def _goes_round(self, row: Row) -> bool:
        """Looked at only at every so many tokens of the row: the same, whatever rows share its batch."""
        times = self._sampling.repeats
        return times > 0 and len(row.tokens) % LOOK_EVERY == 0 and repeats_itself(row.tokens, times)


def filled_up(places: Sequence[int]) -> list[int]:
    """The places, rising ones, in another order: as many as can stay where they are, and the last ones move
    into the gaps. What is at any place comes from it or from a later one."""
    n, rows = len(places), set(places)
    later = iter([place for place in places if place >= n])
    return [place if place in rows else next(later) for place in range(n)]
