"""A process that asks parts of an evaluation (`cogling.processes`): settings come in, results go out."""

from __future__ import annotations

from functools import lru_cache

from cogling.errors import CoglingError
from cogling.evaluate.part import Asking, ask_part
from cogling.generate.engine import Engine
from cogling.memory import keep_freed_memory
from cogling.precision import pick_precision
from cogling.processes import asked, say, serve
from cogling.saved import load_model


@lru_cache(maxsize=1)
def engine_of(model: str, loops: int | None, threads: int | None, cache: str) -> Engine:
    keep_freed_memory()
    saved = load_model(model, loops)
    cache_dtype = pick_precision(cache, saved.decoder.embedding.weight.device)
    return Engine(saved.decoder, saved.tokenizer, threads, cache_dtype)


def main() -> None:
    for message in asked():
        asking, held = Asking(**message["asking"]), set(message["held"])
        try:
            engine = engine_of(**message["engine"])
            key, found = ask_part(
                engine, message["task"], message["split"], asking, held, lambda share: say({"share": share})
            )
        except CoglingError as error:
            say({"end": True, "error": str(error)})
        else:
            say({"end": True, "key": key, "found": found})


if __name__ == "__main__":
    serve(main)
