"""Parts of an evaluation in several processes, each with the model and one engine of its own."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass

from cogling.errors import CoglingError
from cogling.evaluate.part import Asking, Part, Progress, Record
from cogling.processes import Died, answers


@dataclass(frozen=True)
class Workers:
    """`count` processes that load `model` (as `cogling.saved.load_model`) and ask one part at a time each.

    threads: of each engine. A small model gains more from another process than from another thread.
    cache: the type that its cache is kept in, "bfloat16" or "float32".
    """

    model: str
    count: int
    loops: int | None = None
    threads: int | None = None
    cache: str = "float32"

    def ask(
        self,
        parts: Sequence[Part],
        asking: Asking,
        held: Collection[str] = (),
        progress: Progress | None = None,
    ) -> Iterator[tuple[Part, str, Record | None]]:
        """(part, its key, what came of it) as each is finished; None where the key is among those held.

        Raises CoglingError as `ask_part`, and where a process dies.
        """
        engine = {
            "model": self.model,
            "loops": self.loops,
            "threads": self.threads,
            "cache": self.cache,
        }
        shared = {"engine": engine, "asking": asdict(asking), "held": sorted(held)}
        requests = [{**shared, "task": task, "split": split} for task, split in parts]
        said = answers("cogling.evaluate.worker", requests, self.count)
        try:
            with contextlib.closing(said):
                for number, message in said:
                    part = parts[number]
                    if "error" in message:
                        raise CoglingError(message["error"])
                    if message.get("end"):
                        yield part, message["key"], message["found"]
                    elif progress:
                        progress(*part, message["share"])
        except Died as end:
            task, split = parts[end.request]
            raise CoglingError(
                f"the process that asked {task} {split} ended with exit code {end.code}, perhaps for want of "
                "memory; finished parts are kept: run the same command again, with fewer --workers"
            ) from None
