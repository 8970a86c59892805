"""compare.html: several runs on one page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cogling.files import write_atomic
from cogling.report import page
from cogling.report.axes import finite, smooth
from cogling.report.chart import Format, Series, line_chart
from cogling.report.compare import Comparison, Entry, compare_runs, summary_rows
from cogling.report.figures import (
    bar_of,
    bar_panels,
    by_level,
    column,
    level_title,
    mean_accuracy,
    task_accuracy,
)
from cogling.report.load import Score
from cogling.report.svg import EMPTY
from cogling.report.words import count, listing, percent, plain, plural, title

COLOURS = 8
"""How many colours page.css holds; further runs repeat them with other dashes."""

UNITS = ((7200.0, 3600.0, "hours"), (120.0, 60.0, "minutes"), (0.0, 1.0, "seconds"))
"""(from how many seconds on, seconds in one, name)."""

METHOD = (
    "± is half a 95% interval of the mean over K tasks of n questions: 1.96 · √(Σ q(1−q)/n) ÷ K, with q"
    " the Wilson centre of each task's share, so that a task answered all right still counts as uncertain."
    " It covers the choice of questions, not other tasks or another training seed."
)


def write_comparison(folders: Sequence[Path], out: Path) -> Path:
    """Writes the comparison of run folders as one HTML file, whole or not at all, and returns its path.

    Raises CoglingError where a folder is no run, or naming the damaged file and line.
    """
    return write_comparison_page(compare_runs(folders), out)


def write_comparison_page(comparison: Comparison, out: Path) -> Path:
    """As `write_comparison`, for a comparison that has been read already."""
    write_atomic(out, comparison_page(comparison))
    return out


def comparison_page(comparison: Comparison) -> str:
    """The page of a comparison as an HTML document."""
    entries = comparison.entries
    names = listing([entry.label for entry in entries])
    heads, rows = summary_rows(comparison)
    summary = page.table(heads, rows, text_columns=(len(heads) - 1,))
    return page.page(
        f"{names}: comparison",
        [
            page.header("Cogling comparison", names, _summary(comparison), _notes(entries)),
            page.section("summary", "Side by side", METHOD, summary, _gaps(comparison)),
            page.section("iid", "New problems, by task", _iid_lede(entries), _bars(entries, "iid")),
            _ood(entries),
            page.section(
                "loss",
                "Loss",
                "The moving average of the training loss, by what the model has read and by what it has cost."
                " Losses compare only between runs with the same tokenizer, tasks and objective.",
                page.legend(_keys(entries)),
                _loss(entries),
            ),
            page.section(
                "accuracy",
                "Accuracy over time",
                "Validations during training: the mean of all tasks, then each task.",
                page.legend(_keys(entries)),
                _accuracy(entries),
            ),
            page.section(
                "recipes",
                "What the recipes change",
                "Keys that are equal in all of them are left out.",
                _differences(comparison),
            ),
        ],
    )


def look(index: int) -> str:
    """CSS classes of the run at that place: its colour, and dashes once the colours repeat."""
    return f"c{index % COLOURS + 1}" + ("", " dash", " dots")[index // COLOURS % 3]


def _keys(entries: Sequence[Entry]) -> list[tuple[str, str, str]]:
    return [("line", look(index), entry.label) for index, entry in enumerate(entries)]


def _summary(comparison: Comparison) -> str:
    known = [(mean, entry) for entry in comparison.entries if (mean := entry.mean("iid"))]
    if not known:
        return "None of these runs has been evaluated yet."
    best, entry = max(known, key=lambda pair: pair[0].mean)
    told = f"{entry.label} answers most: {percent(best.mean)} of new problems right."
    if comparison.gaps:
        clear = sum(gap.larger for gap in comparison.gaps)
        told += f" Of {plural(len(comparison.gaps), 'gap')} from one run to the next,"
        told += f" {clear} {'is' if clear == 1 else 'are'} larger than the intervals."
    return told


def _notes(entries: Sequence[Entry]) -> list[str]:
    notes = [f"{entry.label}: {note}" for entry in entries for note in entry.run.notes]
    weaker = [entry.label for entry in entries if not entry.run.scores and entry.iid]
    if weaker:
        verb = "is" if len(weaker) == 1 else "are"
        notes.append(f"{listing(weaker)} {verb} compared by the last validation: there is no eval.json yet.")
    return notes


def _gaps(comparison: Comparison) -> str:
    if not comparison.gaps:
        return ""
    rows = [
        [f"{gap.before} → {gap.after}", str(gap), gap.verdict, plural(gap.tasks, "task")]
        for gap in comparison.gaps
    ]
    return page.table(["from → to", "gap in mean iid", "verdict", "over"], rows, text_columns=(2, 3))


def _iid_lede(entries: Sequence[Entry]) -> str:
    return "" if any(entry.iid for entry in entries) else "Nothing has been evaluated yet."


def _ood(entries: Sequence[Entry]) -> str:
    if not any(entry.ood for entry in entries):
        return ""
    lede = "Problems longer or harder than any in training."
    return page.section("ood", "Longer or harder problems, by task", lede, _bars(entries, "ood"))


def _bars(entries: Sequence[Entry], split: str) -> str:
    scores: list[dict[str, Score]] = [getattr(entry, split) for entry in entries]
    levels = _levels(entries)
    bars = {
        task: [
            bar_of(of[task], f"{entry.label}, {title(task)}", look(index))
            for index, (entry, of) in enumerate(zip(entries, scores, strict=True))
            if task in of
        ]
        for task in levels
    }
    keys = [
        ("bar", look(index), entry.label + ("" if entry.run.scores else " (last validation)"))
        for index, entry in enumerate(entries)
        if scores[index]
    ]
    return bar_panels(levels, bars, keys)


def _levels(entries: Sequence[Entry]) -> dict[str, str]:
    return {task: level for entry in entries for task, level in entry.run.levels().items()}


def _time_unit(entries: Sequence[Entry]) -> tuple[float, str]:
    longest = max((entry.run.seconds or 0.0 for entry in entries), default=0.0)
    return next((size, name) for start, size, name in UNITS if longest >= start)


def _loss(entries: Sequence[Entry]) -> str:
    size, unit = _time_unit(entries)
    lines = [smooth(losses := column(entry.run.train, "loss"), len(losses) / 100) for entry in entries]
    known = [loss for line in lines for loss in finite(line)]
    wide = bool(known) and min(known) > 0 and max(known) / min(known) > 6

    def chart(key: str, scale: float, x_name: str, form: Format) -> str:
        series = [
            Series(entry.label, [x / scale for x in column(entry.run.train, key)], line, look(index))
            for index, (entry, line) in enumerate(zip(entries, lines, strict=True))
        ]
        label = f"Training loss of all runs by {x_name}"
        return line_chart(series, label=label, x_name=x_name, x_format=form, log=wide)

    small = "logarithmic scale" if wide else ""
    return page.grid(
        "two",
        [
            page.figure("by tokens", small, chart("tokens", 1.0, "tokens", count)),
            page.figure("by time", small, chart("seconds", size, unit, plain)),
        ],
    )


def _accuracy(entries: Sequence[Entry]) -> str:
    size, unit = _time_unit(entries)

    def chart(
        of: list[list[float]], name: str, of_x: list[list[float]], x_name: str, form: Format, small: bool
    ) -> str:
        runs = enumerate(zip(entries, of_x, of, strict=True))
        return line_chart(
            [Series(entry.label, x, line, look(index)) for index, (entry, x, line) in runs],
            label=f"Accuracy of all runs: {name}",
            x_name=x_name,
            x_format=form,
            y_format=percent,
            y_range=(0.0, 1.0),
            size=(330, 150) if small else (500, 250),
        )

    times = [[x / size for x in column(entry.run.evaluations, "seconds")] for entry in entries]
    tokens = [_tokens_at(entry) for entry in entries]
    means = [mean_accuracy(entry.run.evaluations) for entry in entries]
    if not any(finite(line) for line in means):
        return EMPTY
    wide = [
        page.figure(
            "all tasks", "mean, by tokens", chart(means, "all tasks", tokens, "tokens", count, False)
        ),
        page.figure("all tasks", "mean, by time", chart(means, "all tasks", times, unit, plain, False)),
    ]
    panels = []
    for level, tasks in by_level(_levels(entries)).items():
        for task in tasks:
            shares = [task_accuracy(entry.run.evaluations, task) for entry in entries]
            small = chart(shares, title(task), times, unit, plain, True)
            panels.append(page.figure(title(task), level_title(level), small))
    return page.grid("two", wide) + page.grid("three", panels)


def _tokens_at(entry: Entry) -> list[float]:
    """Tokens seen by each validation: of the last train line at or before its step."""
    seen = [
        (line["step"], tokens)
        for line, tokens in zip(entry.run.train, column(entry.run.train, "tokens"), strict=True)
    ]
    out, index = [], -1
    for record in entry.run.evaluations:
        while index + 1 < len(seen) and seen[index + 1][0] <= record["step"]:
            index += 1
        out.append(seen[index][1] if index >= 0 else 0.0)
    return out


def _differences(comparison: Comparison) -> str:
    if not comparison.recipe_differences:
        return '<p class="empty">The recipes are the same.</p>'
    heads = ["key", *(entry.label for entry in comparison.entries)]
    rows = [[key, *values] for key, values in comparison.recipe_differences.items()]
    return page.table(heads, rows, text_columns=range(1, len(heads)))
