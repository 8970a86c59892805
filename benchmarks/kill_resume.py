"""Kills a run with SIGKILL at random moments, resumes it each time, and compares it with one left alone.

Every checkpoint is kept, and the weights and the optimiser's state in the first one after each kill are
compared with those of the undisturbed run at the same step, by SHA-256, as are the last ones.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from common import finish, parser

from cogling.files import sha256

KILLS, QUICK_KILLS = 20, 2
FILES = ("model.safetensors", "training.safetensors")
# `quick` as it is, but short, with a checkpoint every few seconds, and no evaluation at the end.
SHORTER = ["train.steps=240", "checkpoint.every=20", "evaluate.every=120", "evaluate.n=4", "data.workers=1"]
SHORTEST = [
    "train.steps=24",
    "checkpoint.every=4",
    "evaluate.every=12",
    "evaluate.n=1",
    "train.batch=2",
    "train.compile=off",
    "model.depth=1",
    "model.width=32",
]
ALWAYS = ["evaluate.final_n=0", "train.log_every=1", "checkpoint.keep=1000000"]


@dataclass
class Kill:
    """One kill: when, in seconds after the process began; the last step on record; the next checkpoint."""

    after: float
    step: int
    compared_at: int = 0
    identical: bool = False


def command(recipe: str, overrides: list[str], folder: Path) -> list[str]:
    """Begins the run of a folder, or continues it."""
    verb = ["resume", str(folder)] if (folder / "recipe.yaml").exists() else None
    return [sys.executable, "-m", "cogling", *(verb or ["train", recipe, *overrides, "--out", str(folder)])]


def finish_run(arguments: list[str]) -> None:
    done = subprocess.run(arguments, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)} failed:\n{done.stderr}")


def kill_once(arguments: list[str], folder: Path, rng: random.Random, pace: float) -> Kill | None:
    """Starts the run and kills it at a random moment; None where it had ended by then.

    One kill in four may come at any time from the start of the process, the others within two checkpoints
    from the first new step. pace: seconds between two checkpoints.
    """
    start, before = time.monotonic(), last_step(folder)
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if rng.random() > 0.25:
        while last_step(folder) == before and process.poll() is None:
            time.sleep(0.005)
    try:
        process.wait(timeout=rng.uniform(0, 2 * pace))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return Kill(round(time.monotonic() - start, 2), last_step(folder))
    return None


def last_step(folder: Path) -> int:
    """The last step that the run has on record; 0 where there is none."""
    path = folder / "metrics.jsonl"
    lines = path.read_bytes().split(b"\n")[:-1] if path.exists() else []
    return max((json.loads(line)["step"] for line in lines[-3:]), default=0)


def hashes(folder: Path) -> dict[int, tuple[str, ...]]:
    """What each checkpoint's tensors hash to, by its step."""
    found = sorted((folder / "checkpoints").glob("step-*"))
    return {int(path.name[5:]): tuple(sha256(path / name) for name in FILES) for path in found}


def pace_of(folder: Path) -> float:
    """Seconds between two checkpoints of a finished run."""
    times = [path.stat().st_mtime for path in sorted((folder / "checkpoints").glob("step-*"))]
    return (times[-1] - times[0]) / max(1, len(times) - 1)


def measure(recipe: str, overrides: list[str], kills: int, seed: int, place: Path) -> tuple[list[Kill], bool]:
    """The kills, and whether every run that they disturbed ended as the undisturbed one.

    A run that ends before it was killed often enough is followed by another.
    """
    alone = place / "alone"
    finish_run(command(recipe, overrides, alone))
    expected, pace = hashes(alone), pace_of(alone)
    rng, made, same = random.Random(seed), list[Kill](), True
    while len(made) < kills:
        disturbed = place / f"disturbed-{len(made)}"
        mine: list[Kill] = []
        while len(made) + len(mine) < kills:
            kill = kill_once(command(recipe, overrides, disturbed), disturbed, rng, pace)
            if kill is None:
                break
            mine.append(kill)
        finish_run(command(recipe, overrides, disturbed))
        got = hashes(disturbed)
        for kill in mine:
            kill.compared_at = min(step for step in expected if step > kill.step or step == max(expected))
            kill.identical = got.get(kill.compared_at) == expected[kill.compared_at]
        made, same = made + mine, same and got == expected
    return made, same


def main() -> None:
    asked = parser(__doc__ or "")
    asked.add_argument("--recipe", default="quick")
    asked.add_argument("--kills", type=int)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("overrides", nargs="*", help="changes to the recipe, as train.steps=500")
    options = asked.parse_args()
    kills = options.kills or (QUICK_KILLS if options.quick else KILLS)
    shipped = options.recipe == "quick"
    overrides = (SHORTEST if options.quick else SHORTER) if shipped else []
    with tempfile.TemporaryDirectory() as place:
        overrides = [*overrides, *ALWAYS, *options.overrides]
        made, same = measure(options.recipe, overrides, kills, options.seed, Path(place))
    rows = [
        [
            f"{number}",
            f"{kill.after:.2f}",
            f"{kill.step}",
            f"{kill.compared_at}",
            "yes" if kill.identical else "NO",
        ]
        for number, kill in enumerate(made, 1)
    ]
    right = sum(kill.identical for kill in made)
    rows.append(["end", "", "", "", "yes" if same else "NO"])
    results = {
        "kills": [asdict(kill) for kill in made],
        "identical": right,
        "identical_at_the_end": same,
        "overrides": overrides,
    }
    title = f"Killed and resumed: {right} of {kills} identical to the undisturbed run"
    columns = ("kill", "after s", "at step", "compared at", "identical")
    finish(title, columns, rows, {"kill_resume": results}, options)
    if not same:
        sys.exit(1)


if __name__ == "__main__":
    main()
