"""The loader: keeps a fixed number of batches in the making, ahead of the loop, in worker processes.

Which curriculum mix a batch is made with depends only on when it was asked for, and that is a fixed
number of steps before its use; so the data is the same for any number and speed of workers, and the
requests under way, kept in the checkpoint, are all that a resumed run needs.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections import deque
from typing import Any

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.sources import Mix
from cogling.data.worker import read_batch
from cogling.errors import CoglingError
from cogling.text.tokenizer import Tokenizer


class Loader:
    """Batches in order. Use as a context manager: leaving it ends the workers.

    waited: seconds that `next` has spent waiting for a batch that was not ready.
    """

    def __init__(self, recipe: Recipe, tokenizer: Tokenizer) -> None:
        self.pending: deque[dict[str, Any]] = deque()
        self.waited = 0.0
        start = json.dumps({"recipe": recipe.to_dict(), "tokenizer": tokenizer.to_json()})
        self._workers = [_Worker(start) for _ in range(recipe.data.workers)]

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
        self._workers[request["index"] % len(self._workers)].send(request)

    def next(self) -> Batch:
        """The batch of the oldest request. Raises CoglingError where a worker failed."""
        request = self.pending.popleft()
        start = time.perf_counter()
        batch = self._workers[request["index"] % len(self._workers)].receive()
        self.waited += time.perf_counter() - start
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


class _Worker:
    """One process, and a thread that reads its batches so that it never waits for the loop."""

    def __init__(self, start: str) -> None:
        # Generators that draw from sets of strings make the same problems in every worker.
        fixed = {"PYTHONHASHSEED": "0", "TOKENIZERS_PARALLELISM": "false", "OMP_NUM_THREADS": "1"}
        environment = {**os.environ, **fixed}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "cogling.data.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._ready: queue.Queue[Batch | Exception] = queue.Queue()
        self._write(start)
        threading.Thread(target=self._read, daemon=True).start()

    def send(self, request: dict[str, Any]) -> None:
        self._write(json.dumps(request))

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._died() from None

    def _read(self) -> None:
        assert self._process.stdout is not None
        while True:
            try:
                self._ready.put(read_batch(self._process.stdout))
            except CoglingError as error:
                self._ready.put(error)
            except (EOFError, ValueError) as error:
                self._ready.put(error)
                return

    def receive(self) -> Batch:
        result = self._ready.get()
        if isinstance(result, CoglingError):
            raise result
        if isinstance(result, Exception):
            raise self._died()
        return result

    def _died(self) -> CoglingError:
        try:
            code: int | None = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:  # it lives, but what it sent was no batch
            code = None
        end = "sent damaged data" if code is None else f"ended with exit code {code}"
        return CoglingError(
            f"a data worker {end}, perhaps for want of memory; what it said is above, "
            "and `cogling resume` continues from the last checkpoint"
        )

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue
