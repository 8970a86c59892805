"""What holds for every tracer: each step verifies, and the library scores the answer as right."""

from __future__ import annotations

import contextlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.tasks.gym import TRACERS, library, published
from cogling.tasks.gym.basic import number_sequence
from cogling.tasks.gym.task import EASY, HARD, STARTER, GymTask
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.sample import draw

pytest.importorskip("reasoning_gym")

every_tracer = pytest.mark.parametrize("name", list(TRACERS))
FEW, MANY = 12, 500
"""Questions of each setting, in the quick and in the slow test."""
VERIFIED = 200
"""Steps of a trace, spread evenly, that are handed to the verifier."""

BAD_GOLDS: dict[str, float] = {
    "number_sequence": 0.1,  # rarer chains of operations, and several rules that fit
    "arc_1d": 0.25,  # rules that are not tried, and examples that do not tell the rule
    "caesar_cipher": 0.005,  # one sentence has a letter that is no ASCII, and that the library ciphers as one
    "propositional_logic": 0.01,  # nothing but tautologies
    "tsumego": 0.01,  # two shapes, of which the library means the other
    "time_intervals": 0.13,  # milliseconds cut short by floating point
    "decimal_arithmetic": 0.12,  # the last of ten digits: the trace keeps two places more than the question
    "power_function": 0.09,  # off by one in the third digit: the trace keeps five
    "simple_equations": 0.005,  # 0 = 0
    "bitwise_arithmetic": 0.08,  # numbers of more digits than there are letters; far beyond any context
    "products": 0.03,  # more digits than there are letters for columns; far beyond any context
    "polynomial_equations": 0.35,  # most cubic equations are not worked
    "cryptarithm": 0.35,  # more to try than 2,000 steps: more than half of the hard ones
    "list_functions": 0.005,  # several rules that fit all examples
}
"""Share of a task's questions for which the right answer does not score 1 (docs/tracers.md says why)."""


def task_of(name: str) -> GymTask:
    task = get_task(f"gym.{name}")
    assert isinstance(task, GymTask)
    return task


@cache
def questions(name: str, n: int) -> tuple[Problem, ...]:
    """`n` questions of each setting, whether they can be worked out or not."""
    settings = [setting for setting in library.SETTINGS if setting in library.levels()[name]]
    numbers = [7919 * i + 104_729 for i in range(n)]
    found = []
    for setting in settings:
        for number in numbers:
            with contextlib.suppress(RuntimeError, ValueError):  # generators that give up at times
                found.append(task_of(name).question(setting, number))
    assert len(found) >= 0.98 * len(settings) * n
    return tuple(found)


def check(name: str, n: int) -> None:
    task, failed = task_of(name), []
    for problem in questions(name, n):
        try:
            found = task.trace(problem.question)
        except Untraceable as error:
            failed.append(f"{error}: {problem.question[-200:]}")
            continue
        assert isinstance(found, Trace)
        assert found.steps
        for step in found.steps:
            assert step == step.strip()
            assert step.isprintable()
            assert "<|" not in step
        if library.score(name, found.answer, problem.meta["entry"]) < 1:
            failed.append(f"{found.answer!r} is not {problem.answer!r}: {problem.question[-200:]}")
            continue
        assert task.score(problem, found.answer) == 1
        for i in range(0, len(found.steps), 1 + len(found.steps) // VERIFIED):  # each compares all before it
            assert task.step_valid(problem, found.steps[:i], found.steps[i])
    assert len(failed) <= BAD_GOLDS.get(name, 0) * len(questions(name, n)), failed[:3]


@every_tracer
def test_every_step_verifies_and_the_answer_scores(name: str) -> None:
    check(name, FEW)


@pytest.mark.slow
@every_tracer
def test_a_thousand_problems_verify(name: str) -> None:
    check(name, MANY)


@every_tracer
def test_every_level_gives_problems_of_their_split(name: str) -> None:
    task = task_of(name)
    for level in range(STARTER, HARD + 1):
        for index in range(2):
            problem = draw(task, "train", 3, 10 * level + index, [level])
            assert problem.steps
            assert problem == draw(task, "train", 3, 10 * level + index, [level])
            assert not published.holds(name, problem.question)


@every_tracer
def test_a_wrong_or_missing_step_is_refused(name: str) -> None:
    task = task_of(name)
    for problem in [problem for problem in questions(name, FEW) if problem.steps][:4]:
        for i, step in enumerate(problem.steps[:40]):
            for wrong in (step + "1", step[:-1], f"x{step}", "", "=0=0"):
                assert not task.step_valid(problem, problem.steps[:i], wrong)
            if i and problem.steps[i - 1] != step:
                assert not task.step_valid(problem, problem.steps[: i - 1], step)
        assert not task.step_valid(problem, problem.steps, problem.steps[-1])


@every_tracer
def test_other_questions_are_untraceable(name: str) -> None:
    for text in ("", "What is 1 + 1?", "a" * 3000, "🙂 \x00", "1 2 3\n" * 40):
        with pytest.raises(Untraceable):
            task_of(name).trace(text)


@every_tracer
def test_problems_survive_a_file(name: str) -> None:
    task = task_of(name)
    for problem in questions(name, FEW)[:4]:
        meta = json.loads(json.dumps(problem.meta))
        again = Problem(problem.task, problem.question, problem.steps, problem.answer, meta)
        assert task.score(again, again.answer) == task.score(problem, problem.answer)


def test_what_is_rare_at_the_hard_setting_is_drawn_often() -> None:
    """Numbers with one whole part, in lists to sort."""
    task = task_of("number_sorting")
    alike = 0
    for index in range(40):
        numbers = re.findall(r"-?\d+\.\d", draw(task, "train", 3, index, [HARD], frontier=1).question)
        wholes = [number[:-2] for number in numbers]
        alike += len(wholes) - len(set(wholes)) > len(wholes) / 5
    assert 5 <= alike <= 20


def test_rare_kinds_are_drawn_about_as_often_as_common_ones() -> None:
    """Of sequences as the library makes them four in ten end in one number again and again."""
    task, kinds = task_of("number_sequence"), Counter[str]()
    for index in range(120):
        problem = draw(task, "train", 3, index, [HARD], frontier=1)
        kinds[number_sequence.kind(Trace(problem.steps, problem.answer))] += 1
    assert kinds["constant"] <= 30
    assert sum(count >= 3 for count in kinds.values()) >= 8


def test_levels_run_from_easy_to_hard() -> None:
    task = task_of("chain_sum")
    assert json.loads(task.params(EASY)) == library.setting("chain_sum", "easy")
    assert json.loads(task.params(HARD)) == library.setting("chain_sum", "hard")


def test_every_tracer_is_told_of_in_the_docs() -> None:
    page = (Path(__file__).parents[3] / "docs" / "tracers.md").read_text(encoding="utf-8")
    told = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")}
    assert told - {"task"} == set(TRACERS)
    for name, entry in library.levels().items():
        if entry["level"] and name not in TRACERS:
            assert re.search(rf"\b{name}\b", page), f"{name} is neither traced nor named with its reason"
