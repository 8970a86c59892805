"""Several runs side by side: means with intervals, gaps between neighbours, and what their recipes change.

The interval of a mean over K tasks. With a share p_k right of n_k questions in task k, the mean is
sum(p_k) / K and its standard error sqrt(sum(q_k (1 - q_k) / n_k)) / K, where
q_k = (p_k n_k + z^2/2) / (n_k + z^2) is Wilson's centre (Wilson 1927): with p_k in its place, a task answered
all right would count as known exactly. The 95% interval is the mean plus or minus z = 1.96 standard errors.
It covers the choice of questions, not the choice of tasks nor the seed of the training.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from cogling.errors import CoglingError
from cogling.report.figures import last_validation
from cogling.report.load import RunData, Score, load_run
from cogling.report.words import count, distinct, duration, listing, percent, percent_fine, plural

Z = 1.959964
"""The 97.5% point of the normal distribution: two-sided 95%."""

ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean of shares and half the width of its 95% interval; both in shares, not percent."""

    mean: float
    half: float

    def __str__(self) -> str:
        return f"{percent_fine(self.mean)} ± {self.half * 100:.1f}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One run of a comparison.

    label: its name, made different from every other. source: what `iid` holds: the final evaluation, or the
    last validation of a run that has none. Scores are by task; iid is empty where there is neither.
    """

    label: str
    run: RunData
    source: str
    iid: dict[str, Score]
    ood: dict[str, Score]

    def mean(self, split: str, tasks: Sequence[str] | None = None) -> Interval | None:
        """The mean pass@1 over tasks on 'iid' or 'ood', over all of them or the named ones."""
        scores: dict[str, Score] = getattr(self, split)
        return mean_interval([scores[task] for task in (scores if tasks is None else tasks)])

    def faithful(self) -> float | None:
        known = [score.faithful for score in self.iid.values() if score.faithful is not None]
        return statistics.fmean(known) if known else None


@dataclass(frozen=True, slots=True)
class Gap:
    """From one run to the next: the difference of their mean iid over the tasks that both answered.

    larger: whether the two runs' own intervals lie wholly apart, which asks for more than that the interval
    of the gap leaves out zero.
    """

    before: str
    after: str
    tasks: int
    gap: Interval
    larger: bool

    @property
    def verdict(self) -> str:
        if not self.larger:
            return "not larger than the intervals"
        return ("higher" if self.gap.mean > 0 else "lower") + ", larger than the intervals"

    def __str__(self) -> str:
        return f"{self.gap.mean * 100:+.1f} ± {self.gap.half * 100:.1f} points".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Comparison:
    """recipe_differences: dotted key -> one value a run, only keys that differ, as text."""

    entries: list[Entry]
    gaps: list[Gap]
    recipe_differences: dict[str, list[str]]


def mean_interval(scores: Sequence[Score]) -> Interval | None:
    """The mean of the scores' pass@1 with its 95% interval (the formula above); None without scores."""
    if not scores:
        return None
    variance = 0.0
    for score in scores:
        centre = (score.pass1 * score.n + Z * Z / 2) / (score.n + Z * Z)
        variance += centre * (1 - centre) / score.n
    mean = statistics.fmean(score.pass1 for score in scores)
    return Interval(mean, Z * math.sqrt(variance) / len(scores))


def compare_runs(folders: Sequence[Path]) -> Comparison:
    """Reads run folders, in the order to compare them. Raises CoglingError as `load_run`, or for none."""
    if not folders:
        raise CoglingError("compare needs at least one run folder")
    runs = [load_run(folder) for folder in folders]
    labels = distinct([(run.name, run.folder.name) for run in runs])
    entries = [_entry(run, label) for run, label in zip(runs, labels, strict=True)]
    gaps = [gap for before, after in pairwise(entries) if (gap := gap_between(before, after))]
    return Comparison(entries, gaps, recipe_differences([run.recipe for run in runs]))


def _entry(run: RunData, label: str) -> Entry:
    if run.scores:
        iid = {task: entry.iid for task, entry in run.scores.items() if entry.iid}
        ood = {task: entry.ood for task, entry in run.scores.items() if entry.ood}
        return Entry(label, run, f"evaluation, {_asked(iid)}", iid, ood)
    validation = last_validation(run)
    if not validation:
        return Entry(label, run, "not evaluated yet", {}, {})
    step = count(run.evaluations[-1]["step"])
    return Entry(label, run, f"validation at step {step}, {_asked(validation)}", validation, {})


def _asked(scores: Mapping[str, Score]) -> str:
    sizes = sorted({score.n for score in scores.values()}) or [0]
    size = str(sizes[0]) if len(sizes) == 1 else f"{sizes[0]} to {sizes[-1]}"
    return f"{plural(len(scores), 'task')}, n = {size}"


def gap_between(before: Entry, after: Entry) -> Gap | None:
    """The gap in mean iid; standard errors add as squares. None where the two share no task."""
    shared = [task for task in before.iid if task in after.iid]
    first, second = before.mean("iid", shared), after.mean("iid", shared)
    if first is None or second is None:
        return None
    difference = second.mean - first.mean
    gap = Interval(difference, math.hypot(first.half, second.half))
    return Gap(before.label, after.label, len(shared), gap, abs(difference) > first.half + second.half)


def recipe_differences(recipes: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The keys that are not the same in all recipes, flattened to dotted names, with each recipe's value."""
    flat = [dict(_flatten(recipe)) for recipe in recipes]
    keys = list(dict.fromkeys(key for recipe in flat for key in recipe))
    rows = {key: [recipe.get(key, ABSENT) for recipe in flat] for key in keys}
    return {key: values for key, values in rows.items() if len(set(values)) > 1}


def _flatten(value: Any, name: str = "") -> list[tuple[str, str]]:
    """Leaves of nested mappings and lists of mappings as (dotted name, text); a plain list stays one leaf."""
    if isinstance(value, Mapping) and value:
        inside = value.items()
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        inside = enumerate(value)  # type: ignore[assignment]
    else:
        return [(name, "none" if value is None else str(value))]
    return [leaf for key, item in inside for leaf in _flatten(item, f"{name}.{key}" if name else str(key))]


def summary_rows(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the side-by-side table, as text."""
    heads = ["run", "size", "tokens", "training", "iid", "ood", "faithful", "measured by"]
    rows = []
    for entry in comparison.entries:
        iid, ood, faithful = entry.mean("iid"), entry.mean("ood"), entry.faithful()
        rows.append(
            [
                entry.label + ("" if entry.run.finished else "\nnot finished"),
                count(entry.run.number("parameters")),
                count(entry.run.tokens),
                duration(entry.run.seconds),
                str(iid) if iid else "-",
                str(ood) if ood else "-",
                percent(faithful) if faithful is not None else "-",
                entry.source,
            ]
        )
    return heads, rows


def comparison_table(comparison: Comparison) -> Table:
    """The comparison for a terminal of 80 columns: a row a run.

    Below it, how the runs were measured and, from each to the next, the gap in mean iid with its verdict.
    """
    heads, rows = summary_rows(comparison)
    table = Table(
        box=None, header_style="dim", padding=(0, 2, 0, 0), caption_justify="left", caption_style=""
    )
    for index, head in enumerate(heads[:-1]):
        table.add_column(head, justify="right" if index else "left", no_wrap=index > 0)
    measured: dict[str, list[str]] = {}
    for entry, row in zip(comparison.entries, rows, strict=True):
        table.add_row(*map(Text, row[:-1]))  # a Text, for a name may hold what rich takes for markup
        measured.setdefault(entry.source, []).append(entry.label)
    told = [f"{listing(labels)}: {source}" for source, labels in measured.items()]
    told += ["", *(f"{gap.before} → {gap.after}: {gap}, {gap.verdict}" for gap in comparison.gaps)]
    table.caption = Text("\n" + "\n".join(told))
    return table
