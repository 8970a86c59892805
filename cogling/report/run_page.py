"""report.html: everything about one run on one page."""

from __future__ import annotations

import statistics
from html import escape
from pathlib import Path

from cogling.files import write_atomic
from cogling.report import figures, page
from cogling.report.axes import finite
from cogling.report.load import RunData, Score, load_run, number
from cogling.report.thoughts import thoughts_section
from cogling.report.words import UNKNOWN, count, duration, listing, percent, percent_fine, plural, title


def write_report(run_folder: Path) -> Path:
    """Writes `report.html` into a run folder, whole or not at all, and returns its path.

    Raises CoglingError where the folder is no run, or naming the damaged file and line.
    """
    path = run_folder / "report.html"
    write_atomic(path, report_page(load_run(run_folder)))
    return path


def report_page(run: RunData) -> str:
    """The page of one run as an HTML document."""
    return page.page(
        f"{run.name}: report",
        [
            page.header(_eyebrow(run), run.name, summary(run), _notes(run)),
            page.tiles(key_numbers(run)),
            page.section(
                "scores",
                "How well it answers",
                _scores_lede(run),
                figures.scores_figure(run),
                _scores_table(run),
            ),
            page.section(
                "thoughts",
                "How it thinks",
                "For each task the first right and the first wrong attempt on record. The task's own verifier"
                " checks every step: ✓ follows from what came before, ✗ does not.",
                thoughts_section(run),
            ),
            page.section("accuracy", "How it learned", _accuracy_lede(run), figures.accuracy_figure(run)),
            _curriculum(run),
            page.section(
                "training", "Loss and learning rate", _training_lede(run), figures.training_figure(run)
            ),
            page.section("speed", "Speed", _speed_lede(run), figures.speed_figure(run)),
            page.section("events", "What happened on the way", "", _events(run)),
            page.section(
                "recipe", "The recipe", "All that this run was told, defaults included.", _recipe(run)
            ),
        ],
    )


def mean_score(run: RunData, split: str) -> float | None:
    """The mean pass@1 over tasks on 'iid' or 'ood', or the mean iid 'faithful'; None where not evaluated."""
    stated = number(run.mean, split)
    if stated is not None:
        return stated
    if split == "faithful":
        known = [s.iid.faithful for s in run.scores.values() if s.iid and s.iid.faithful is not None]
    else:
        scores: list[Score | None] = [getattr(task, split) for task in run.scores.values()]
        known = [score.pass1 for score in scores if score]
    return statistics.fmean(known) if known else None


def validation_mean(run: RunData, key: str = "pass1") -> float | None:
    """The mean over tasks of the last validation during training, or None."""
    known = finite(figures.mean_accuracy(run.evaluations[-1:], key))
    return known[0] if known else None


def summary(run: RunData) -> str:
    """The run in one sentence or two."""
    size, tokens, seconds = run.number("parameters"), run.tokens, run.seconds
    grown = f"A model of {count(size)} parameters" if size else "A model"
    if tokens:
        grown += f", grown from random weights on {count(tokens)} tokens" + (
            f" in {duration(seconds)}" if seconds else ""
        )
    iid, ood, validated = mean_score(run, "iid"), mean_score(run, "ood"), validation_mean(run)
    if iid is not None:
        beyond = f", and {percent(ood)} of longer or harder ones" if ood is not None else ""
        return f"{grown}: it answers {percent(iid)} of new problems right{beyond}."
    if validated is not None:
        answered = f"at its last validation it answered {percent(validated)} right"
        return f"{grown}: {answered}. The final evaluation has not been run yet."
    return f"{grown}. It has not been evaluated yet."


def _eyebrow(run: RunData) -> str:
    started = str(run.about.get("started", ""))[:16].replace("T", " ")
    parts = ["Cogling run", str(run.about.get("recipe", "")), started, str(run.about.get("device", ""))]
    return " · ".join(part for part in parts if part)


def _notes(run: RunData) -> list[str]:
    notes = list(run.notes)
    if not run.finished:
        reached = f" It has reached step {count(run.steps)}." if run.steps else ""
        notes.insert(0, f"This run has not finished.{reached} To continue it: cogling resume {run.folder}")
    return notes


def key_numbers(run: RunData) -> list[tuple[str, str, str, str]]:
    """The tiles: (name, value, small print, CSS classes); what is not known is left out."""
    iid, ood, faithful = (mean_score(run, key) for key in ("iid", "ood", "faithful"))
    validated = None if run.scores else validation_mean(run)
    validated_at = f"at step {count(run.evaluations[-1]['step'])}" if run.evaluations else ""
    outer, flops = run.number("parameters_without_embeddings"), run.number("flops_per_token")
    speeds = finite(figures.column(run.train, "tokens_per_second"))
    memory = run.number("peak_memory_mb")
    tiles = [
        ("right, iid", percent_fine(iid), f"mean of {plural(len(run.scores), 'task')}", "c1"),
        ("right, ood", percent_fine(ood), "longer or harder", "c2"),
        ("faithful", percent_fine(faithful), "right with every step valid, iid", ""),
        ("right, validation", percent_fine(validated), validated_at, "c1"),
        (
            "parameters",
            count(run.number("parameters")),
            f"{count(outer)} without embeddings" if outer else "",
            "",
        ),
        ("training", duration(run.seconds), plural(run.steps, "step") if run.steps else "", ""),
        ("tokens", count(run.tokens), f"{count(flops)} FLOPs each" if flops else "", ""),
        ("speed", count(statistics.median(speeds) if speeds else None), "tokens a second, median", ""),
        ("waiting for data", percent(run.number("data_wait_share")), "of the time", ""),
        ("peak memory", f"{memory / 1000:.1f} GB" if memory else UNKNOWN, "", ""),
    ]
    return [tile for tile in tiles if tile[1] != UNKNOWN]


def _scores_lede(run: RunData) -> str:
    scores = {task: entry.iid for task, entry in run.scores.items() if entry.iid}
    if not scores:
        return (
            "The final evaluation has not been run; these are the last validation's answers."
            if run.evaluations
            else ""
        )
    good = sum(score.pass1 >= 0.9 for score in scores.values())
    weakest = min(scores, key=lambda task: scores[task].pass1)
    reach = "Every task reaches" if good == len(scores) else f"{good} of {plural(len(scores), 'task')} reach"
    verdict = (
        f"{reach} 90% on new problems; the lowest is {title(weakest)} at {percent(scores[weakest].pass1)}."
    )
    sizes = sorted({score.n for score in scores.values()})
    asked = count(sizes[0]) if len(sizes) == 1 else f"{count(sizes[0])} to {count(sizes[-1])}"
    return f"{verdict} {asked} questions a task and split."


def _scores_table(run: RunData) -> str:
    rows = []
    for level, tasks in figures.by_level({task: entry.level for task, entry in run.scores.items()}).items():
        for task in tasks:
            for split in ("iid", "ood"):
                score: Score | None = getattr(run.scores[task], split)
                if score:
                    shares = (score.pass1, score.low, score.high, score.faithful, score.steps_valid)
                    right, low, high, faithful, steps = (percent_fine(share) for share in shares)
                    spent = UNKNOWN if score.tokens is None else f"{score.tokens:.0f}"
                    rows.append(
                        [
                            task,
                            figures.level_title(level),
                            split,
                            str(score.n),
                            right,
                            f"{low} to {high}",
                            faithful,
                            steps,
                            spent,
                        ]
                    )
    if not rows:
        return ""
    heads = ["task", "level", "split", "n", "right", "95% interval", "faithful", "steps valid", "tokens"]
    return page.folded("All numbers", page.table(heads, rows, text_columns=(1, 2)))


def _accuracy_lede(run: RunData) -> str:
    asked = (n for record in run.evaluations for n in figures.column(record.get("tasks", {}).values(), "n"))
    sizes = [n for n in asked if n >= 1]
    if not sizes:
        return ""
    widest = 0.98 / min(sizes) ** 0.5  # half of a 95% interval where the share is one half
    return (
        f"Validations during training, over steps: {min(sizes):.0f} questions a task each time, so a single"
        f" point may be {widest * 100:.0f} percentage points off. The grey line is the mean of all tasks."
    )


def _curriculum(run: RunData) -> str:
    chart = figures.curriculum_figure(run)
    lede = (
        "Harder problems open as the easier ones are mastered. Over steps, the stronger the shade, the higher"
        " a task had climbed by then; the number is how far it came, 100% being its top rung mastered."
    )
    return page.section("curriculum", "The curriculum", lede, chart) if chart else ""


def _training_lede(run: RunData) -> str:
    losses = finite(figures.column(run.train, "loss"))
    if not losses:
        return ""
    tail = losses[-max(1, len(losses) // 20) :]
    marked = " Red triangles are events, listed below." if run.events else ""
    went = "fell" if statistics.fmean(tail) < losses[0] else "went"
    return (
        f"Loss {went} from {losses[0]:.2f} to {statistics.fmean(tail):.3g}, the mean of the last 5%."
        f" Pale: every value; strong: the moving average.{marked}"
    )


def _speed_lede(run: RunData) -> str:
    speeds = finite(figures.column(run.train, "tokens_per_second"))
    share = run.number("data_wait_share")
    told = (
        f"Half of the time it was above {count(statistics.median(speeds))} tokens a second." if speeds else ""
    )
    if share is not None:
        verdict = "below" if share < figures.WAIT_BAR else "not below"
        bar = percent(figures.WAIT_BAR)
        told += f" It waited for data {percent(share)} of the time, {verdict} the bar of {bar}."
    return told.strip()


def _events(run: RunData) -> str:
    skipped, back = run.number("skipped_steps"), run.number("rollbacks")
    counts = [plural(n, noun) for n, noun in ((skipped, "skipped step"), (back, "rollback")) if n is not None]
    told = f'<p class="lede">{escape(listing(counts).capitalize())}.</p>' if counts else ""
    if not run.events:
        return told + '<p class="empty">Nothing out of the ordinary.</p>'
    rows = [
        [
            UNKNOWN if (step := number(event, "step")) is None else f"{step:,.0f}",
            str(event.get("message", "")),
        ]
        for event in run.events
    ]
    return told + page.table(["step", "event"], rows, text_columns=(1,))


def _recipe(run: RunData) -> str:
    versions = run.about.get("versions")
    entries = versions.items() if isinstance(versions, dict) else ()
    used = ", ".join(f"{name} {version}" for name, version in entries)
    grown = f'<p class="caption">{escape(used)}</p>' if used else ""
    if not run.recipe_text:
        return '<p class="empty">The folder holds no recipe.yaml.</p>' + grown
    return grown + page.folded("recipe.yaml, as resolved", f"<pre>{escape(run.recipe_text)}</pre>")
