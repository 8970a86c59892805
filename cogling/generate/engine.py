"""Prompts in, replies out: batched with a cache, or streamed one piece at a time.

Greedy replies do not depend on how prompts are batched, nor do sampled ones, up to the last bit of the
logits: matrix products of other shapes round differently, which decides only between near-equal tokens.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch

from cogling.errors import CoglingError
from cogling.generate.batch import Batch, Row
from cogling.generate.caches import Caches
from cogling.generate.reply import Generated, Piece, Transcript
from cogling.generate.sampling import Sampling, stream_key
from cogling.model.decoder import Decoder
from cogling.text.chat import THINK
from cogling.text.tokenizer import Tokenizer

Prompt = str | Sequence[tuple[str, str]]
"""A question, or (role, text) turns that end with the user's."""


class Engine:
    """Writes replies with one decoder.

    threads: of torch while it generates, restored afterwards. 1 where not given: small models gain little
    from more, and lose tenfold where the cores are busy (OpenMP threads spin while they wait).
    cache_dtype: what the cache is kept in, the weights' own type where not given. Long replies are bound by
    how fast it can be read.
    """

    def __init__(
        self,
        decoder: Decoder,
        tokenizer: Tokenizer,
        threads: int | None = None,
        cache_dtype: torch.dtype | None = None,
    ) -> None:
        if threads is not None and threads < 1:
            raise CoglingError(f"threads is {threads}; it must be at least 1")
        self.decoder = decoder
        self.tokenizer = tokenizer
        self.threads = threads or 1
        self.cache_dtype = cache_dtype
        self.context = decoder.config.context

    def encode(self, prompt: Prompt) -> list[int]:
        """A prompt's ids. Raises CoglingError where it is empty, or leaves no room for one token of reply."""
        turns = [("user", prompt)] if isinstance(prompt, str) else list(prompt)
        for role, text in turns:
            if role not in ("user", "assistant"):
                raise CoglingError(f"unknown role '{role}'; a turn is by 'user' or 'assistant'")
            if role == "user" and not text.strip():
                raise CoglingError("empty prompt; ask something")
        if not turns or turns[-1][0] != "user":
            raise CoglingError("the last turn must be the user's")
        ids = self.tokenizer.encode_prompt(turns)
        if len(ids) + 1 > self.context:
            raise CoglingError(
                f"prompt too long: {len(ids)} tokens, where the model's context of {self.context} "
                f"leaves room for {self.context - 1}; shorten it"
            )
        return ids

    def generate(
        self,
        prompts: Sequence[Prompt],
        sampling: Sampling | None = None,
        batch_size: int = 64,
        progress: Callable[[int], None] | None = None,
        keys: Sequence[int] | None = None,
        begun: Sequence[str] | None = None,
    ) -> list[Generated]:
        """One reply for each prompt, in their order; greedy where no sampling is given.

        begun: thoughts to go on from, one for each prompt; what is returned is only what was added.
        progress: called with the number of replies finished so far, each time it grows.
        keys: tell the random draws of the prompts apart; 0, 1, 2 ... where not given.
        Raises CoglingError, naming the prompt by its index, for one that cannot be answered.
        """
        replies: dict[int, Generated] = {}
        for index, reply in self.as_finished(prompts, sampling, batch_size, keys, begun):
            replies[index] = reply
            if progress is not None:
                progress(len(replies))
        return [replies[i] for i in range(len(prompts))]

    def as_finished(
        self,
        prompts: Sequence[Prompt],
        sampling: Sampling | None = None,
        batch_size: int = 64,
        keys: Sequence[int] | None = None,
        begun: Sequence[str] | None = None,
    ) -> Iterator[tuple[int, Generated]]:
        """As `generate`, but (index of the prompt, its reply) as soon as each is finished."""
        if isinstance(prompts, str):
            raise CoglingError("prompts is one string; give a list of prompts")
        keys = range(len(prompts)) if keys is None else keys
        yield from self.groups_as_finished([(prompts, keys)], sampling, batch_size, begun)

    def groups_as_finished(
        self,
        groups: Iterable[tuple[Sequence[Prompt], Sequence[int]]],
        sampling: Sampling | None = None,
        batch_size: int = 64,
        begun: Sequence[str] | None = None,
    ) -> Iterator[tuple[int, Generated]]:
        """As `as_finished` for groups of prompts and their keys, numbered on from one to the next.

        Prompts of one group should be alike: they are read together, and not with those of others. A group
        is taken from `groups` only when there is room for it beside what is being written.
        """
        if batch_size < 1:
            raise CoglingError(f"batch_size is {batch_size}; it must be at least 1")
        sampling = sampling or Sampling()
        rows = self._groups_of_rows(groups, sampling, begun)
        for row in self._finish_all(rows, sampling, batch_size):
            yield row.index, self._reply(row)

    def _groups_of_rows(
        self,
        groups: Iterable[tuple[Sequence[Prompt], Sequence[int]]],
        sampling: Sampling,
        begun: Sequence[str] | None,
    ) -> Iterator[list[Row]]:
        index = 0
        for prompts, keys in groups:
            rows = []
            for prompt, key in zip(prompts, keys, strict=True):
                try:
                    rows.append(self._row(index, prompt, sampling, key, begun[index] if begun else ""))
                except CoglingError as error:
                    raise CoglingError(f"prompt {index}: {error}") from None
                index += 1
            if rows:
                yield rows

    def stream(self, prompt: Prompt, sampling: Sampling | None = None, key: int = 0) -> Iterator[Piece]:
        """The reply's text piece by piece, then one piece without text that holds the whole reply.

        All pieces together are the reply's text. A character is held back until it is whole, and text
        that may become a stop string until it is none.
        """
        sampling = sampling or Sampling()
        row = self._row(0, prompt, sampling, key)
        transcript = row.transcript = row.transcript or Transcript(self.tokenizer)
        batch: Batch | None = None
        while row.finish_reason is None:
            with self._settings():
                if batch is None:
                    batch = self._batch(sampling, [row], self._caches())
                else:
                    batch.step()
            if row.finish_reason is not None:
                transcript.finish()
            yield from transcript.take()
        yield Piece("", "answer", self._reply(row))

    def _row(self, index: int, prompt: Prompt, sampling: Sampling, key: int, begun: str = "") -> Row:
        ids = self.encode(prompt)
        if begun:
            ids += self.tokenizer.encode_parts([(THINK, True), (begun, False)])
            if len(ids) + 1 > self.context:
                raise CoglingError(f"the thought begun leaves no room in the context of {self.context}")
        transcript = Transcript(self.tokenizer, sampling.stop) if sampling.stop else None
        room = self.context - len(ids)
        limit = room if sampling.max_tokens is None else min(sampling.max_tokens, room)
        return Row(index, ids, limit, stream_key(sampling.seed, key), transcript)

    def _finish_all(self, groups: Iterator[list[Row]], sampling: Sampling, batch_size: int) -> Iterator[Row]:
        """The rows as they finish.

        A step costs hardly less for a few rows than for many. So a batch that is half empty is set aside
        until another one is, and the two are merged: a few long replies would else take as long as a whole
        batch.
        """
        waiting: deque[Row] = deque()
        aside: list[Batch] = []
        few, more, caches = batch_size // 2, True, self._caches()
        while True:
            room = sum(len(batch.rows) for batch in aside) <= few
            if room and more and not waiting:
                group = next(groups, None)
                more = group is not None
                waiting.extend(sorted(group or [], key=lambda row: len(row.prompt)))
            if not waiting and not aside:
                return
            with self._settings():
                if waiting and room:
                    share = [waiting.popleft() for _ in range(min(batch_size, len(waiting)))]
                    batch = self._batch(sampling, share, caches)
                else:
                    batch, *others = aside
                    batch.merge(others)
                    aside = []
            yield from self._written(batch, least=few if waiting or more or aside else 0)
            if batch.rows:
                with self._settings():
                    batch.merge()  # a cache of its size, as it may wait long
                aside.append(batch)

    def _written(self, batch: Batch, least: int) -> Iterator[Row]:
        """The rows that finish until so few are left."""
        while True:
            done, batch.finished = batch.finished, []
            yield from done
            if len(batch.rows) <= least:
                return
            with self._settings():
                while not batch.finished:
                    batch.step()

    def _batch(self, sampling: Sampling, rows: list[Row], caches: Caches) -> Batch:
        return Batch(self.decoder, sampling, self.tokenizer.end_id, rows, caches)

    def _caches(self) -> Caches:
        return Caches(self.decoder, self.cache_dtype)

    def _reply(self, row: Row) -> Generated:
        tokens = row.tokens
        body = tokens[:-1] if tokens[-1] == self.tokenizer.end_id else tokens
        if row.transcript is not None and row.transcript.stopped:
            text, completion = row.transcript.text, row.transcript.completion()
        else:
            text, completion = self.tokenizer.decode(body), self.tokenizer.decode_reply(body)
        assert row.finish_reason is not None
        return Generated(
            tokens, text, completion.thought, completion.answer, row.finish_reason, len(row.prompt)
        )

    @contextmanager
    def _settings(self) -> Iterator[None]:
        """Torch as generation wants it. Never held across a yield: the caller's code would run with it."""
        before = torch.get_num_threads()
        torch.set_num_threads(self.threads)
        try:
            with torch.inference_mode():
                yield
        finally:
            torch.set_num_threads(before)
