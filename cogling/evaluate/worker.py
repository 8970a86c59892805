"""A process that asks parts of an evaluation (`cogling.processes`): settings come in, results go out."""

from __future__ import annotations

from functools import lru_cache

from cogling.errors import CoglingError
from cogling.evaluate.part import Asking, ask_parts
from cogling.evaluate.suites import AskedSplit
from cogling.generate.engine import Engine
from cogling.memory import keep_freed_memory
from cogling.model.mlp_precision import with_mlps_in
from cogling.precision import pick_precision
from cogling.processes import asked, say, serve
from cogling.saved import load_model


@lru_cache(maxsize=1)
def engine_of(model: str, loops: int | None, threads: int | None, cache: str, precision: str) -> Engine:
    keep_freed_memory()
    saved = load_model(model, loops)
    device = saved.decoder.embedding.weight.device
    decoder = with_mlps_in(saved.decoder, pick_precision(precision, device))
    return Engine(decoder, saved.tokenizer, threads, pick_precision(cache, device))


def main() -> None:
    for message in asked():
        asking, held = Asking(**message["asking"]), set(message["held"])
        try:
            engine = engine_of(**message["engine"])
            parts = [(task, split) for task, split in message["parts"]]
            for part, key, found in ask_parts(engine, parts, asking, held, tell):
                say({"part": part, "key": key, "found": found})
        except CoglingError as error:
            say({"end": True, "error": str(error)})
        else:
            say({"end": True})


def tell(task: str, split: AskedSplit, share: float) -> None:
    say({"part": (task, split), "share": share})


if __name__ == "__main__":
    serve(main)
