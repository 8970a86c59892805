"""A process that makes batches (`cogling.processes`): requests come in as JSON lines, arrays go out."""

from __future__ import annotations

import json
import sys
from typing import IO

import numpy as np

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.sources import SOURCES, Source
from cogling.errors import CoglingError
from cogling.processes import asked, read_line, say, serve
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
    message = read_line(stream)
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
    messages = asked(nice=5)  # batches are made well ahead: let the training threads go first
    start = next(messages)
    recipe, tokenizer = Recipe.model_validate(start["recipe"]), Tokenizer.from_json(start["tokenizer"])
    sources: dict[str, Source] = {}
    for request in messages:
        stage = request["stage"]
        try:
            if stage not in sources:
                sources[stage] = SOURCES[stage](recipe, tokenizer)
            write_batch(sys.stdout.buffer, sources[stage].batch(request["index"], request["mix"]))
        except CoglingError as error:
            say({"error": str(error)})


if __name__ == "__main__":
    serve(main)
