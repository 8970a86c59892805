"""A recipe that is grown in about a second, and what tests of training need around it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from torch import Tensor

from cogling.config import Recipe, resolve
from cogling.data.batch import Batch
from cogling.data.sources import ProblemSource
from cogling.files import sha256
from cogling.model.decoder import Decoder
from cogling.recipes import apply_override, parse_recipe
from cogling.saved import TOKENIZER, checkpoints
from cogling.text.tokenizer import Tokenizer
from cogling.train.display import Display
from cogling.train.loop import Loop
from cogling.train.run import prepare

TINY: dict[str, Any] = {
    "name": "tiny",
    "model": {"depth": 2, "width": 32, "context": 128},
    "tokenizer": {"samples": 20, "vocab_size": 400},
    "data": {"tasks": ["boolean", "addition", "syllogism"], "prefetch": 4},
    "train": {"steps": 40, "length": 128, "batch": 4, "compile": "off", "threads": 1, "log_every": 1},
    "checkpoint": {"every": 10},
    "evaluate": {"every": 20, "n": 2, "final_n": 0},
    "curriculum": {"every": 5},
}


def tiny(*overrides: str) -> Recipe:
    """The recipe, resolved, with `section.key=value` overrides."""
    values = json.loads(json.dumps(TINY))
    for override in overrides:
        apply_override(values, override)
    return resolve(parse_recipe(values, "tiny"))


def tiny_file(folder: Path, *overrides: str) -> Path:
    """The recipe as a file, for the command line."""
    path = folder / "tiny.yaml"
    values = json.loads(json.dumps(TINY))
    for override in overrides:
        apply_override(values, override)
    path.write_text(yaml.safe_dump(values), encoding="utf-8")
    return path


def tokenizer(recipe: Recipe) -> Tokenizer:
    from cogling.train.run import make_tokenizer

    return make_tokenizer(recipe)


def batch_of(recipe: Recipe, text: Tokenizer, index: int = 0) -> Batch:
    """A batch as a worker makes it, all tasks alike on their first rung."""
    count = len(recipe.data.task_names())
    return ProblemSource(recipe, text).batch(index, {"weights": [1.0] * count, "rungs": [0] * count})


class Silent(Display):
    """Shows nothing, keeps what was said, and calls `at_step` with each step."""

    def __init__(self, recipe: Recipe, at_step: Callable[[int], None] | None = None) -> None:
        super().__init__(recipe.name, recipe.train.steps, 0, Console(file=io.StringIO()))
        self.said: list[str] = []
        self.at_step = at_step or (lambda step: None)

    def step(self, step: int, loss: float, accuracy: float, speed: float) -> None:
        self.at_step(step)

    def say(self, message: str) -> None:
        self.said.append(message)


def loop_in(folder: Path, recipe: Recipe, display: Display | None = None) -> Loop:
    """A loop about to train in a folder."""
    return Loop(recipe, prepare(recipe, folder), folder, display or Silent(recipe))


def lines(path: Path) -> list[dict[str, Any]]:
    """The records of a .jsonl file, every line of which must be whole."""
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def of_kind(run: Path, kind: str) -> list[dict[str, Any]]:
    return [record for record in lines(run / "metrics.jsonl") if record["kind"] == kind]


def messages(run: Path) -> list[str]:
    return [record["message"] for record in of_kind(run, "event")]


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of all weights and optimiser state in a run's newest checkpoint."""
    newest = checkpoints(folder)[0]
    return {name: sha256(newest / name) for name in ("model.safetensors", "training.safetensors", TOKENIZER)}


def gradients(decoder: Decoder) -> dict[str, Tensor]:
    return {name: p.grad.clone() for name, p in decoder.named_parameters() if p.grad is not None}
