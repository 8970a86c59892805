"""Ablations: one thing of a recipe is changed at a time, everything else and the budget stay the same.

Each run is kept under --runs, and a finished one is not trained again, for whichever ablation it was made.
Scores are means over the seeds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common import finish, parser

from cogling.evaluate.corrections import corrections, total
from cogling.files import read_json
from cogling.generate.engine import Engine
from cogling.grow import EVALUATION
from cogling.saved import load_model
from cogling.train.run import ABOUT

DIVERGED = "cogling: training fails"
"""How a training ends whose loss leapt up and did not come back."""

INJECTED = 25
"""Problems of a task that a mistake is put into."""


@dataclass(frozen=True)
class Ablation:
    """variations: what is changed, by its name; corrected: whether corrections are counted too."""

    recipe: str
    budget: list[str]
    variations: dict[str, list[str]]
    corrected: bool = False


EIGHT_TASKS = ["train.steps=1200"]
MINUTES = ["train.steps=100000", "train.minutes=3", "checkpoint.every=100"]
"""Minutes end these runs, not steps; checkpoints come early, so that there is one to go back to."""
NO_PLACES = ["model.place_values=0"]

ABLATIONS = {
    "curriculum": Ablation(
        "v3",
        EIGHT_TASKS,
        {
            "competence, drawn by height": [],
            "competence, drawn by rung": ["curriculum.need=rung"],
            "competence, moved up at 0.15": ["curriculum.promote=0.15"],
            "uniform": ["curriculum.name=uniform"],
            "easy to hard": ["curriculum.name=easy_to_hard"],
        },
    ),
    "weighting": Ablation(
        "v3",
        EIGHT_TASKS,
        {
            "tokens count alike": [],
            "problems count alike": ["train.problem_weighting=1"],
        },
    ),
    "mistakes": Ablation(
        "v3",
        EIGHT_TASKS,
        {
            "none": [],
            "one in 0.3 of the traces": ["data.mistakes=0.3"],
            "0.1 of the steps in 0.3 of the traces": ["data.mistakes=0.3", "data.mistake_rate=0.1"],
        },
        corrected=True,
    ),
    "architecture": Ablation(
        "addition-100",
        MINUTES,
        {
            "place values, 1 loop": ["model.loops=1"],
            "place values, 2 loops": [],
            "place values, 4 loops": ["model.loops=4"],
            "RoPE, 1 loop": ["model.positions=rope", *NO_PLACES, "model.loops=1"],
            "RoPE, 2 loops": ["model.positions=rope", *NO_PLACES],
            "RoPE and place values, 2 loops": ["model.positions=rope"],
        },
    ),
    "ngrams": Ablation(
        "v3",
        EIGHT_TASKS,
        {
            "tokens alone": [],
            "pairs and triples": ["model.ngrams=2048"],
            "a wider MLP of as many parameters": ["model.mlp_width=1024"],
        },
    ),
    "lines": Ablation(
        "reason-1m",
        [*MINUTES, "data.tasks=[gym.circuit_logic,gym.arc_1d]", "data.weights={}"],
        {
            "nothing is counted": [],
            "places in lines": ["model.line_places=128"],
            "places in lines and their numbers": ["model.line_places=128", "model.line_numbers=128"],
        },
    ),
}


def trained(ablation: Ablation, changes: list[str], seed: int, folder: Path, more: list[str]) -> bool:
    """Trains and evaluates one run in a process of its own, or reuses it; False where it diverged."""
    overrides = [*ablation.budget, *changes, f"train.seed={seed}", *more]
    command = [sys.executable, "-m", "cogling", "train", ablation.recipe, *overrides, "--out", str(folder)]
    print(f"{folder.name} ...", flush=True)
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    diverged = DIVERGED in ran.stderr
    if ran.returncode and not diverged:
        raise SystemExit(f"{folder}: the training failed\n{ran.stderr[-2000:]}")
    return not diverged


def scores(folder: Path, injected: int) -> dict[str, float]:
    """What a run reached: shares of its own tasks' new problems, and its budget.

    injected: problems of each task that a mistake is put into; 0: corrections are not counted.
    """
    evaluation, about = read_json(folder / EVALUATION), read_json(folder / ABOUT)
    mean = evaluation["mean"]
    found = {
        **{split: mean[split] for split in evaluation["splits"]},
        "faithful": mean["faithful_among_correct"],
        "million tokens": about["tokens"] / 1e6,
        "minutes": about["seconds"] / 60,
    }
    if injected:
        saved = load_model(folder)
        engine = Engine(saved.decoder, saved.tokenizer)
        parts = total([corrections(engine, task, "iid", injected, 1927) for task in evaluation["tasks"]])
        found |= {"corrected": parts.corrected / parts.n}
    return found


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("ablation", choices=sorted(ABLATIONS))
    options.add_argument("--seeds", type=int, default=2, help="runs of each variation (default: 2)")
    options.add_argument("--n", type=int, default=100, help="questions a task and split (default: 100)")
    options.add_argument("--runs", type=Path, default=Path("runs/ablations"), help="where runs are kept")
    options.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="changes to all runs")
    given = options.parse_args()
    ablation = ABLATIONS[given.ablation]
    variations = list(ablation.variations.items())
    more = [f"evaluate.final_n={given.n}", *given.set]
    injected = INJECTED if ablation.corrected else 0
    if given.quick:
        given.seeds, variations, injected = 1, variations[:2], min(injected, 1)
        more = ["evaluate.final_n=1", "train.steps=2", "train.compile=off", *given.set]
    rows: list[list[str]] = []
    results: dict[str, Any] = {}
    for name, changes in variations:
        found = []
        for seed in range(given.seeds):
            folder = given.runs / "_".join([ablation.recipe, *changes, f"seed={seed}"])
            if trained(ablation, changes, seed, folder, more):
                found.append(scores(folder, injected))
        results[name] = {"changes": changes, "diverged": given.seeds - len(found), "seeds": found}
    columns = list(next((each["seeds"][0] for each in results.values() if each["seeds"]), []))
    for name, result in results.items():
        values = [told(key, [each[key] for each in result["seeds"]]) for key in columns]
        rows.append([name, *values, str(result["diverged"])])
    budget = " ".join([*ablation.budget, *given.set])
    title = f"{given.ablation}: {ablation.recipe} {budget}, {given.seeds} seeds"
    finish(
        title,
        ["changed", *columns, "diverged"],
        rows,
        {"ablation": given.ablation, "variations": results},
        given,
    )


def told(key: str, values: list[float]) -> str:
    """The mean; with several seeds the least and the greatest too, where it is a score."""
    if not values:
        return "-"
    mean = statistics.mean(values)
    if key in ("million tokens", "minutes"):
        return f"{mean:.1f}"
    spread = f" ({min(values):.2f}-{max(values):.2f})" if len(values) > 1 else ""
    return f"{mean:.2f}{spread}"


if __name__ == "__main__":
    main()
