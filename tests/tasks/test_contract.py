"""What every registered task must keep to, whatever it is about."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cogling.tasks
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.base import LEVELS, Problem
from cogling.tasks.sample import Split, draw, split_of
from cogling.text.chat import SPECIAL_TOKENS

SPLITS: tuple[Split, ...] = ("train", "validation", "iid", "ood")
PER_SPLIT = 80

NASTY = (
    "",
    " ",
    "\n",
    "\x00",
    "None",
    "nan",
    "inf",
    "-",
    "=",
    "9" * 10_000,
    "-" + "1" * 10_000,
    "9" * 5_000 + "=" + "9" * 5_000,
    "(" * 10_000,
    "not " * 5_000,
    "\u0661\u0662\u0663",  # digits to Unicode, not to us
    "\u00b2",  # isdigit() says yes, int() says no
    "\ud800",
    "__import__('os').system('true')",
    "1e999999",
    "10**10**10",
    *SPECIAL_TOKENS,
)

every_task = pytest.mark.parametrize("name", list(REGISTRY))


@cache
def problems(name: str) -> tuple[Problem, ...]:
    task = get_task(name)
    return tuple(draw(task, split, 7, i) for split in SPLITS for i in range(PER_SPLIT))


@cache
def in_distribution(name: str) -> tuple[Problem, ...]:
    return problems(name)[: 3 * PER_SPLIT]


def trace_valid(name: str, problem: Problem, steps: tuple[str, ...]) -> bool:
    """Every step verifies, and the last one holds the answer."""
    task = get_task(name)
    valid = all(task.step_valid(problem, steps[:i], step) for i, step in enumerate(steps))
    return valid and bool(steps) and problem.answer in steps[-1]


def changed_digit(text: str) -> list[str]:
    """The text with one digit changed, once for each digit."""
    return [
        f"{text[:i]}{(int(char) + 1) % 10}{text[i + 1 :]}" for i, char in enumerate(text) if char.isdigit()
    ]


def corruptions(steps: tuple[str, ...]) -> list[tuple[int, str]]:
    """Steps made wrong by one changed digit; in traces without digits, by one changed word."""
    found = [(i, wrong) for i, step in enumerate(steps) for wrong in changed_digit(step)]
    if found:
        return found
    opposite = {"True": "False", "False": "True", "yes": "no", "no": "yes", "1": "0", "0": "1"}
    for i, step in enumerate(steps):
        words = step.split(" ")
        for j, word in enumerate(words):
            if word in opposite:
                found.append((i, " ".join([*words[:j], opposite[word], *words[j + 1 :]])))
    # No digit and no truth value: a missing last word is as wrong.
    return found or [(i, step.rpartition(" ")[0]) for i, step in enumerate(steps)]


@every_task
def test_describes_itself(name: str) -> None:
    task = get_task(name)
    assert task.name == name
    assert task.level in LEVELS
    assert task.summary
    assert "\n" not in task.summary


@every_task
def test_knobs_lead_from_easy_to_hard(name: str) -> None:
    knobs = get_task(name).knobs
    assert knobs
    for knob in knobs.values():
        assert knob.train[0] <= knob.train[1]
        assert knob.ood[0] <= knob.ood[1]
        assert list(knob.rungs) == sorted(set(knob.rungs))
        assert knob.rungs[0] >= knob.train[0]
        assert knob.rungs[-1] == knob.train[1]
    assert any(knob.ood[0] > knob.train[1] for knob in knobs.values()), "no knob goes beyond training"


@every_task
def test_every_rung_gives_problems(name: str) -> None:
    task = get_task(name)
    longest = max(len(knob.rungs) for knob in task.knobs.values())
    for rung in range(longest):
        for i in range(10):
            assert draw(task, "train", 3, i, [rung] * len(task.knobs)).steps


@every_task
def test_every_step_of_every_trace_verifies(name: str) -> None:
    task = get_task(name)
    for problem in problems(name):
        for i, step in enumerate(problem.steps):
            assert task.step_valid(problem, problem.steps[:i], step), (problem.question, i, step)


@every_task
def test_trace_ends_in_the_answer(name: str) -> None:
    for problem in problems(name):
        assert problem.task == name
        assert problem.steps
        assert problem.answer
        assert problem.answer in problem.steps[-1]


@every_task
def test_text_is_plain(name: str) -> None:
    for problem in problems(name):
        # A question may have several lines (a program has); a step and an answer are one.
        for text in (*problem.question.split("\n"), *problem.steps, problem.answer):
            assert text.isascii()
            assert text.isprintable()
            assert text == text.rstrip()
            assert text
        for text in (problem.question, *problem.steps, problem.answer):
            assert "<|" not in text
            assert text == text.strip()


@every_task
def test_meta_survives_json(name: str) -> None:
    """The verifiers work on a problem that was written to a file and read again."""
    for problem in problems(name)[::20]:
        meta = json.loads(json.dumps(problem.meta))
        assert meta == problem.meta
        again = Problem(problem.task, problem.question, problem.steps, problem.answer, meta)
        assert trace_valid(name, again, again.steps)


@every_task
def test_right_answers_score_one_and_others_less(name: str) -> None:
    task = get_task(name)
    for problem in problems(name):
        assert task.score(problem, problem.answer) == 1.0
        assert task.score(problem, f"  {problem.answer}\n") == 1.0
        for wrong in ("", problem.answer + "x", problem.answer + "1", "x" + problem.answer, problem.question):
            assert 0.0 <= task.score(problem, wrong) < 1.0


@every_task
def test_answers_of_other_problems_score_less(name: str) -> None:
    """But for the few that say the same in other words, as `p or r` and `r or p`."""
    task = get_task(name)
    answers = {problem.answer for problem in problems(name)}
    for problem in problems(name)[:40]:
        others = answers - {problem.answer}
        assert sum(task.score(problem, other) == 1.0 for other in others) <= 0.05 * len(others)


@every_task
def test_the_same_four_give_the_same_problem(name: str) -> None:
    task = get_task(name)
    for split in SPLITS:
        for i in range(10):
            assert draw(task, split, 11, i) == draw(task, split, 11, i)
    assert [draw(task, "train", 11, i) for i in range(20)] != [draw(task, "train", 12, i) for i in range(20)]


@every_task
def test_splits_are_disjoint_by_content(name: str) -> None:
    seen: dict[str, str] = {}
    for position, problem in enumerate(problems(name)):
        split = SPLITS[position // PER_SPLIT]
        assert split_of(problem) == split
        assert seen.setdefault(problem.question, split) == split


@every_task
def test_question_decides_the_answer(name: str) -> None:
    """Nothing that the model does not see may matter."""
    answers: dict[str, str] = {}
    for problem in problems(name):
        assert answers.setdefault(problem.question, problem.answer) == problem.answer


@every_task
def test_a_corrupted_step_is_refused(name: str) -> None:
    task = get_task(name)
    for problem in in_distribution(name)[::3]:
        wrong_steps = corruptions(problem.steps)
        assert wrong_steps
        for i, wrong in wrong_steps:
            assert not task.step_valid(problem, problem.steps[:i], wrong), (problem.question, i, wrong)


@every_task
def test_a_step_of_another_problem_is_refused(name: str) -> None:
    """Short steps may coincide by chance; that must stay rare."""
    task = get_task(name)
    tried = accepted = 0
    pool = in_distribution(name)
    for problem, other in zip(pool, (*pool[7:], *pool[:7]), strict=True):
        for i, step in enumerate(other.steps[: len(problem.steps)]):
            if step != problem.steps[i]:
                tried += 1
                accepted += task.step_valid(problem, problem.steps[:i], step)
    assert tried > 100
    assert accepted <= 0.02 * tried


@every_task
def test_a_dropped_step_is_noticed(name: str) -> None:
    """Where several steps are allowed, another one may by chance lead to the same text; that stays rare."""
    tried, accepted = 0, []
    for problem in in_distribution(name):
        for i in range(len(problem.steps) - 1):
            shorter = problem.steps[:i] + problem.steps[i + 1 :]
            tried += 1
            if trace_valid(name, problem, shorter):
                accepted.append((problem.question, i, shorter))
    assert tried
    assert len(accepted) <= 0.08 * tried, accepted


@every_task
def test_a_step_past_the_end_is_refused(name: str) -> None:
    task = get_task(name)
    for problem in in_distribution(name)[::3]:
        for step in (*problem.steps, problem.answer, problem.question, "", " "):
            assert not task.step_valid(problem, problem.steps, step), (problem.question, step)


@every_task
@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_verifiers_survive_nasty_text(name: str, text: str) -> None:
    task = get_task(name)
    for problem in problems(name)[::60]:
        assert task.score(problem, text) < 1.0 or text.strip().lower() == problem.answer.lower()
        for i in range(len(problem.steps) + 1):
            assert not task.step_valid(problem, problem.steps[:i], text)
            assert task.step_valid(problem, [*problem.steps[:i], text], text) in (True, False)
            for step in problem.steps:
                assert task.step_valid(problem, [text] * i, step) in (True, False)


any_text = st.text(max_size=60) | st.text(alphabet="0123456789 ()+-*/=,:;.<>|abTFnot", max_size=60)


@every_task
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_verifiers_survive_arbitrary_text(name: str, data: st.DataObject) -> None:
    task = get_task(name)
    problem = data.draw(st.sampled_from(problems(name)))
    # Spliced into a real step, arbitrary text gets further into a parser than on its own.
    step = data.draw(st.sampled_from(problem.steps))
    cut = data.draw(st.integers(0, len(step)))
    text = data.draw(any_text)
    spliced = step[:cut] + text + step[cut:]
    done = data.draw(st.integers(0, len(problem.steps)))
    for given_step in (text, spliced):
        assert 0.0 <= task.score(problem, given_step) <= 1.0
        assert task.step_valid(problem, problem.steps[:done], given_step) in (True, False)
        assert task.step_valid(problem, [*problem.steps[:done], given_step], step) in (True, False)
        assert task.step_valid(problem, [given_step] * done, given_step) in (True, False)


def test_no_task_evaluates_text() -> None:
    """Model-written text is never executed; `re.compile` of a constant pattern is an attribute, not this."""
    files = sorted(Path(cogling.tasks.__file__).parent.rglob("*.py"))
    assert len(files) > 5
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name):
                assert node.id not in {"eval", "exec", "compile", "__import__"}, (file, node.lineno)
