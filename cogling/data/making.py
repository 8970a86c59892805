"""Makes shards, in processes of their own (`cogling.processes`): a header in, its shard out."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from importlib import metadata

from cogling.data.shards import Header, Shard
from cogling.errors import CoglingError
from cogling.processes import Died, Message, answers, asked, say, serve
from cogling.tasks import get_task
from cogling.tasks.base import Task
from cogling.tasks.gym import PREFIX
from cogling.tasks.sample import draw
from cogling.version import __version__

LIBRARY = "reasoning-gym"
TELL_EVERY = 0.5
"""Seconds between two words of how many problems a shard has by now."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is known of a shard that is being made: `made` problems by now, or its end.

    content: the whole shard. error: why it cannot be made. failures: how often problems of its task were
    passed over, by reason.
    """

    header: Header
    made: int = 0
    content: bytes | None = None
    error: str | None = None
    failures: dict[str, int] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.content is not None or self.error is not None


def versions(task: str) -> dict[str, str | None]:
    """The versions in a header: of Cogling, and of reasoning-gym where the task is one of its.

    Raises CoglingError where that is not installed.
    """
    if not task.startswith(PREFIX):
        return {"cogling": __version__, "library": None}
    try:
        return {"cogling": __version__, "library": metadata.version(LIBRARY)}
    except metadata.PackageNotFoundError:
        raise CoglingError(
            f"task '{task}' needs the library {LIBRARY}; install it with: pip install 'cogling[gym]'"
        ) from None


def plan(
    task: Task, rung: int, seed: int, n: int, size: int, held: Sequence[Shard], meta: bool = False
) -> list[Header]:
    """What is missing of problems 0 to n - 1 beside the shards that are held, `size` to a shard."""
    ranges = sorted((s.first, s.end) for s in held if (s.task, s.rung, s.seed) == (task.name, rung, seed))
    headers, begin = [], 0
    for first, end in [*ranges, (n, n)]:
        for start in range(begin, min(first, n), size):
            count = min(size, first - start, n - start)
            values = {"seed": seed, "rung": rung, "first": start, "count": count, "meta": meta}
            headers.append(Header.model_validate({"task": task.name, **values, **versions(task.name)}))
        begin = max(begin, end)
    return headers


def make(header: Header, each: Callable[[int], None] = lambda made: None) -> bytes:
    """The content of the shard with that header. each: called with how many problems are made by now.

    The same in every process with the same PYTHONHASHSEED. Raises CoglingError as `draw`.
    """
    task = get_task(header.task)
    lines = [header.model_dump_json()]
    for place in range(header.count):
        rungs = [header.rung] * len(task.knobs)
        problem = draw(task, header.split, header.seed, header.first + place, rungs)
        record = {"question": problem.question, "steps": problem.steps, "answer": problem.answer}
        kept = {"meta": problem.meta} if header.meta else {}
        lines.append(json.dumps(record | kept, ensure_ascii=False))
        each(place + 1)
    return ("\n".join(lines) + "\n").encode()


def make_all(headers: Sequence[Header], workers: int) -> Generator[Report, None, None]:
    """Reports of shards in the making, in any order. Closing the generator ends the processes.

    Raises CoglingError where a process dies.
    """
    said = answers("cogling.data.making", [header.model_dump(mode="json") for header in headers], workers)
    try:
        with contextlib.closing(said):
            for number, message in said:
                yield _report(headers[number], message)
    except Died as end:
        raise CoglingError(
            f"the process that made {headers[end.request].label()} ended with exit code {end.code}, perhaps "
            "for want of memory; finished shards are kept: run the same command again, with fewer --workers"
        ) from None


def _report(header: Header, message: Message) -> Report:
    content = message.get("content")
    return Report(
        header,
        message.get("made", 0),
        None if content is None else content.encode(),
        message.get("error"),
        message.get("failures", {}),
    )


def rebuild(shard: Shard) -> None:
    """Makes a shard again. Raises CoglingError where it is damaged, or not the same to the byte."""
    header, content = shard.check(), shard.content()
    again = next(report for report in make_all([header], 1) if report.ended)
    if again.content == content:
        return
    here = versions(shard.task)
    why = again.error or "its task has changed since"
    if (header.cogling, header.library) != (here["cogling"], here["library"]):
        library = f" and {LIBRARY} {header.library}" if header.library else ""
        why = f"it was made by cogling {header.cogling}{library}"
    raise CoglingError(f"shard {shard.path} cannot be made again: {why}; delete it, and make it anew")


def main() -> None:
    for request in asked(nice=5):
        header = Header.model_validate(request)
        told = time.monotonic()

        def tell(made: int) -> None:
            nonlocal told
            if time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                say({"made": made})

        failures: dict[str, int] = {}
        try:
            failures = getattr(get_task(header.task), "failures", failures)
            failures.clear()
            content = make(header, tell)
        except CoglingError as error:
            say({"end": True, "error": str(error), "failures": failures})
        else:
            made = {"made": header.count, "content": content.decode()}
            say({"end": True, "failures": failures, **made})


if __name__ == "__main__":
    serve(main)
