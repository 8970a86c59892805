"""A process that asks parts of an evaluation: settings come in, then parts as it has room; results go out."""

from __future__ import annotations

from collections.abc import Iterator

from cogling.errors import CoglingError
from cogling.evaluate.part import Asking, Part, ask_parts
from cogling.evaluate.suites import AskedSplit
from cogling.generate.engine import Engine
from cogling.memory import WHILE_WRITING, keep_freed_memory
from cogling.model.mlp_precision import with_mlps_in
from cogling.precision import pick_precision
from cogling.processes import Message, asked, say, serve
from cogling.saved import load_model


def engine_of(model: str, loops: int | None, threads: int | None, cache: str, precision: str) -> Engine:
    keep_freed_memory(WHILE_WRITING)
    saved = load_model(model, loops)
    device = saved.decoder.embedding.weight.device
    decoder = with_mlps_in(saved.decoder, pick_precision(precision, device))
    return Engine(decoder, saved.tokenizer, threads, pick_precision(cache, device))


def main() -> None:
    messages = asked()
    settings = next(messages)
    try:
        engine = engine_of(**settings["engine"])
        asking, held = Asking(**settings["asking"]), set(settings["held"])
        for part, key, found in ask_parts(engine, parts(messages), asking, held, tell):
            say({"part": part, "key": key, "found": found})
    except CoglingError as error:
        say({"end": True, "error": str(error)})
    else:
        say({"end": True})


def parts(messages: Iterator[Message]) -> Iterator[Part]:
    """What the parent gives when asked for more, until it has none or is gone."""
    while True:
        say({"more": True})
        message = next(messages, None)
        if message is None or message["part"] is None:
            return
        task, split = message["part"]
        yield task, split


def tell(task: str, split: AskedSplit, share: float) -> None:
    say({"part": (task, split), "share": share})


if __name__ == "__main__":
    serve(main)
