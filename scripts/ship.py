"""Puts a grown model into the package under a name, with its card.

    python scripts/ship.py runs/reason-3m reason
    cogling eval reason --suite gym-hard --out hard.json
    python scripts/ship.py runs/reason-3m reason --evaluation hard.json

The model becomes `cogling/models/NAME`, which `cogling chat NAME` finds, with its weights in bfloat16: it
was trained on weights rounded to that. Beside them lies how far each task had climbed in the curriculum, for
whoever goes on from there (`train.start=NAME`). With `--average MODEL` the weights are the mean of the run's
and of those models', which should lie on one path of training, such as the model that the run began with: the
mean of the two slips less often than either (LOG.md). With `--streaming heads.json` the heads that
`scripts/streaming_heads.py` found look no further back than they need to. The evaluations are those of these
very weights, so they come after a first shipping; the card has their scores, task by task.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from cogling.files import read_json, sha256, write_json
from cogling.model.streaming import with_streaming
from cogling.precision import pick_precision
from cogling.recipes import load_recipe, to_yaml
from cogling.report.words import percent
from cogling.saved import RECIPE, SHIPPED, WEIGHTS, load_model, save_model
from cogling.tasks.gym import PREFIX, library
from cogling.train.checkpoint import STATE
from cogling.train.start import averaged_with

LARGEST_BYTES = 40_000_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("name")
    parser.add_argument("--evaluation", type=Path, nargs="+", default=[])
    parser.add_argument(
        "--average",
        nargs="+",
        default=[],
        metavar="MODEL",
        help="models that the run's weights are averaged with",
    )
    parser.add_argument("--note", default="", help="what else a reader of the card should know")
    parser.add_argument("--streaming", type=Path, help="the heads that scripts/streaming_heads.py found")
    parser.add_argument("--precision", default="bfloat16", help="of the weights; or float32")
    settings = parser.parse_args()
    saved, about = load_model(settings.run), read_json(settings.run / "run.json")
    evaluations = [json.loads(path.read_text(encoding="utf-8")) for path in settings.evaluation]
    target = SHIPPED / settings.name
    recipe = load_recipe(str(settings.run / RECIPE), [])
    # Where the weights lay that it began with means nothing elsewhere; --note says what they were.
    recipe = recipe.model_copy(update={"train": recipe.train.model_copy(update={"start": None})})
    text = card(settings.name, about, evaluations, settings.note)
    dtype = pick_precision(settings.precision, saved.decoder.embedding.weight.device)
    decoder = averaged_with(saved.decoder, settings.average)
    if settings.streaming:
        found = read_json(settings.streaming)
        decoder = with_streaming(decoder, found["heads"], found["window"])
    save_model(target, decoder, saved.tokenizer, text, dtype)
    weights = sha256(target / WEIGHTS)
    for path, evaluation in zip(settings.evaluation, evaluations, strict=True):
        if evaluation["weights"] != weights:
            raise SystemExit(f"{path} is of other weights than {target / WEIGHTS}: evaluate {settings.name}")
    (target / RECIPE).write_text(to_yaml(recipe), encoding="utf-8")
    reached = read_json(saved.folder / STATE)["curriculum"]
    kept = ("names", "rungs", "competence")
    write_json(target / STATE, {"curriculum": {key: reached[key] for key in kept}})
    size = sum(path.stat().st_size for path in target.iterdir())
    if size > LARGEST_BYTES:
        raise SystemExit(f"{target} takes {size:,} bytes, more than {LARGEST_BYTES:,}")
    print(f"{target}: {saved.decoder.config.parameters:,} parameters, {size:,} bytes")


def card(name: str, about: dict[str, Any], evaluations: list[dict[str, Any]], note: str) -> str:
    """The text of README.md."""
    lines = [
        f"# {name}",
        "",
        f"Grown from random weights by Cogling's recipe `{about['name']}` (`recipe.yaml` beside this card).",
        "",
        "| | |",
        "|---|---|",
        f"| parameters | {about['parameters']:,}, embeddings included |",
        f"| data | problems of reasoning-gym {version()} with Cogling's traces, made during training; none "
        "of the questions asked below |",
        f"| tokens | {about['tokens']:,} in {about['steps']:,} steps |",
        f"| time | {about['seconds'] / 3600:.1f} hours |",
        f"| hardware | {about['device']} |",
        "| licence | Apache-2.0, as the package |",
        "",
    ]
    if note:
        lines += [note, ""]
    for evaluation in evaluations:
        lines += scores(evaluation)
    return "\n".join(lines)


def version() -> str:
    from importlib.metadata import version as version_of

    return version_of("reasoning-gym")


def scores(evaluation: dict[str, Any]) -> list[str]:
    setting = evaluation["splits"][0]
    asked = (
        "the published questions" if evaluation["published"] else f"new questions, seed {evaluation['seed']}"
    )
    count = max(entry[setting]["n"] for entry in evaluation["tasks"].values())
    mean = evaluation["mean"]
    lines = [
        f"## {setting.capitalize()} setting: {count} of {asked} a task, greedy",
        "",
        f"Mean pass@1 over {len(evaluation['tasks'])} tasks: **{percent(mean[setting])}**. Of the right "
        f"answers {percent(mean['faithful_among_correct'])} are faithful: every step that stands is valid, "
        "and none is missing.",
        "",
        "| task | level | pass@1 | 95% | faithful | tokens | o3-mini | best published |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for task, entry in evaluation["tasks"].items():
        here, published = entry[setting], library.levels()[task.removeprefix(PREFIX)].get(setting, {})
        low, high = here["ci95"]
        others = [percent(published[key]) if key in published else "" for key in ("o3_mini", "best")]
        lines.append(
            f"| {task} | {entry['level']} | {percent(here['pass1'])} | {100 * low:.0f} to {100 * high:.0f} "
            f"| {percent(here['faithful'])} | {here['tokens']:.0f} | {' | '.join(others)} |"
        )
    return [*lines, ""]


if __name__ == "__main__":
    main()
