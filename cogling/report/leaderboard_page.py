"""leaderboard.html: models on the gym tasks beside the published scores of large ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from pathlib import Path
from statistics import fmean

from cogling.evaluate.losses import LOSSES
from cogling.files import write_atomic
from cogling.report import page
from cogling.report.bars import Bar, Group, bar_chart
from cogling.report.compare import Interval
from cogling.report.figures import bar_panels, by_level, level_title
from cogling.report.leaderboard import (
    HEADLINE,
    OTHERS,
    RIVAL,
    SAYS_LITTLE,
    Board,
    Evaluation,
    boards,
    published_score,
)
from cogling.report.thoughts import thoughts
from cogling.report.words import listing, percent, percent_fine, plural, title
from cogling.tasks.gym import library

OURS = ("c1", "c3", "c4", "c5", "c7")
THEIRS = {"best": "c8 hollow", "o3_mini": "c2 hollow", "llama_70b": "c6 hollow"}
"""CSS classes of bars; hollow: published, not measured here."""

METHOD = (
    "A task's interval is Wilson's, at 95%. A mean's is 1.96 standard errors over its tasks, each with"
    " Wilson's centre in place of its share; it covers the choice of questions, not of tasks, nor another"
    " training. Scores with partial credit get the same interval, which is then on the wide side.",
    "The published scores are means with partial credit, as its authors gave them, without intervals."
    f" “{OTHERS['best']}” takes another model on each task: no single one of them has that mean.",
    "The large models were asked cold. The models here were grown on problems that the same generators made,"
    " with other seeds; no published question was in training.",
    "Faithful: the answer is right, every step stands up to the task's verifier, and none is missing at the"
    " end.",
)


def write_leaderboard(paths: Sequence[Path], out: Path) -> list[Board]:
    """Writes the page of evaluations, whole or not at all, and returns what it shows.

    Raises CoglingError where a file is no gym evaluation.
    """
    made = boards(paths)
    write_atomic(out, leaderboard_page(made))
    return made


def leaderboard_page(made: Sequence[Board]) -> str:
    """The page as an HTML document."""
    names = listing(list(dict.fromkeys(one.label for board in made for one in board.evaluations)))
    settings = " and ".join(board.setting for board in made)
    shown = made[0].evaluations[0]
    return page.page(
        f"{names}: leaderboard",
        [
            page.header(
                f"Cogling leaderboard · reasoning-gym, {settings}",
                names,
                " ".join(summary(board, one) for board in made for one in board.evaluations),
                _notes(made),
            ),
            *(part for board in made for part in _of_board(board)),
            page.section(
                "thoughts",
                "How it thinks",
                f"The first right and the first wrong reply of {shown.label} to each task. The task's own"
                " verifier checks every step: ✓ follows from what came before, ✗ does not.",
                thoughts(shown.samples, {}),
            ),
            page.section(
                "method",
                "What the numbers say",
                "",
                *(f'<p class="lede">{escape(told)}</p>' for told in METHOD),
                _says_little(made),
            ),
        ],
    )


def summary(board: Board, evaluation: Evaluation) -> str:
    """One model against o3-mini, in two sentences."""
    name, tasks = next(iter(board.groups().items()))
    credit, rival = board.credit(evaluation, tasks), board.other(RIVAL, tasks)
    ahead = len(set(board.ahead(evaluation)) & set(tasks))
    asked = plural(len(tasks), f"{board.setting} {name} task")
    _, among_right = board.faithful(evaluation, tasks)
    return (
        f"{evaluation.label} scores {percent(credit.mean)} on {asked}, o3-mini {percent(rival)};"
        f" it is ahead on {ahead} of them. {percent(among_right)} of its right answers are faithful."
    )


def _notes(made: Sequence[Board]) -> list[str]:
    headline = [name for name, entry in library.levels().items() if entry["level"] in HEADLINE]
    notes = []
    for board in made:
        for one in board.evaluations:
            over = len(one.results[board.setting]) - len(board.levels)
            left = f" {plural(over, 'task')} that not all were asked: left out." if over else ""
            notes.append(f"{one.label}, {board.setting}: {one.asked}.{left}")
        missing = sum(task not in board.levels for task in headline)
        if missing:
            notes.append(
                f"{board.setting}: {missing} of the {len(headline)} basic and symbolic tasks were not asked,"
                " so the means are not those of the whole suite. All means here are of the same tasks."
            )
    return notes


def _of_board(board: Board) -> list[str]:
    setting = board.setting
    return [
        page.section(
            f"{setting}-means",
            f"The means, {setting}",
            "Mean score with partial credit, which is what was published of the large models.",
            page.legend([*_keys(board.evaluations, OTHERS), ("whisker", "", "95% interval")]),
            _means_figure(board),
            _means_table(board),
        ),
        page.section(
            f"{setting}-tasks",
            f"Task by task, {setting}",
            "▲ marks scores above that of o3-mini, and ▼ those below, by so many points; ≈ where the"
            " published score lies within the interval.",
            _tasks_figure(board),
            _tasks_table(board),
        ),
        page.section(
            f"{setting}-lost",
            f"What is still lost, {setting}",
            "Shares of all questions, by how the reply went wrong. Wrong step: the due one, with other"
            " numbers in it. Wrong plan: another step, or steps missing. Cut off: at the token limit, or in"
            " circles. Format: no steps, or another answer than they led to. Not asked: the question does not"
            " fit.",
            page.grid("one", (_lost(board, one) for one in board.evaluations)),
        ),
    ]


def _look(index: int) -> str:
    return OURS[index % len(OURS)]


def _keys(evaluations: Sequence[Evaluation], others: Iterable[str]) -> list[tuple[str, str, str]]:
    ours = [("bar", _look(index), one.label) for index, one in enumerate(evaluations)]
    return ours + [("bar", THEIRS[key], f"{OTHERS[key]} (published)") for key in others]


def _bar(name: str, interval: Interval, look: str) -> Bar:
    low, high = max(0.0, interval.mean - interval.half), min(1.0, interval.mean + interval.half)
    return Bar(interval.mean, low, high, f"{name}: {interval}", look)


def _published_bar(name: str, value: float, look: str) -> Bar:
    return Bar(value, value, value, f"{name}: {percent_fine(value)}, published", look)


def _means_figure(board: Board) -> str:
    figures = []
    for name, tasks in board.groups().items():
        bars = [
            _bar(one.label, board.credit(one, tasks), _look(index))
            for index, one in enumerate(board.evaluations)
        ]
        bars += [_published_bar(told, board.other(key, tasks), THEIRS[key]) for key, told in OTHERS.items()]
        chart = bar_chart([Group("", bars)], label=f"Mean scores, {name}")
        figures.append(page.figure(name, plural(len(tasks), "task"), chart))
    return page.grid("three", figures)


def _means_table(board: Board) -> str:
    groups = board.groups()
    rows = []
    for one in board.evaluations:
        rows.append([f"{one.label}\nscore", *(str(board.credit(one, tasks)) for tasks in groups.values())])
        rows.append([f"{one.label}\nright", *(str(board.right(one, tasks)) for tasks in groups.values())])
        shares = [board.faithful(one, tasks) for tasks in groups.values()]
        told = [f"{percent_fine(of_all)}\n{percent_fine(among)} of the right" for of_all, among in shares]
        rows.append([f"{one.label}\nright and faithful", *told])
    for key, name in OTHERS.items():
        scores = [percent_fine(board.other(key, tasks)) for tasks in groups.values()]
        rows.append([f"{name}\nscore, published", *scores])
    return page.table(["model", *(f"{name} ({len(tasks)})" for name, tasks in groups.items())], rows)


def _tasks_figure(board: Board) -> str:
    bars = {}
    for task in board.levels:
        ours = []
        for index, one in enumerate(board.evaluations):
            result = board.result(one, task)
            value, told = result.credit, f"{one.label}, {title(task)}: {percent_fine(result.credit)}"
            low, high = min(result.right.low, value), max(result.right.high, value)
            ours.append(Bar(value, low, high, told, _look(index)))
        rival = published_score(task, board.setting)
        bars[task] = [*ours, _published_bar(f"{OTHERS[RIVAL]}, {title(task)}", rival, THEIRS[RIVAL])]
    return bar_panels(board.levels, bars, _keys(board.evaluations, [RIVAL]))


def _tasks_table(board: Board) -> str:
    heads = ["task", "level"]
    for one in board.evaluations:
        many = f"{one.label}: " if len(board.evaluations) > 1 else ""
        heads += [f"{many}right", f"{many}score", f"{many}against o3-mini", f"{many}faithful"]
    heads += OTHERS.values()
    rows = []
    for level, tasks in by_level(board.levels).items():
        for task in tasks:
            row = [title(task), level_title(level)]
            for one in board.evaluations:
                row += _cells(board, one, task)
            published = library.levels()[task][board.setting]
            row += [f"{percent_fine(published['best'])}\n{published['best_model']}"]
            row += [percent_fine(published_score(task, board.setting, key)) for key in list(OTHERS)[1:]]
            rows.append(row)
    return page.table(heads, rows)


def _cells(board: Board, evaluation: Evaluation, task: str) -> list[str]:
    result = board.result(evaluation, task)
    right, rival = result.right, published_score(task, board.setting)
    return [
        f"{percent_fine(right.pass1)}\n{right.low * 100:.0f} to {right.high * 100:.0f}",
        percent_fine(result.credit),
        gap(result.credit, rival, right.low <= rival <= right.high),
        percent_fine(right.faithful),
    ]


def gap(score: float, rival: float, close: bool) -> str:
    """How far a score is above or below a published one, in points. close: within its interval."""
    points = (score - rival) * 100
    if abs(points) < 0.05:
        return "="
    return f"{'▲' if points > 0 else '▼'} {abs(points):.1f}" + "\n≈" * close


def _lost(board: Board, evaluation: Evaluation) -> str:
    results = {task: board.result(evaluation, task) for task in board.levels}
    lost = {task: 1 - result.right.pass1 for task, result in results.items()}
    worst = sorted((task for task in lost if lost[task]), key=lambda task: -lost[task])
    if not worst:
        return f'<p class="empty">{escape(evaluation.label)} answered every question right.</p>'
    split = {
        task: [result.losses[loss] / result.right.n for loss in LOSSES] for task, result in results.items()
    }
    means = [fmean(shares) for shares in zip(*split.values(), strict=True)]
    rows = [["all tasks", "", percent(fmean(lost.values())), *map(_unless_none, means)]]
    for task in worst:
        level = level_title(board.levels[task])
        rows.append([title(task), level, percent(lost[task]), *map(_unless_none, split[task])])
    small = f"{len(lost) - len(worst)} of {plural(len(lost), 'task')} lose nothing"
    return page.figure(f"by {evaluation.label}", small, page.table(["task", "level", "lost", *LOSSES], rows))


def _unless_none(share: float) -> str:
    return percent(share) if share else ""


def _says_little(made: Sequence[Board]) -> str:
    shown = {task for board in made for task in board.levels}
    rows = [[title(task), why] for task, why in SAYS_LITTLE.items() if task in shown]
    if not rows:
        return ""
    told = '<p class="lede">Of these tasks a good score says little:</p>'
    return told + page.table(["task", "because"], rows, text_columns=(1,))
