"""Sample thoughts: for each task one right and one wrong attempt, every step marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from cogling.report import page
from cogling.report.figures import by_level, level_title
from cogling.report.load import Record, RunData, number
from cogling.report.svg import EMPTY
from cogling.report.words import count, plural, title

MOST_STEPS = 20
"""The steps of a longer thought are folded away beyond this."""

MARKS = {
    True: ("right", "✓", "valid step"),
    False: ("wrong", "✗", "invalid step"),
    None: ("unchecked", "·", "not checked"),
}


def choose_samples(samples: Sequence[Record]) -> dict[str, list[Record]]:
    """The first right and the first wrong sample of each task, right before wrong.

    Samples of the evaluation come before those of training, later steps before earlier ones, so that what
    is shown is the model as it ended.
    """
    ordered = sorted(samples, key=lambda sample: -(number(sample, "step") or 0))
    ordered.sort(key=lambda sample: sample.get("split") not in ("iid", "ood"))
    chosen: dict[str, dict[bool, Record]] = {}
    for sample in ordered:
        chosen.setdefault(str(sample.get("task", "")), {}).setdefault(sample.get("correct") is True, sample)
    return {task: [pair[key] for key in (True, False) if key in pair] for task, pair in chosen.items()}


def thoughts_section(run: RunData) -> str:
    """The cards of a run and their filter, as HTML."""
    return thoughts(run.samples, run.levels())


def thoughts(samples: Sequence[Record], known: Mapping[str, str]) -> str:
    """The cards of samples and their filter, as HTML. known: the levels of tasks, where samples lack them."""
    chosen = choose_samples(samples)
    if not chosen:
        return EMPTY
    levels = {task: str(pair[0].get("level") or known.get(task, "")) for task, pair in chosen.items()}
    grouped = by_level(levels)
    cards = [_card(task, level, chosen[task]) for level, tasks in grouped.items() for task in tasks]
    return (
        _filters(grouped)
        + f'<div class="thoughts">{"".join(cards)}</div>'
        + '<p class="empty" id="none-match" hidden>No sample fits this choice.</p>'
    )


def _filters(grouped: dict[str, list[str]]) -> str:
    def choice(name: str, every: str, values: Sequence[tuple[str, str]]) -> str:
        options = "".join(
            f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in values
        )
        return f'<label>{name}<select><option value="">{every}</option>{options}</select></label>'

    tasks = [(task, title(task)) for names in grouped.values() for task in names]
    levels = [(level, level_title(level)) for level in grouped]
    return (
        '<div class="filters" hidden>'
        + choice("Task", "all", tasks)
        + choice("Level", "all", levels)
        + '<label><input type="checkbox">only wrong</label></div>'
    )


def _card(task: str, level: str, samples: Sequence[Record]) -> str:
    return (
        f'<article data-task="{escape(task)}" data-level="{escape(level)}">'
        f"<h3>{escape(title(task).capitalize())}<small>{escape(level_title(level))}</small></h3>"
        f"{''.join(_attempt(sample) for sample in samples)}</article>"
    )


def _attempt(sample: Record) -> str:
    correct = sample.get("correct") is True
    steps = sample.get("steps")
    steps = steps if isinstance(steps, list) else []
    question, given, expected = (_text(sample, key) for key in ("question", "answer", "expected"))
    layout = " code" if "\n" in question else ""  # lines that were laid out, as a program, keep their columns
    said = f"<code>{escape(given)}</code>" if given.strip() else "<span>no answer</span>"
    verdict = (
        f'<b class="right">✓ {said}</b> <span>right</span>'
        if correct
        else f'<b class="wrong">✗ {said}</b> <span>wrong, expected</span> <code>{escape(expected)}</code>'
    )
    return (
        f'<div class="attempt" data-correct="{"yes" if correct else "no"}">'
        f'<p class="origin">{escape(_origin(sample))}</p>'
        f'<p class="question{layout}">{escape(question)}</p>'
        f'<ol class="steps">{_steps(steps)}</ol><p class="answer">{verdict}</p></div>'
    )


def _origin(sample: Record) -> str:
    split, step = _text(sample, "split"), number(sample, "step")
    return split if step is None else f"{split} at step {count(step)}"


def _steps(steps: Sequence[Any]) -> str:
    if not steps:
        return '<li class="unchecked">no steps written</li>'
    lines = [_step(step) for step in steps]
    rest = steps[MOST_STEPS:]
    if rest:
        wrong = sum(isinstance(step, dict) and step.get("valid") is False for step in rest)
        told = (
            f"{plural(len(rest), 'more step')}, {wrong} of them invalid"
            if wrong
            else plural(len(rest), "more step")
        )
        folded = f'<ol class="steps">{"".join(lines[MOST_STEPS:])}</ol>'
        lines[MOST_STEPS:] = [f"<li>{page.folded(told, folded)}</li>"]
    return "".join(lines)


def _step(step: Any) -> str:
    entry = step if isinstance(step, dict) else {"text": step}
    valid = entry.get("valid")
    look, glyph, meaning = MARKS[valid if isinstance(valid, bool) else None]
    mark = f'<span class="tick-mark" role="img" aria-label="{meaning}" title="{meaning}">{glyph}</span>'
    return f'<li class="{look}">{mark}<span class="said">{escape(_text(entry, "text"))}</span></li>'


def _text(record: Record, key: str) -> str:
    value = record.get(key)
    return "" if value is None else str(value)
