"""Parts of an evaluation in several processes, each with the model and one engine of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from cogling.errors import CoglingError
from cogling.evaluate.part import Asking, Part, Progress, Record
from cogling.processes import Died, answers

TOGETHER = 6
"""Parts that a process asks at a time, at most: the last replies of one are written beside the next's."""


@dataclass(frozen=True)
class Workers:
    """`count` processes that load `model` (as `cogling.saved.load_model`) and ask some parts at a time each.

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
        shared = {"engine": engine, "asking": asdict(asking), "held": sorted(held)}
        shares = list(shared_out(parts, self.count))
        requests = [{**shared, "parts": share} for share in shares]
        said = answers("cogling.evaluate.worker", requests, self.count)
        try:
            with contextlib.closing(said):
                for _, message in said:
                    if "error" in message:
                        raise CoglingError(message["error"])
                    if "end" in message:
                        continue
                    task, split = message["part"]
                    if "key" in message:
                        yield (task, split), message["key"], message["found"]
                    elif progress:
                        progress(task, split, message["share"])
        except Died as end:
            asked = ", ".join(f"{task} {split}" for task, split in shares[end.request])
            raise CoglingError(
                f"the process that asked {asked} ended with exit code {end.code}, perhaps for want of "
                "memory; finished parts are kept: run the same command again, with fewer --workers"
            ) from None


def shared_out(parts: Sequence[Part], count: int) -> Iterator[Sequence[Part]]:
    """The parts in runs for `count` processes, fewer and fewer, so that all of them end at about one time."""
    while parts:
        size = max(1, min(TOGETHER, len(parts) // (2 * count)))
        yield parts[:size]
        parts = parts[size:]
