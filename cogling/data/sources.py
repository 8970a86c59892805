"""Where batches come from. A source is a class with one method, registered by stage in `SOURCES`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from cogling.config import Recipe
from cogling.data.batch import Batch, Document, Ints, pack
from cogling.data.shards import Shards
from cogling.errors import CoglingError
from cogling.files import read_text
from cogling.seeds import rng_of, seed_of
from cogling.tasks import get_task
from cogling.tasks.base import Problem, Task
from cogling.tasks.mistakes import with_mistakes
from cogling.tasks.sample import draw
from cogling.text.chat import THINK, reply_parts
from cogling.text.tokenizer import Tokenizer

Mix = dict[str, Any]
"""What the curriculum asks for: {"weights": [a number a task], "rungs": [a rung a task]}."""

PROBLEMS_A_BATCH = 1_000_000
"""Room in the numbering of problems, so that no two batches hold the same one."""


class Source(Protocol):
    def batch(self, index: int, mix: Mix) -> Batch:
        """Batch number `index`. The same index and mix give the same batch, always."""
        ...


class ProblemSource:
    """Reasoning problems with their traces, for the stage `reason`."""

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer) -> None:
        self.tasks = [get_task(name) for name in recipe.data.task_names()]
        self.tokenizer = tokenizer
        self.seed = recipe.train.seed
        self.rows, self.length = recipe.train.batch or 1, recipe.train.length
        self.prompt_weight = recipe.train.prompt_loss
        self.mistakes, self.mistake_rate = recipe.data.mistakes, recipe.data.mistake_rate
        self.mistake_weight = recipe.data.mistake_loss
        self.frontier = recipe.curriculum.frontier
        self.shards = Shards(recipe.data.shards) if recipe.data.shards is not None else None

    def batch(self, index: int, mix: Mix) -> Batch:
        rng = rng_of("batch", self.seed, index)
        documents: list[Document] = []
        wanted, made = self.rows * self.length, 0
        too_long = 0
        while made < wanted:
            task = rng.choices(range(len(self.tasks)), weights=mix["weights"])[0]
            number = index * PROBLEMS_A_BATCH + len(documents) + too_long
            document = self._fitting(task, mix["rungs"][task], number)
            if document is None:
                too_long += 1
                if too_long > wanted // 16:
                    raise CoglingError(
                        f"task '{self.tasks[task].name}' writes problems that are too long even when "
                        f"easiest, and train.length is {self.length} tokens; raise train.length"
                    )
                continue
            documents.append(document)
            made += len(document)
        return pack(documents, self.rows, self.length, self.tokenizer.pad_id)

    def _fitting(self, task: int, rung: int, number: int) -> Document | None:
        """A problem of the task as a document; an easier one where that of the rung is too long for a row."""
        for easier in range(rung + 1):
            problem = self._problem(self.tasks[task], rung - easier, number)
            # Tokens are at least as many as lines; what cannot fit need not be encoded.
            if len(problem.steps) <= self.length:
                document = self._document(problem, task, number)
                if len(document) <= self.length:
                    return document
        return None

    def _problem(self, task: Task, rung: int, number: int) -> Problem:
        """Problem `number`, from the shards where they hold that task and rung."""
        if self.shards is not None:
            found = self.shards.pick(task.name, rung, seed_of("shard", task.name, self.seed, number))
            if found is not None:
                return found
        return draw(task, "train", self.seed, number, [rung] * len(task.knobs), self.frontier)

    def _document(self, problem: Problem, task: int, number: int) -> Document:
        prompt = self.tokenizer.encode_prompt(problem.question)
        steps: Sequence[str] = problem.steps
        mistakes: list[int] = []
        rng = rng_of("mistake", self.seed, number)
        if rng.random() < self.mistakes:
            steps, mistakes = with_mistakes(steps, rng, self.mistake_rate)
        reply = self.tokenizer.encode_parts(reply_parts(steps, problem.answer))
        weights = [self.prompt_weight] * (len(prompt) - 1) + [1.0] * len(reply)
        if mistakes:
            ends = list(accumulate((len(step.encode()) + 1 for step in steps), initial=len(THINK)))
            spans = [(ends[at], ends[at + 1] - 1) for at in mistakes]
            for place, begin, finish in self.tokenizer.places(reply):
                if any(start <= begin and finish <= end for start, end in spans):
                    weights[len(prompt) - 1 + place] = self.mistake_weight
        return Document(prompt + reply, weights, task)


class TextSource:
    """Plain text, for the stage `pretrain`: documents one after another, cut into rows."""

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer) -> None:
        assert recipe.data.path is not None
        self.seed = recipe.train.seed
        self.rows, self.length = recipe.train.batch or 1, recipe.train.length
        self.end_id = tokenizer.end_id
        texts = list(read_documents(recipe.data.path))
        rng_of("documents", self.seed).shuffle(texts)
        stream = [i for text in texts for i in (*tokenizer.encode(text), self.end_id)]
        rows = (len(stream) - 1) // self.length
        if rows < 1:
            raise CoglingError(
                f"data.path {recipe.data.path} holds {len(stream)} tokens, less than one row of "
                f"{self.length}; give more text or lower train.length"
            )
        self.inputs = np.array(stream[: rows * self.length], np.int64).reshape(rows, self.length)
        self.targets = np.array(stream[1 : rows * self.length + 1], np.int64).reshape(rows, self.length)
        self._order = lru_cache(maxsize=2)(self._order_of)  # a batch may lie across two epochs

    def batch(self, index: int, mix: Mix) -> Batch:
        chosen = [self._row(number) for number in range(index * self.rows, (index + 1) * self.rows)]
        tokens, targets = self.inputs[chosen], self.targets[chosen]
        # A document begins after each end token; a row is numbered from where the row before stopped.
        begins = np.zeros_like(tokens)
        begins[:, 1:] = tokens[:, :-1] == self.end_id
        begins[:, 0] = 1
        documents = np.cumsum(begins).reshape(tokens.shape) - 1
        columns = np.broadcast_to(np.arange(self.length), tokens.shape)
        positions = columns - np.maximum.accumulate(np.where(begins == 1, columns, 0), axis=1)
        weights = np.ones(tokens.shape, np.float32)
        tasks = np.full(int(documents.max()) + 1, -1, np.int64)
        return Batch(tokens, targets, weights, positions, documents, tasks)

    def _row(self, number: int) -> int:
        """Which row comes at that place: every epoch sees all rows, in an order of its own."""
        epoch, place = divmod(number, len(self.inputs))
        return int(self._order(epoch)[place])

    def _order_of(self, epoch: int) -> Ints:
        return np.random.default_rng(seed_of("epoch", self.seed, epoch)).permutation(len(self.inputs))


def read_documents(path: Path) -> Iterator[str]:
    """The documents of a .jsonl file (the key "text" of each line) or of a text file.

    A text file is split at lines that read <|endoftext|>; without any it is one document.
    """
    text = read_text(path)
    if path.suffix == ".jsonl":
        # Not splitlines: JSON strings may hold line separators other than "\n".
        for number, line in enumerate(text.split("\n"), 1):
            if not line.strip():
                continue
            try:
                document = json.loads(line)["text"]
            except (ValueError, KeyError, TypeError):
                document = None
            if not isinstance(document, str):
                raise CoglingError(f"{path} line {number}: not a JSON object with a 'text'")
            yield document
        return
    for document in text.split("<|endoftext|>"):
        if document.strip():
            yield document.strip()


SOURCES: dict[str, Callable[[Recipe, Tokenizer], Source]] = {"pretrain": TextSource, "reason": ProblemSource}
