"""Draws the plots of docs/8-small-model.md.

    python scripts/small_model_plots.py reason-easy.json reason-hard.json

The arguments are evaluations written by `cogling eval reason --suite gym-easy` and `gym-hard`. The figures
of the other plots are those of LOG.md, "Heads that start out looking back" and "Growing `reason-1m`".
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt

DOCS = Path(__file__).parent.parent / "docs"
LOOK_BACK = {
    "none": (0.49, 0.07),
    "1 block": (0.86, 0.17),
    "2 blocks": (0.88, 0.20),
    "4 blocks": (0.91, 0.28),
}
"""Share right of addition and code, by how many blocks have heads that start out looking back."""

CLIMB = {
    "rate 0.008, up at half right": [
        *((0.9, 0.099), (2.8, 0.111), (4.8, 0.112), (6.7, 0.12), (8.6, 0.121), (10.5, 0.122), (14.4, 0.122)),
    ],
    "rate 0.003 and falling": [
        *((0.9, 0.166), (2.8, 0.249), (4.8, 0.269), (6.7, 0.282), (8.6, 0.296), (10.5, 0.305), (12.5, 0.308)),
        *((14.4, 0.311), (16.3, 0.439), (18.2, 0.471), (20.2, 0.491), (22.1, 0.515), (24.0, 0.522)),
        *((25.9, 0.536), (27.9, 0.549), (29.8, 0.566), (31.7, 0.582), (33.6, 0.593), (35.6, 0.604)),
        *((37.5, 0.635), (39.4, 0.643), (41.3, 0.659)),
    ],
}
"""Mean height of the curriculum (1: every task mastered at the hard setting) by millions of tokens."""
EARLIER = 14.3
"""Millions of tokens after which the second of these moved tasks up at 0.15 right instead of 0.4."""

INK, FIRST, SECOND = "#444444", "#2f6f9f", "#c8763c"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("easy", type=Path)
    parser.add_argument("hard", type=Path)
    settings = parser.parse_args()
    plt.rcParams.update({"font.size": 10, "axes.spines.top": False, "axes.spines.right": False})
    look_back(DOCS / "look-back.png")
    climb(DOCS / "climb.png")
    score_by_length(
        {name: json.loads(getattr(settings, name).read_text()) for name in ("easy", "hard")},
        DOCS / "score-by-length.png",
    )


def look_back(path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6, 2.8))
    places = range(len(LOOK_BACK))
    for shift, task, colour in ((-0.2, 0, FIRST), (0.2, 1, SECOND)):
        heights = [scores[task] for scores in LOOK_BACK.values()]
        bars = axes.bar([p + shift for p in places], heights, 0.36, color=colour)
        axes.bar_label(bars, [f"{height:.2f}" for height in heights], color=INK, padding=2)
        bars.set_label(("addition", "code")[task])
    axes.set_xticks(list(places), list(LOOK_BACK))
    axes.set(ylim=(0, 1.05), ylabel="share right", xlabel="blocks whose heads start out looking back")
    axes.legend(frameon=False, loc="upper left")
    save(figure, path)


def climb(path: Path) -> None:
    figure, axes = plt.subplots(figsize=(6.6, 3.2))
    for (name, points), colour in zip(CLIMB.items(), (SECOND, FIRST), strict=True):
        axes.plot(*zip(*points, strict=True), color=colour, label=name)
    axes.axvline(EARLIER, color=INK, linewidth=0.8, linestyle=":")
    axes.text(EARLIER + 0.5, 0.85, "from here on, tasks move up\nat 0.15 right instead of 0.4", color=INK)
    axes.set(xlabel="million tokens", ylabel="mean height", ylim=(0, 1))
    axes.legend(frameon=False, loc="lower right")
    save(figure, path)


def score_by_length(evaluations: dict[str, dict[str, Any]], path: Path) -> None:
    figure, axes = plt.subplots(figsize=(7.2, 4.2))
    for (setting, results), colour in zip(evaluations.items(), (FIRST, SECOND), strict=True):
        points = [(entry[setting]["tokens"], entry[setting]["pass1"]) for entry in results["tasks"].values()]
        axes.scatter(*zip(*points, strict=True), color=colour, alpha=0.8, label=f"{setting} setting")
    axes.set_xscale("log")
    axes.set(xlabel="mean tokens of a reply", ylabel="pass@1", ylim=(-0.03, 1.03))
    axes.legend(frameon=False)
    save(figure, path)


def save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    print(path)


if __name__ == "__main__":
    main()
