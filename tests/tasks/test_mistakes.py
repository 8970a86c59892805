"""Mistakes in traces: one wrong step, taken back by the next line, and how such traces are judged."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.evaluate.verdict import judge
from cogling.tasks import get_task
from cogling.tasks.mistakes import WRONG, blunder, judge_steps, with_mistakes
from cogling.tasks.sample import draw
from cogling.text.chat import Completion

TASKS = ("addition", "order", "code")


def in_order(before: list[str], step: str) -> bool:
    """A verifier to which only 1, 2, 3 ... is right."""
    return all(text == str(i + 1) for i, text in enumerate([*before, step]))


@pytest.mark.parametrize("name", TASKS)
def test_a_mistake_is_wrong_and_the_rest_is_the_trace(name: str) -> None:
    task, made = get_task(name), 0
    for index in range(60):
        problem = draw(task, "train", 1, index)
        steps, places = with_mistakes(problem.steps, random.Random(index))
        if not places:
            continue
        made += 1
        (at,) = places
        assert steps[at] != problem.steps[at]
        assert steps[at + 1] == WRONG
        assert (*steps[:at], *steps[at + 2 :]) == problem.steps
        assert "\n" not in steps[at]
    assert made >= 55


@pytest.mark.parametrize("name", TASKS)
def test_a_corrected_mistake_leaves_a_reply_faithful(name: str) -> None:
    task = get_task(name)
    for index in range(20):
        problem = draw(task, "train", 1, index)
        steps, places = with_mistakes(problem.steps, random.Random(index))
        if not places or task.step_valid(problem, steps[: places[0]], steps[places[0]]):
            continue
        at = places[0]
        verdict = judge(problem, Completion("\n".join(steps), problem.answer))
        assert verdict.faithful
        assert [valid for _, valid in verdict.steps] == [i != at for i in range(len(steps))]
        kept = [step for i, step in enumerate(steps) if i != at + 1]
        assert not judge(problem, Completion("\n".join(kept), problem.answer)).faithful


def test_nothing_is_taken_back_without_a_wrong_step() -> None:
    assert judge_steps(["1", WRONG, "2"], in_order) == ([True, False, False], ["1", WRONG, "2"], False)
    assert judge_steps([WRONG], in_order) == ([False], [WRONG], False)
    assert judge_steps(["1", "7", WRONG, "2"], in_order) == ([True, False, True, True], ["1", "2"], True)
    assert judge_steps(["8", "9", WRONG, WRONG, "1"], in_order)[2]


def test_no_steps_hold_no_mistake() -> None:
    assert with_mistakes([], random.Random(0), 0.5) == ([], [])
    assert blunder(["?"], 0, random.Random(0)) is None


def test_mistakes_come_at_the_rate_that_is_asked_for() -> None:
    steps = [str(i) for i in range(2000)]
    for rate, least, most in ((0.0, 1, 1), (0.1, 150, 250), (0.5, 900, 1100)):
        written, places = with_mistakes(steps, random.Random(3), rate)
        assert least <= len(places) <= most
        assert judge_steps(written, lambda before, step: step == str(len(before)))[2]


@given(st.lists(st.text(max_size=12), max_size=6), st.integers(0, 1000), st.sampled_from([0.0, 0.3, 0.9]))
def test_any_steps_can_be_judged_and_corrupted(steps: list[str], seed: int, rate: float) -> None:
    marks, standing, all_valid = judge_steps(steps, in_order)
    assert len(marks) == len(steps)
    assert len(standing) <= len(steps)
    assert all_valid == in_order(standing[:-1], standing[-1]) if standing else all_valid
    corrupted, places = with_mistakes(steps, random.Random(seed), rate)
    if WRONG not in steps:
        taken_back = {at + shift for at in places for shift in (0, 1)}
        assert [step for i, step in enumerate(corrupted) if i not in taken_back] == steps
        assert all(corrupted[at + 1] == WRONG for at in places)
