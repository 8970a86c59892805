"""The charts of one run, each a function from RunData to HTML."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence

from cogling.report import page
from cogling.report.axes import finite, smooth
from cogling.report.bars import Bar, Group, Strip, bar_chart, strip_chart
from cogling.report.chart import Mark, Series, line_chart
from cogling.report.load import Record, RunData, Score, number, score_of
from cogling.report.svg import EMPTY
from cogling.report.words import count, percent, percent_fine, title
from cogling.tasks.base import LEVELS

THIRD = (330, 210)
"""Pixels of a chart that shares its row with two others."""

LONG_NAME = 20
"""Characters of a task's name that a panel of a third of the page has room for."""

WAIT_BAR = 0.05
"""The share of time the loop may wait for data before the report calls it a problem."""


def column(records: Iterable[Record], key: str) -> list[float]:
    """One column of records; NaN where a value is missing or not finite."""
    return [math.nan if (value := number(record, key)) is None else value for record in records]


def by_level(levels: dict[str, str]) -> dict[str, list[str]]:
    """Tasks by level: the known levels first, in order of difficulty; tasks by name."""
    order = [*LEVELS, *sorted(set(levels.values()) - set(LEVELS))]
    groups = {level: sorted(task for task, of in levels.items() if of == level) for level in order}
    return {level: tasks for level, tasks in groups.items() if tasks}


def level_title(level: str) -> str:
    return title(level) or "other"


def bar_of(score: Score, name: str, look: str) -> Bar:
    text = (
        f"{name}: {percent_fine(score.pass1)} of {score.n} questions"
        f" (95% interval {percent_fine(score.low)} to {percent_fine(score.high)})"
    )
    return Bar(score.pass1, score.low, score.high, text, look)


def last_validation(run: RunData) -> dict[str, Score]:
    """The scores of the last validation during training, by task; empty where there was none."""
    if not run.evaluations:
        return {}
    return {task: score for task, score in _validation_scores(run.evaluations[-1]).items() if score}


def _validation_scores(record: Record) -> dict[str, Score | None]:
    scores: dict[str, Score | None] = {}
    for task, entry in record.get("tasks", {}).items():
        n, pass1 = number(entry, "n"), number(entry, "pass1")
        usable = n is not None and pass1 is not None and n >= 1 and 0 <= pass1 <= 1
        scores[task] = score_of(int(n), pass1, entry) if usable and n and pass1 is not None else None
    return scores


def scores_figure(run: RunData) -> str:
    """Bars with whiskers, a panel a level: iid against ood, or the last validation where no eval.json is."""
    validation = {} if run.scores else last_validation(run)
    bars: dict[str, list[Bar]] = {
        task: [
            bar_of(score, f"{title(task)}, {split}", look)
            for split, score, look in (("iid", scores.iid, "c1"), ("ood", scores.ood, "c2 hollow"))
            if score
        ]
        for task, scores in run.scores.items()
    } or {task: [bar_of(score, f"{title(task)}, validation", "c1")] for task, score in validation.items()}
    keys = [
        ("bar", "c1", "iid: new problems like those in training"),
        ("bar", "c2 hollow", "ood: longer or harder"),
    ]
    return bar_panels(
        run.levels(), bars, [("bar", "c1", "validation during training")] if validation else keys
    )


def bar_panels(
    levels: dict[str, str], bars: dict[str, list[Bar]], keys: Sequence[tuple[str, str, str]]
) -> str:
    """A panel of bars a level, all on the same axis, under their legend; bars: by task."""
    drawn = {task: level for task, level in levels.items() if bars.get(task)}
    if not drawn:
        return EMPTY
    longest, columns, width = _panels(drawn)
    panels = []
    for level, tasks in by_level(drawn).items():
        groups = [Group(title(task), bars[task]) for task in tasks]
        label = f"Scores, {level_title(level)}"
        chart = bar_chart(groups, label=label, longest_name=longest, width=width)
        panels.append(page.figure(level_title(level), "", chart))
    return page.legend([*keys, ("whisker", "", "95% interval")]) + page.grid(columns, panels)


def _panels(tasks: Iterable[str]) -> tuple[int, str, int]:
    """The longest name of a task, and the columns and width of panels that have room for it."""
    longest = max((len(title(task)) for task in tasks), default=0)
    return (longest, "three", 340) if longest <= LONG_NAME else (longest, "two", 520)


def accuracy_figure(run: RunData) -> str:
    """Small multiples over steps: first all tasks together, then each task against that mean in grey."""
    if not run.evaluations:
        return EMPTY
    steps = column(run.evaluations, "step")
    means = mean_accuracy(run.evaluations)
    mean_faithful = mean_accuracy(run.evaluations, "faithful")
    panels = [
        _small(
            "all tasks",
            "mean",
            [
                Series("right", steps, means, "c1"),
                Series("right and every step valid", steps, mean_faithful, "c2 dash"),
            ],
        )
    ]
    background = Series("mean of all", steps, means, "quiet")
    for level, tasks in by_level({t: s for t, s in run.levels().items() if _validated(run, t)}).items():
        for task in tasks:
            line = Series(title(task), steps, task_accuracy(run.evaluations, task), "c1")
            panels.append(_small(title(task), level_title(level), [line, background]))
    keys = [
        ("line", "c1", "right answers"),
        ("line", "c2 dash", "right, with every step valid"),
        ("line", "quiet", "mean of all tasks"),
    ]
    return page.legend(keys) + page.grid("three", panels)


def _small(name: str, small: str, lines: Sequence[Series]) -> str:
    chart = line_chart(
        lines,
        label=f"Accuracy over training steps: {name}",
        x_name="steps",
        name_axis=False,
        x_format=count,
        y_format=percent,
        y_range=(0.0, 1.0),
        ends=True,
        size=(330, 140),
    )
    return page.figure(name, small, chart)


def _validated(run: RunData, task: str) -> bool:
    return any(task in record.get("tasks", {}) for record in run.evaluations)


def task_accuracy(evaluations: Sequence[Record], task: str, key: str = "pass1") -> list[float]:
    """One task's share over the validations, NaN where it was not asked."""
    entries = (record.get("tasks", {}).get(task, {}) for record in evaluations)
    return column(entries, key)


def mean_accuracy(evaluations: Sequence[Record], key: str = "pass1") -> list[float]:
    """The mean over tasks at each validation, NaN where no task has the key."""
    means = []
    for record in evaluations:
        known = finite(column(record.get("tasks", {}).values(), key))
        means.append(statistics.fmean(known) if known else math.nan)
    return means


def training_figure(run: RunData) -> str:
    """Loss (every value pale, the moving average strong), learning rate and gradient norm."""
    steps, losses = column(run.train, "step"), column(run.train, "loss")
    known = finite(losses)
    wide = bool(known) and min(known) > 0 and max(known) / min(known) > 6
    loss = line_chart(
        [
            Series("loss", steps, losses, "c1 pale"),
            Series("average", steps, smooth(losses, len(losses) / 100), "c1"),
        ],
        label="Training loss over steps",
        x_name="steps",
        x_format=count,
        log=wide,
        marks=event_marks(run),
        size=THIRD,
    )
    rates = column(run.train, "lr")
    if not finite(rates):
        rates = column(run.train, "lr_scale")
    rate = line_chart(
        [Series("learning rate", steps, rates, "c1")],
        label="Learning rate over steps",
        x_name="steps",
        x_format=count,
        from_zero=True,
        size=THIRD,
    )
    norm = line_chart(
        [Series("gradient norm", steps, column(run.train, "grad_norm"), "c1")],
        label="Gradient norm over steps",
        x_name="steps",
        x_format=count,
        log=True,
        size=THIRD,
    )
    return page.grid(
        "three",
        [
            page.figure("loss", "logarithmic scale" if wide else "", loss),
            page.figure("learning rate", "hidden matrices", rate),
            page.figure("gradient norm", "logarithmic scale", norm),
        ],
    )


def event_marks(run: RunData) -> list[Mark]:
    marks = []
    for event in run.events[:100]:
        step = number(event, "step")
        if step is not None:
            marks.append(Mark(step, f"step {count(step)}: {event.get('message', '')}"))
    return marks


def speed_figure(run: RunData) -> str:
    """Tokens a second, and the share of time spent waiting for data against its bar."""
    steps = column(run.train, "step")
    speed = line_chart(
        [Series("tokens/s", steps, column(run.train, "tokens_per_second"), "c1")],
        label="Tokens a second over steps",
        x_name="steps",
        x_format=count,
        y_format=count,
        from_zero=True,
        size=(500, 200),
    )
    wait = line_chart(
        [Series("waiting", steps, column(run.train, "wait_share"), "c2")],
        label="Share of time spent waiting for data over steps",
        x_name="steps",
        x_format=count,
        y_format=percent,
        from_zero=True,
        reference=(WAIT_BAR, f"{percent(WAIT_BAR)}: more is a problem"),
        size=(500, 200),
    )
    return page.grid(
        "two",
        [
            page.figure("tokens a second", "", speed),
            page.figure("waiting for data", "share of the time", wait),
        ],
    )


def curriculum_figure(run: RunData) -> str:
    """How far the curriculum had opened each task, shaded over steps; empty without a curriculum."""
    records = [record for record in run.train if isinstance(record.get("curriculum"), dict)]
    if not records:
        return ""
    steps = column(records, "step")
    levels = run.levels()
    tasks = {task: levels.get(task, "") for record in records for task in record["curriculum"]}
    longest, columns, width = _panels(tasks)
    panels = []
    for level, names in by_level(tasks).items():
        strips = [_strip(task, steps, column((r["curriculum"] for r in records), task)) for task in names]
        chart = strip_chart(
            strips,
            label=f"Curriculum, {level_title(level)}",
            highest=1.0,
            longest_name=longest,
            width=width,
        )
        panels.append(page.figure(level_title(level), "", chart))
    return page.grid(columns, panels)


def _strip(task: str, steps: Sequence[float], heights: Sequence[float]) -> Strip:
    known = finite(heights)
    last = percent(known[-1]) if known else ""
    return Strip(title(task), steps, heights, last, f"{title(task)}: {last} of the way at the end")
