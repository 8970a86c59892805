"""Replies in the making: rows that share a cache and are written one token at a time, all at once.

Rows leave as they finish, and batches can be merged. A finished row stays in the tensors, without effect,
until a quarter of them are finished: copying the cache costs about as much as two steps.

Shape letters: B rows, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from cogling.generate.repeats import repeats_itself
from cogling.generate.reply import FinishReason, Transcript
from cogling.generate.sampling import Sampling, choose, uniforms
from cogling.model.cache import RECENT, Cache
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
    """Rows with one cache. After construction, and after each `step`, every row has one token more."""

    def __init__(
        self,
        decoder: Decoder,
        sampling: Sampling,
        end_id: int,
        rows: Sequence[Row],
        cache_dtype: torch.dtype | None = None,
    ) -> None:
        """Reads the prompts, which should be of similar lengths, and chooses each row's first token."""
        self._decoder, self._sampling, self._end_id = decoder, sampling, end_id
        self._cache_dtype = cache_dtype
        self._device = decoder.embedding.weight.device
        self._rows: list[Row | None] = list(rows)
        self._watched = any(row.transcript is not None for row in rows)
        self._history_B: list[Tensor] = []
        self._keys = np.array([row.key for row in rows], dtype=np.uint64)
        self._counts = np.zeros(len(rows), dtype=np.uint64)
        self._alive_B = torch.ones(len(rows), dtype=torch.bool, device=self._device)
        self._seen_BV: Tensor | None = None
        if sampling.repetition_penalty != 1:
            self._seen_BV = self._alive_B.new_zeros(len(rows), decoder.config.vocab_size)
            for seen_V, row in zip(self._seen_BV, rows, strict=True):
                seen_V[row.prompt] = True
        self.finished: list[Row] = []
        self._plan()
        self._accept(self._read_prompts(rows))

    @property
    def rows(self) -> list[Row]:
        """The rows that are not finished."""
        return [row for row in self._rows if row is not None]

    def step(self) -> None:
        """Writes one token to each row; rows that finish move to `finished`."""
        if self._cache.length == self._cache.capacity:
            self._gather([self])
        hidden_B1D = self._decoder.hidden(self._next_B[:, None], cache=self._cache)
        self._accept(self._decoder.logits(hidden_B1D[:, -1]))

    def merge(self, others: Sequence[Batch]) -> None:
        """Takes over the unfinished rows of other batches of the same decoder and sampling."""
        self._gather([self, *others])

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
            cache = self._decoder.new_cache(
                starts_B, self._capacity(length) if share >= len(rows) else length, self._cache_dtype
            )
            begin_with(self._decoder, shared, cache, prompts)
            hidden_BTD = self._decoder.hidden(tokens[:, cache.length :], cache=cache)
            logits.append(self._decoder.logits(hidden_BTD[:, -1]))
            caches.append((cache, torch.arange(len(prompts), device=self._device)))
        self._cache = caches[0][0]
        if len(caches) > 1:
            self._cache = regroup(self._decoder, caches, self._capacity(longest))
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
        cache = self._decoder.new_cache(start_1, length, self._cache_dtype)
        if length:
            self._decoder.hidden(torch.tensor([first[:length]], device=self._device), cache=cache)
        return cache

    def _capacity(self, length: int) -> int:
        """Slots for a cache that holds `length` of them now: room to grow, but no more than can be used.

        Never more than the context, so finished rows that are still in the tensors stay within it too.
        """
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
        if self._room == 0 or stopped or bool(((self._next_B == self._end_id) & self._alive_B).any()):
            self._take_out_finished()

    def _feed_transcripts(self) -> bool:
        """True where a stop string is now complete."""
        stopped = False
        for row, token in zip(self._rows, self._next_B.tolist(), strict=True):
            if row is not None and row.transcript is not None and token != self._end_id:
                row.transcript.feed(token)
                stopped |= row.transcript.stopped
        return stopped

    def _record(self) -> None:
        """Moves the tokens chosen since the last time into the rows."""
        if not self._history_B:
            return
        for row, tokens in zip(self._rows, torch.stack(self._history_B, 1).tolist(), strict=True):
            if row is not None:
                row.tokens += tokens
        self._history_B = []

    def _take_out_finished(self) -> None:
        self._record()
        for i, row in enumerate(self._rows):
            if row is None:
                continue
            if row.tokens[-1] == self._end_id or (row.transcript is not None and row.transcript.stopped):
                row.finish_reason = "stop"
            elif len(row.tokens) == row.limit:
                row.finish_reason = "length"
            elif self._goes_round(row):
                row.finish_reason = "repeats"
            else:
                continue
            self.finished.append(row)
            self._rows[i] = None
        alive = len(self.rows)
        if not alive:
            return
        if alive <= 0.75 * len(self._rows):
            self._gather([self])
        else:
            self._alive_B = torch.tensor([row is not None for row in self._rows], device=self._device)
        self._plan()

    def _plan(self) -> None:
        """How many steps all rows can take before the first one reaches its limit, or has to be looked at."""
        self._room = min(row.limit - len(row.tokens) for row in self.rows)
        if self._sampling.repeats:
            self._room = min(self._room, *(LOOK_EVERY - len(row.tokens) % LOOK_EVERY for row in self.rows))

    def _goes_round(self, row: Row) -> bool:
        """Looked at only at every so many tokens of the row: the same, whatever rows share its batch."""
        times = self._sampling.repeats
        return times > 0 and len(row.tokens) % LOOK_EVERY == 0 and repeats_itself(row.tokens, times)

    def _gather(self, batches: Sequence[Batch]) -> None:
        """Makes the unfinished rows of the batches, with nothing else, this batch's own."""
        for batch in batches:
            batch._record()
        picks = [[i for i, row in enumerate(batch._rows) if row is not None] for batch in batches]
        indices = [torch.tensor(pick, dtype=torch.long, device=self._device) for pick in picks]
        chosen = list(zip(batches, picks, indices, strict=True))
        next_B = torch.cat([b._next_B[i] for b, _, i in chosen])
        seen = [b._seen_BV[i] for b, _, i in chosen if b._seen_BV is not None]
        rows: list[Row | None] = [b._rows[i] for b, pick, _ in chosen for i in pick]
        parts = [(b._cache, i) for b, _, i in chosen]
        self._keys = np.concatenate([b._keys[pick] for b, pick, _ in chosen])
        self._counts = np.concatenate([b._counts[pick] for b, pick, _ in chosen])
        self._rows, self._next_B, self._seen_BV = rows, next_B, torch.cat(seen) if seen else None
        self._alive_B = torch.ones(len(rows), dtype=torch.bool, device=self._device)
        self._cache = regroup(self._decoder, parts, self._capacity(span(parts)))
        self._plan()


def begin_with(decoder: Decoder, shared: Cache, cache: Cache, prompts: Sequence[list[int]]) -> None:
    """Fills the first slots of an empty cache from a cache of one row with what all rows begin with.

    A row that starts some slots later takes as much less of it, and reads the rest with its own tokens.
    """
    cache.length = shared.length
    for row, start in enumerate(cache.starts_B.tolist()):
        taken = max(0, shared.length - start)
        cache.keys[:, row, :, shared.length - taken : shared.length] = shared.keys[:, 0, :, :taken]
        cache.values[:, row, :, shared.length - taken : shared.length] = shared.values[:, 0, :, :taken]
        if taken:
            begun = prompts[row][:taken]
            for counts in decoder.counts:
                cache.counts[counts.name][row] = counts.kept(begun)
            cache.recent_BT[row, -min(taken, RECENT) :] = torch.tensor(begun[-RECENT:])


def span(parts: Sequence[tuple[Cache, Tensor]]) -> int:
    """The slots that the longest of these rows takes."""
    return max(cache.length - int(cache.starts_B[rows].min()) for cache, rows in parts if len(rows))


def regroup(decoder: Decoder, parts: Sequence[tuple[Cache, Tensor]], capacity: int) -> Cache:
    """One cache with the chosen rows (indices) of several, their ends aligned, of the given capacity.

    Slots that no row needs any more are left behind. What a cache holds is tied to positions, not to
    slots, so rows may move.
    """
    length = span(parts)
    starts_B = torch.cat([length - cache.length + cache.starts_B[rows] for cache, rows in parts])
    whole = decoder.new_cache(starts_B, capacity, parts[0][0].keys.dtype)
    whole.length = length
    for name in ("digits_B", "recent_BT"):
        setattr(whole, name, torch.cat([getattr(cache, name)[rows] for cache, rows in parts]))
    for name in whole.counts:
        whole.counts[name] = torch.cat([cache.counts[name][rows] for cache, rows in parts])
    row = 0
    for cache, rows in parts:
        reach = min(length, cache.length)
        to = (slice(None), slice(row, row + len(rows)), slice(None), slice(length - reach, length))
        whole.keys[to] = cache.keys[:, :, :, cache.length - reach : cache.length][:, rows]
        whole.values[to] = cache.values[:, :, :, cache.length - reach : cache.length][:, rows]
        row += len(rows)
    return whole
