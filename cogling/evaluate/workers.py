"""Parts of an evaluation in several processes, each with the model and one engine of its own."""

from __future__ import annotations

import contextlib
import math
import os
import queue
from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cogling.errors import CoglingError
from cogling.evaluate.part import Asking, Part, Progress, Record
from cogling.memory import installed
from cogling.processes import Message, Process, Said, read_line

if TYPE_CHECKING:
    import torch

    from cogling.model.decoder import Decoder

MOST = 4
"""Processes that are started where nobody says how many."""

FULL_CACHES = 3
"""What a process takes at most, in caches of a whole batch whose replies fill the context (LOG.md)."""

MEMORY = {"THP_MEM_ALLOC_ENABLE": "1"}
"""Has PyTorch ask the system for large pages: of a cache of gigabytes, moved as rows come and go, small ones
take longer to be handed out than to be filled (LOG.md)."""


def fitting(decoder: Decoder, batch_size: int, cache_dtype: torch.dtype) -> int:
    """Processes for as many cores as this one may use, up to `MOST` and to what memory has room for."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    cache = 2 * math.prod(decoder.cache_shape(batch_size, decoder.config.context)) * cache_dtype.itemsize
    memory = installed()
    room = MOST if memory is None else memory // (FULL_CACHES * cache)
    return max(1, min(MOST, usable or 1, room))


@dataclass(frozen=True)
class Workers:
    """`count` processes that load `model` (as `cogling.saved.load_model`) and ask parts of an evaluation.

    Each takes another part when it has room for its questions, so all of them end at about one time.

    threads: of each engine. A small model gains more from another process than from another thread.
    cache, precision: the types that its cache is kept in and that MLPs multiply in, "bfloat16" or "float32".
    """

    model: str
    count: int
    loops: int | None = None
    threads: int | None = None
    cache: str = "float32"
    precision: str = "float32"

    def ask(
        self,
        parts: Sequence[Part],
        asking: Asking,
        held: Collection[str] = (),
        progress: Progress | None = None,
    ) -> Iterator[tuple[Part, str, Record | None]]:
        """(part, its key, what came of it) as each is finished; None where the key is among those held.

        Raises CoglingError as `ask_parts`, and where a process dies.
        """
        engine = {
            "model": self.model,
            "loops": self.loops,
            "threads": self.threads,
            "cache": self.cache,
            "precision": self.precision,
        }
        said: Said = queue.Queue()
        pool = [Process("cogling.evaluate.worker", said, read_line, MEMORY) for _ in parts[: self.count]]
        waiting = deque(parts)
        at: dict[Process, list[Part]] = {process: [] for process in pool}
        try:
            for process in pool:
                _send(process, {"engine": engine, "asking": asdict(asking), "held": sorted(held)})
            while at:
                process, message = said.get()
                if process not in at:
                    continue  # it is done, and gone
                if isinstance(message, Exception):
                    raise _died(process, at[process])
                if "error" in message:
                    raise CoglingError(message["error"])
                if "end" in message:
                    del at[process]
                elif "more" in message:
                    part = waiting.popleft() if waiting else None
                    at[process] += [part] if part else []
                    _send(process, {"part": part})
                else:
                    task, split = message["part"]
                    if "key" in message:
                        at[process].remove((task, split))
                        yield (task, split), message["key"], message["found"]
                    elif progress:
                        progress(task, split, message["share"])
        finally:
            for process in pool:
                process.stop()


def _send(process: Process, message: Message) -> None:
    with contextlib.suppress(OSError):  # where it is dead, the end of what it says will tell
        process.send(message)


def _died(process: Process, parts: Sequence[Part]) -> CoglingError:
    asked = ", ".join(f"{task} {split}" for task, split in parts) or "nothing yet"
    return CoglingError(
        f"the process that asked {asked} ended with exit code {process.exit_code(5)}, perhaps for want of "
        "memory; finished parts are kept: run the same command again, with fewer --workers"
    )
