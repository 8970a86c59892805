"""From a recipe to a finished run: train, evaluate the best checkpoint, write the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.evaluate import SPLITS, evaluate
from cogling.evaluate.partial import Partial, partial_path
from cogling.evaluate.suites import name_of
from cogling.files import read_json, sha256, write_json
from cogling.generate.engine import Engine
from cogling.recipes import load_recipe
from cogling.report import write_report
from cogling.saved import RECIPE, TOKENIZER, WEIGHTS, checkpoints, load_model
from cogling.train.display import Display
from cogling.train.run import ABOUT, grow

EVALUATION = "eval.json"
WITHOUT_EFFECT = ("summary", "data.workers")
"""Keys of a recipe in which a continued run may differ from how it began."""


@dataclass(frozen=True)
class Run:
    """A finished run."""

    folder: Path
    about: dict[str, Any]
    evaluation: dict[str, Any] | None
    report: Path


def train(
    recipe: str | Path | Recipe,
    overrides: Sequence[str] = (),
    out: Path | None = None,
    display: Display | None = None,
    progress: Callable[[str, str, float], None] | None = None,
) -> Run:
    """Grows a model and returns its run; one that was interrupted continues, a finished one is reused.

    recipe: a recipe, a YAML file, or the name of a shipped one. overrides: `section.key=value`.
    out: the run folder; runs/NAME where not given. progress: called during the final evaluation.
    Raises CoglingError where `out` holds another recipe's run, and as `cogling.train.loop.Loop`.
    """
    wanted = recipe if isinstance(recipe, Recipe) else load_recipe(str(recipe), list(overrides))
    folder = out or Path("runs") / wanted.name
    check_place(wanted, folder)
    return complete(wanted, folder, display, progress)


def resume(
    folder: Path,
    display: Display | None = None,
    progress: Callable[[str, str, float], None] | None = None,
) -> Run:
    """Continues the run in a folder, with the recipe that it was started with."""
    if not (folder / RECIPE).exists():
        raise CoglingError(f"{folder} is no run: it has no {RECIPE}; start one with `cogling train`")
    return complete(load_recipe(str(folder / RECIPE)), folder, display, progress)


def complete(
    recipe: Recipe,
    folder: Path,
    display: Display | None = None,
    progress: Callable[[str, str, float], None] | None = None,
) -> Run:
    """Does whatever of training, evaluation and report is still to be done."""
    about = read_json(folder / ABOUT) if (folder / ABOUT).exists() else {}
    if not about.get("finished"):
        grow(recipe, folder, display)
        about = read_json(folder / ABOUT)
    reasons = any(stage.stage == "reason" for stage in recipe.stages)
    if reasons and recipe.evaluate.final_n and not (folder / EVALUATION).exists():
        evaluate_run(recipe, folder, progress)
    done = (folder / EVALUATION).exists()
    evaluation = read_json(folder / EVALUATION) if done else None
    return Run(folder, about, evaluation, write_report(folder))


def evaluate_run(
    recipe: Recipe, folder: Path, progress: Callable[[str, str, float], None] | None = None
) -> None:
    """Asks the run's best checkpoint new questions of its own tasks and writes eval.json."""
    saved = load_model(folder)
    target = folder / EVALUATION
    partial = Partial(partial_path(target))
    try:
        results = evaluate(
            Engine(saved.decoder, saved.tokenizer),
            recipe.data.task_names(),
            SPLITS,
            recipe.evaluate.final_n,
            model=str(folder),
            suite=name_of(recipe.data.task_names()),
            partial=partial,
            weights=sha256(saved.folder / WEIGHTS),
            progress=progress,
        )
    finally:
        partial.remove_if_empty()
    write_json(target, results)
    partial.remove()


def check_place(wanted: Recipe, folder: Path) -> None:
    """Raises CoglingError where a folder holds a file of the user's, or something of another recipe's run.

    What a run leaves that was stopped before its first checkpoint is in nobody's way.
    """
    try:
        begun = (folder / RECIPE).exists()
        others = folder.exists() and not folder.is_dir()
        others = others or (folder.is_dir() and not begun and any(map(is_strange, folder.iterdir())))
    except OSError as error:
        raise CoglingError(f"cannot read {folder}: {error.strerror or error}") from error
    if others:
        raise CoglingError(f"{folder} exists and is no run; choose another --out")
    if begun and (checkpoints(folder) or (folder / EVALUATION).exists()):
        check_same(wanted, folder)


def is_strange(path: Path) -> bool:
    """Whether a file in a folder without a recipe is none that a run writes before its recipe."""
    return not path.name.startswith(".") and path.name != TOKENIZER


def check_same(wanted: Recipe, folder: Path) -> None:
    """Raises CoglingError, naming a key, where a folder's run was started with another recipe."""
    held = load_recipe(str(folder / RECIPE))
    ours, theirs = flat(wanted.to_dict()), flat(held.to_dict())
    for key in ours | theirs:
        if ours.get(key) != theirs.get(key) and key not in WITHOUT_EFFECT:
            raise CoglingError(
                f"{folder} holds a run with another recipe: {key} is {theirs.get(key)} there and "
                f"{ours.get(key)} here; choose another --out, or start over with --fresh"
            )


def flat(values: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings as one, with dotted keys."""
    result: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, dict) and value:
            result |= flat(value, f"{prefix}{key}.")
        else:
            result[f"{prefix}{key}"] = value
    return result
