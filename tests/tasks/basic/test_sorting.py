"""Sorting and searching: steps by hand, and every trace against Python's own sorting."""

from __future__ import annotations

import random
import re

import pytest

from cogling.tasks.base import Problem
from cogling.tasks.basic.sorting import Sorting

TASK = Sorting()


def problem_of(kind: str, *numbers: int) -> Problem:
    return Problem("sorting", "", (), "", {"kind": kind, "numbers": [str(n) for n in numbers]})


TRACES = {
    "ascending": ("52", "38,52<", "38 52", "77,38>", "77,52>", "38 52 77"),
    "descending": ("52", "38,52<", "52 38", "77,52>", "77 52 38"),
    "largest": ("52,38:52", "52,77:77"),
    "smallest": ("52,38:38", "38,77:38"),
}


@pytest.mark.parametrize("kind", TRACES)
def test_steps_written_by_hand_are_right(kind: str) -> None:
    problem, steps = problem_of(kind, 52, 38, 77), TRACES[kind]
    for i, step in enumerate(steps):
        assert TASK.step_valid(problem, steps[:i], step)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "38"),  # not the first number
        (0, "52 38 77"),
        (0, "38,52<"),  # no list yet
        (1, "38,52>"),  # wrong comparison
        (1, "52,38>"),  # right, but not of the new number
        (1, "77,52>"),  # skips a number
        (1, "39,52<"),  # not in the question
        (1, "38 52"),  # compares nothing
        (2, "52 38"),  # wrong place
        (2, "38"),  # loses a number
        (2, "38 52 77"),  # two at once
        (2, "38,52<"),  # repeats a finished step
        (2, "77,52>"),
        (3, "77,52>"),  # does not begin at the start
        (3, "38 52 77"),
        (4, "77,38>"),
        (4, "38 77 52"),  # stops looking too early
        (5, "38 77 52"),
        (5, "77,77>"),
        (6, "38 52 77"),
        (6, "77,77>"),
        (2, "38  52"),
        (2, "38 52 " * 500),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(problem_of("ascending", 52, 38, 77), TRACES["ascending"][:done], step)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "52,38:38"),
        (0, "38,52:52"),
        (0, "52,77:77"),
        (0, "77"),
        (1, "52,38:52"),
        (1, "52,77:52"),
        (1, "77,52:77"),
        (2, "77,77:77"),
        (2, "77"),
    ],
)
def test_wrong_searches_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(problem_of("largest", 52, 38, 77), TRACES["largest"][:done], step)


def test_a_step_is_judged_by_what_the_model_wrote_before() -> None:
    """A number put in the wrong place, or the wrong winner, is carried along."""
    sort, search = problem_of("ascending", 52, 38, 77), problem_of("largest", 52, 38, 77)
    assert TASK.step_valid(sort, ["52", "38,52>"], "52 38")
    assert not TASK.step_valid(sort, ["52", "38,52>"], "38 52")
    assert TASK.step_valid(sort, ["52", "38,52>", "52 38"], "77,52>")
    assert not TASK.step_valid(sort, ["52", "38,52>", "52 38"], "77,38>")
    assert TASK.step_valid(search, ["52,38:38"], "38,77:77")
    assert not TASK.step_valid(search, ["52,38:38"], "52,77:77")


@pytest.mark.parametrize("last", ["", "38 ,52<", "38,77<", "38,52<<", "9" * 9999, "38 " * 9999])
def test_nothing_follows_a_step_that_makes_no_sense(last: str) -> None:
    assert not TASK.step_valid(problem_of("ascending", 52, 38, 77), ["52", last], "38 52")


@pytest.mark.parametrize("items", range(2, 13))
def test_traces_agree_with_python(items: int) -> None:
    rng = random.Random(items)
    for _ in range(100):
        problem = TASK.problem(rng, {"items": items})
        numbers = [int(n) for n in re.findall(r"\d+", problem.question)]
        assert len(set(numbers)) == items
        if problem.question.startswith("Sort"):
            order = sorted(numbers, reverse="descending" in problem.question)
            assert problem.answer == problem.steps[-1] == " ".join(map(str, order))
            lists = [step for step in problem.steps if "," not in step]
            for i, step in enumerate(lists, start=1):
                assert [int(n) for n in step.split(" ")] == [n for n in order if n in numbers[:i]]
            for step in set(problem.steps).difference(lists):
                assert (int(step[:2]) < int(step[3:5])) == step.endswith("<")
        else:
            best = max if "largest" in problem.question else min
            assert problem.answer == str(best(numbers))
            assert [int(step[-2:]) for step in problem.steps] == [
                best(numbers[:i]) for i in range(2, items + 1)
            ]


def test_score_wants_the_whole_list_in_order() -> None:
    problem = Problem("sorting", "", (), "38 52 77", {})
    assert TASK.score(problem, " 38  52 77\n") == 1.0
    for wrong in ("", "38 52", "77 52 38", "38, 52, 77", "385277", "38 52 77 77", "38 " * 9999):
        assert TASK.score(problem, wrong) == 0.0
