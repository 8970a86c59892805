"""A process that makes batches: requests come in on stdin as JSON lines, arrays go out on stdout.

A program of its own rather than a `multiprocessing` child: it starts the same way on every system,
needs no guard in the caller's script, unpickles nothing, and ends when its parent does, however that
one ended.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from typing import IO

import numpy as np

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.sources import SOURCES, Source
from cogling.errors import CoglingError
from cogling.text.tokenizer import Tokenizer


def write_batch(stream: IO[bytes], batch: Batch) -> None:
    """A JSON line that names each array's type and shape, then their bytes."""
    arrays = batch.arrays()
    header = {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()}
    stream.write(json.dumps({"arrays": header}).encode() + b"\n")
    for array in arrays.values():
        stream.write(np.ascontiguousarray(array).tobytes())
    stream.flush()


def read_batch(stream: IO[bytes]) -> Batch:
    """The inverse of `write_batch`. Raises EOFError at a stream's end, CoglingError for a worker's error."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    message = json.loads(line)
    if "error" in message:
        raise CoglingError(message["error"])
    arrays = {}
    for name, (dtype, shape) in message["arrays"].items():
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        data = stream.read(size)
        if len(data) < size:
            raise EOFError
        arrays[name] = np.frombuffer(data, dtype).reshape(shape)
    return Batch(**arrays)


def main() -> None:
    # Ctrl-C reaches the whole process group; the parent decides when its workers stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        # Batches are made well ahead: let the training threads go first.
        with contextlib.suppress(OSError):
            os.nice(5)
    requests, replies = sys.stdin.buffer, sys.stdout.buffer
    start = json.loads(requests.readline())
    recipe, tokenizer = Recipe.model_validate(start["recipe"]), Tokenizer.from_json(start["tokenizer"])
    sources: dict[str, Source] = {}
    for line in requests:
        request = json.loads(line)
        stage = request["stage"]
        try:
            if stage not in sources:
                sources[stage] = SOURCES[stage](recipe, tokenizer)
            write_batch(replies, sources[stage].batch(request["index"], request["mix"]))
        except CoglingError as error:
            replies.write(json.dumps({"error": str(error)}).encode() + b"\n")
            replies.flush()


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
