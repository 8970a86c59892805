"""A run: the folder that growing a model writes, from its preparation to its last checkpoint."""

from __future__ import annotations

import contextlib
import platform
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy
import torch

from cogling.config import Recipe
from cogling.data.shards import Shards
from cogling.data.sources import read_documents
from cogling.errors import CoglingError
from cogling.files import explain_os_error, read_json, write_atomic, write_json
from cogling.recipes import to_yaml
from cogling.saved import RECIPE, checkpoints, load_model
from cogling.tasks import get_task
from cogling.tasks.sample import draw
from cogling.text.tokenizer import Tokenizer
from cogling.train.display import Display
from cogling.train.loop import Loop
from cogling.version import __version__

ABOUT = "run.json"
SHARDS = "shards.json"


def grow(recipe: Recipe, folder: Path, display: Display | None = None) -> None:
    """Trains the recipe in its run folder, from the newest checkpoint where there is one.

    Raises as `Loop.run`. Afterwards the folder holds the checkpoints, their records and run.json, and
    torch's threads and treatment of denormals, which belong to the whole process, are as they were.
    """
    with Lock(folder), torch_as_before():
        tokenizer = prepare(recipe, folder)
        newest = checkpoints(folder)
        start = int(newest[0].name[5:]) if newest else 0
        with display or Display(recipe.name, recipe.train.steps, start) as shown:
            loop = Loop(recipe, tokenizer, folder, shown)
            write_about(folder, recipe, tokenizer, loop)
            try:
                loop.run()
                write_about(folder, recipe, tokenizer, loop, finished=True)
            except BaseException:
                with contextlib.suppress(CoglingError):  # on a full disk, the first error says more
                    write_about(folder, recipe, tokenizer, loop)
                raise


@contextlib.contextmanager
def torch_as_before() -> Iterator[None]:
    """Undoes what `Compute` sets for the whole process."""
    threads = torch.get_num_threads()
    try:
        yield
    finally:
        torch.set_num_threads(threads)
        torch.set_flush_denormal(False)


def prepare(recipe: Recipe, folder: Path) -> Tokenizer:
    """Makes the run folder with its recipe and tokenizer; before the first checkpoint they are made anew.

    Raises CoglingError where the recipe's shards are damaged, or others than when the run began.
    """
    path = folder / RECIPE
    shards = recipe.data.shards
    names = Shards(shards).check(recipe.data.task_names()) if shards is not None else None
    if path.exists() and checkpoints(folder):
        if names is not None and (changed := set(names) ^ set(read_json(folder / SHARDS))):
            raise CoglingError(
                f"{shards} holds other shards than when the run in {folder} began: "
                f"{min(changed)} is {'new' if min(changed) in names else 'gone'}; "
                "bring back what it held, or start over with --fresh"
            )
        return Tokenizer.load(folder)
    tokenizer = make_tokenizer(recipe)
    tokenizer.save(folder)
    write_atomic(path, to_yaml(recipe))
    if names is not None:
        write_json(folder / SHARDS, names)
    return tokenizer


def make_tokenizer(recipe: Recipe) -> Tokenizer:
    """The recipe's tokenizer: the one at its path, or trained on its own training data."""
    settings = recipe.tokenizer
    if recipe.train.start is not None:
        return load_model(recipe.train.start).tokenizer
    if settings.path is not None:
        return Tokenizer.load(settings.path)
    texts: list[str] = []
    for stage in sorted({stage.stage for stage in recipe.stages}):
        if stage == "pretrain" and recipe.data.path is not None:
            texts += read_documents(recipe.data.path)
        if stage == "reason":
            for name in recipe.data.task_names():
                problems = (
                    draw(get_task(name), "train", recipe.train.seed, i) for i in range(settings.samples)
                )
                of_task = ["\n".join((p.question, *p.steps, p.answer)) for p in problems]
                texts += recurring_words(of_task, settings.recurring) if settings.recurring else of_task
    return Tokenizer.train(settings.kind, texts, settings.vocab_size)


def recurring_words(texts: list[str], share: float) -> list[str]:
    """The texts without the words that stand in no more than that share of them.

    What recurs are a task's instructions and the language of its steps. Words to spell or strings to cut
    do not: where merges are learned from them too, letters vanish in pieces that a model has to take apart.
    """
    seen = Counter(word for text in texts for word in set(text.split()))
    enough = share * len(texts)
    kept = []
    for text in texts:
        lines = (
            " ".join(word for word in line.split(" ") if seen[word.strip()] > enough)
            for line in text.split("\n")
        )
        kept.append("\n".join(line for line in lines if line))
    return kept


def write_about(
    folder: Path, recipe: Recipe, tokenizer: Tokenizer, loop: Loop, finished: bool = False
) -> None:
    """run.json: what the model is, how far the run has come, and on what it ran."""
    config = recipe.decoder_config(tokenizer.vocab_size)
    summary = loop.summary()
    before = read_json(folder / ABOUT) if (folder / ABOUT).exists() else {}
    seconds = summary["seconds"]
    about: dict[str, Any] = {
        "name": recipe.name,
        "recipe": recipe.summary,
        "started": before.get("started") or datetime.now(UTC).isoformat(timespec="seconds"),
        "finished": finished,
        "steps": summary["step"],
        "tokens": summary["tokens"],
        "seconds": round(seconds, 2),
        "parameters": config.parameters,
        "parameters_without_embeddings": config.parameters_without_embeddings,
        "flops_per_token": config.flops_per_token(recipe.train.length),
        "device": loop.compute.describe(),
        "data_wait_share": round(summary["waited"] / seconds, 4) if seconds else 0.0,
        "peak_memory_mb": max(before.get("peak_memory_mb", 0), peak_memory_mb()),
        "best_step": summary["best_step"],
        "skipped_steps": summary["skipped_steps"],
        "rollbacks": summary["rollbacks"],
        "versions": {
            "cogling": __version__,
            "torch": torch.__version__,
            "numpy": numpy.__version__,
            "python": platform.python_version(),
        },
    }
    write_json(folder / ABOUT, about)


def peak_memory_mb() -> int:
    """The most memory this process has held so far, in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1e6 if platform.system() == "Darwin" else 1e3))


class Lock:
    """Keeps two processes from growing models in one folder.

    The system lets go of it when the process ends, however it ended; a file with a process number in it
    would be stale after a kill, and wrong once another process has that number.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / ".lock"

    def __enter__(self) -> Lock:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._file = open(self.path, "a+b")
        except OSError as error:
            raise explain_os_error(error, self.folder) from error
        try:
            take(self._file.fileno())
        except OSError:
            self._file.close()
            raise CoglingError(
                f"{self.folder} is being trained by another process; wait for it, or choose another --out"
            ) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()


def take(handle: int) -> None:
    """Locks an open file for this process. Raises OSError where another one holds it."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
