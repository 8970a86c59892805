"""The loader: keeps a fixed number of batches in the making, ahead of the loop, in worker processes.

Which curriculum mix a batch is made with depends only on when it was asked for, and that is a fixed
number of steps before its use; so the data is the same for any number and speed of workers, and the
requests under way, kept in the checkpoint, are all that a resumed run needs.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from typing import Any

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.sources import Mix
from cogling.data.worker import read_batch
from cogling.errors import CoglingError
from cogling.processes import Process, Said
from cogling.text.tokenizer import Tokenizer


class Loader:
    """Batches in order. Use as a context manager: leaving it ends the workers.

    waited: seconds that `next` has spent waiting for a batch that was not ready.
    """

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer) -> None:
        self.pending: deque[dict[str, Any]] = deque()
        self.waited = 0.0
        self._said: list[Said] = [queue.Queue() for _ in range(recipe.data.workers)]
        self._workers = [Process("cogling.data.worker", said, read_batch) for said in self._said]
        for number in range(recipe.data.workers):
            self._write(number, {"recipe": recipe.to_dict(), "tokenizer": tokenizer.to_json()})

    def __enter__(self) -> Loader:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers:
            worker.stop()

    def request(self, index: int, stage: str, mix: Mix) -> None:
        """Asks for batch number `index`; batches come back in the order of the requests."""
        self._send({"index": index, "stage": stage, "mix": mix})

    def _send(self, request: dict[str, Any]) -> None:
        self.pending.append(request)
        self._write(request["index"] % len(self._workers), request)

    def _write(self, number: int, message: dict[str, Any]) -> None:
        try:
            self._workers[number].send(message)
        except OSError:
            raise self._workers[number].failure("a data worker") from None

    def next(self) -> Batch:
        """The batch of the oldest request. Raises CoglingError where a worker failed."""
        request = self.pending.popleft()
        start = time.perf_counter()
        worker, result = self._said[request["index"] % len(self._workers)].get()
        self.waited += time.perf_counter() - start
        if isinstance(result, CoglingError):
            raise result
        if isinstance(result, Exception):
            raise worker.failure("a data worker")
        batch: Batch = result
        return batch

    def state(self) -> list[dict[str, Any]]:
        """The requests under way, JSON-able."""
        return list(self.pending)

    def restore(self, state: list[dict[str, Any]]) -> None:
        """Asks again for what was under way; what this loader had under way is thrown away."""
        while self.pending:
            self.next()
        for request in state:
            self._send(request)
