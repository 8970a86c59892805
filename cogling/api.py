"""The Python interface to a grown model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cogling.generate.engine import Engine, Prompt
from cogling.generate.reply import Generated, Piece
from cogling.generate.sampling import Sampling
from cogling.saved import SavedModel, load_model


class Model:
    """A model to ask. `saved` is what its folder holds, `engine` what writes its replies."""

    def __init__(self, saved: SavedModel, threads: int | None = None) -> None:
        self.saved = saved
        self.engine = Engine(saved.decoder, saved.tokenizer, threads)

    def generate(self, prompts: Sequence[Prompt], batch_size: int = 64, **sampling: Any) -> list[Generated]:
        """One reply for each prompt, in order. sampling: the fields of `Sampling`; greedy by default.

        Raises CoglingError for a prompt that is empty or does not fit the context, and for bad settings.
        """
        return self.engine.generate(prompts, Sampling(**sampling), batch_size)

    def chat(self, question: Prompt, **sampling: Any) -> Generated:
        """The reply to one question, or to (role, text) turns that end with the user's."""
        return self.generate([question], **sampling)[0]

    def stream(self, question: Prompt, **sampling: Any) -> Iterator[Piece]:
        """As `chat`, piece by piece; the last piece holds the whole reply."""
        return self.engine.stream(question, Sampling(**sampling))


def load(model: str | Path, threads: int | None = None) -> Model:
    """The model of a folder, of a run (its best checkpoint), or of a shipped name.

    threads: of the CPU while it writes; 1 where not given, which is fastest for small models.
    Raises CoglingError where there is none of that name, or its files are damaged.
    """
    return Model(load_model(model), threads)
