"""Drills: worked steps that verify, and what they ask for, found in another way."""

from __future__ import annotations

import random

import pytest

from cogling.evaluate.suites import SUITES, splits_of, tasks_of
from cogling.tasks import get_task
from cogling.tasks.gym import DRILL_PREFIX, DRILLS
from cogling.tasks.sample import draw

pytest.importorskip("reasoning_gym")

NAMES = [DRILL_PREFIX + name for name in DRILLS]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_verifies_and_no_other(name: str) -> None:
    task = get_task(name)
    for i in range(100):
        problem = draw(task, "train", 1, i)
        for at, step in enumerate(problem.steps):
            assert task.step_valid(problem, problem.steps[:at], f" {step} ")
            assert not task.step_valid(problem, problem.steps[:at], step + "1")
            assert not task.step_valid(problem, ["", *problem.steps[:at]], step)
        assert not task.step_valid(problem, problem.steps, problem.answer)
        assert task.score(problem, problem.answer) == 1
        assert task.score(problem, problem.answer + "1") == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_drill_is_asked_by_name_and_in_no_suite(name: str) -> None:
    assert tasks_of(name) == [name]
    assert splits_of(name) == ("iid", "ood")
    assert not any(name in tasks_of(suite) for suite in SUITES)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_bf_stores_the_numbers_that_an_interpreter_finds(size: int) -> None:
    from cogling.tasks.gym.symbolic.bf import _LAST_DIGITS, drill

    rng = random.Random(size)
    for _ in range(50):
        question, trace = drill(rng, size)
        program = question.split("\n\n")[1].removesuffix(_LAST_DIGITS)
        _, acc, *numbers = ran(program)[:5]
        assert acc == 0
        assert trace.answer == " ".join(map(str, numbers))
        assert max(numbers[1:]) <= 3 * size


def ran(program: str) -> list[int]:
    """The first cells after a BF program has run, by the language's own rules."""
    ends: dict[int, int] = {}
    begun: list[int] = []
    for at, mark in enumerate(program):
        if mark == "[":
            begun.append(at)
        elif mark == "]":
            ends[at] = begun.pop()
            ends[ends[at]] = at
    cells, here, at = [0] * 16, 0, 0
    while at < len(program):
        mark = program[at]
        here += (mark == ">") - (mark == "<")
        cells[here] += (mark == "+") - (mark == "-")
        if (mark == "[" and not cells[here]) or (mark == "]" and cells[here]):
            at = ends[at]
        at += 1
    return cells
