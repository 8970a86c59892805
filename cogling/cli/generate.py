"""`cogling generate`: answers a file of prompts, one JSON object a line.

In: {"id": ..., "prompt": "..."}; an id is a string or a whole number, other keys are ignored. Out, one line
for each, in the same order: {"id", "prompt", "thought", "answer", "text", "finish_reason", "tokens"}, or
{"line": N, "error": "..."} where a line could not be answered.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer

from cogling.cli import options
from cogling.errors import CoglingError
from cogling.files import explain_os_error

if TYPE_CHECKING:
    from cogling.generate.engine import Engine
    from cogling.generate.sampling import Sampling

BATCHES_AT_ONCE = 16
"""Lines are read, answered and written in chunks of this many batches: enough to sort prompts by length."""
INTERRUPTED = 130


def generate(
    model: options.Model,
    prompts: Annotated[Path, typer.Option(help='JSON lines {"id", "prompt"}; - reads standard input.')],
    out: Annotated[Path, typer.Option(help="Where to write the replies; - is standard output.")],
    max_tokens: options.MaxTokens = None,
    temperature: options.Temperature = 0.0,
    top_k: options.TopK = 0,
    top_p: options.TopP = 1.0,
    min_p: options.MinP = 0.0,
    repetition_penalty: options.RepetitionPenalty = 1.0,
    stop: Annotated[list[str] | None, typer.Option(help="End before this text; may be repeated.")] = None,
    seed: options.Draws = 0,
    batch_size: Annotated[int, typer.Option(min=1, help="Prompts answered at once.")] = 64,
    threads: options.Threads = None,
    loops: options.Loops = None,
) -> None:
    """Answer a file of prompts. Lines that cannot be answered are reported in their place (exit code 2)."""
    from cogling.generate.engine import Engine
    from cogling.generate.sampling import Sampling
    from cogling.saved import load_model

    sampling = Sampling(
        max_tokens, temperature, top_k, top_p, min_p, repetition_penalty, tuple(stop or ()), seed
    )
    if out.exists() and prompts.exists() and out.samefile(prompts):
        raise CoglingError(f"{out} is the file of prompts; write the replies to another")
    with _reader(prompts) as source:
        saved = load_model(model, loops)
        engine = Engine(saved.decoder, saved.tokenizer, threads)
        with _writer(out) as sink:
            tally = _Tally()
            try:
                _answer_all(source, sink, engine, sampling, batch_size, tally)
            except KeyboardInterrupt:
                typer.echo(f"interrupted: {tally.summary()}, kept in {out}", err=True)
                raise typer.Exit(INTERRUPTED) from None
    typer.echo(tally.summary(), err=True)
    if tally.errors:
        raise typer.Exit(2)


class _Tally:
    """What was done so far."""

    def __init__(self) -> None:
        self.answered = self.errors = self.tokens = 0
        self.first_error = ""
        self._begin = time.perf_counter()

    def add(self, record: dict[str, Any]) -> None:
        if "error" in record:
            self.first_error = self.first_error or f"line {record['line']}: {record['error']}"
            self.errors += 1
        else:
            self.answered += 1
            self.tokens += record["tokens"]

    def summary(self) -> str:
        speed = self.tokens / max(time.perf_counter() - self._begin, 1e-9)
        text = f"{self.answered} answered ({self.tokens} tokens, {speed:,.0f} a second)"
        if self.errors:
            lines = "1 line" if self.errors == 1 else f"{self.errors} lines"
            text += f", {lines} with errors; the first: {self.first_error}"
        return text


@dataclass(frozen=True)
class _Line:
    """A good line; `number` counts from 1."""

    number: int
    id: str | int
    prompt: str


def _answer_all(
    source: BinaryIO, sink: BinaryIO, engine: Engine, sampling: Sampling, batch_size: int, tally: _Tally
) -> None:
    """Where an interruption ends it, what is done is written, in order, without the other lines."""
    number = 0
    while chunk := list(islice(source, BATCHES_AT_ONCE * batch_size)):
        records: dict[int, dict[str, Any]] = {}
        lines: list[_Line] = []
        for raw in chunk:
            number += 1
            try:
                lines.append(_parse(raw, number, engine))
            except CoglingError as error:
                records[number] = {"line": number, "error": str(error)}
        try:
            questions, keys = [line.prompt for line in lines], [line.number - 1 for line in lines]
            for index, reply in engine.as_finished(questions, sampling, batch_size, keys):
                line = lines[index]
                records[line.number] = {
                    "id": line.id,
                    "prompt": line.prompt,
                    "thought": reply.thought,
                    "answer": reply.answer,
                    "text": reply.text,
                    "finish_reason": reply.finish_reason,
                    "tokens": len(reply.tokens),
                }
        finally:
            for _, record in sorted(records.items()):
                sink.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                tally.add(record)
            sink.flush()


def _parse(raw: bytes, number: int, engine: Engine) -> _Line:
    """Raises CoglingError where a line has no prompt that the engine can answer."""
    if number == 1:
        raw = raw.removeprefix(b"\xef\xbb\xbf")  # the mark that Windows editors put before UTF-8
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise CoglingError(f"not UTF-8 at byte {error.start} (0x{raw[error.start]:02x})") from None
    except json.JSONDecodeError as error:
        reason = "the line is empty" if not raw.strip() else f"{error.msg} at character {error.pos}"
        raise CoglingError(f"not JSON: {reason}") from None
    except (RecursionError, ValueError) as error:
        raise CoglingError(f"not JSON that can be read: {error}") from None
    if not isinstance(value, dict):
        raise CoglingError('not an object with "id" and "prompt"')
    for key in ("id", "prompt"):
        if key not in value:
            raise CoglingError(f'no "{key}"')
    id_, prompt = value["id"], value["prompt"]
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        raise CoglingError('"id" must be a string or a whole number')
    if not isinstance(prompt, str):
        raise CoglingError('"prompt" must be a string')
    if isinstance(id_, str) and any("\ud800" <= c <= "\udfff" for c in id_):
        raise CoglingError('"id" has half a surrogate pair')
    engine.encode(prompt)
    return _Line(number, id_, prompt)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


@contextmanager
def _reader(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        with open(path, "rb") as file:
            yield file
    except FileNotFoundError:
        raise CoglingError(f"no file {path}") from None
    except OSError as error:
        raise CoglingError(f"cannot read {path}: {error.strerror or error}") from error


@contextmanager
def _writer(path: Path) -> Iterator[BinaryIO]:
    """The file, or standard output. Its own failures become CoglingErrors; a closed pipe ends quietly."""
    try:
        if str(path) == "-":
            yield sys.stdout.buffer
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "wb") as file:
                yield file
    except BrokenPipeError:
        # Python flushes standard output once more as it exits, and would complain then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(1) from None
    except OSError as error:
        raise explain_os_error(error, path) from error
