"""Addition and subtraction: columns by hand, and every trace against Python's own arithmetic."""

from __future__ import annotations

import random
import re

import pytest

from cogling.tasks.base import Problem
from cogling.tasks.basic.addition import Addition

TASK = Addition()
SUM = Problem("addition", "What is 385 + 467?", (), "852", {"a": 385, "b": 467, "sign": "+"})
DIFFERENCE = Problem("addition", "What is 402 - 37?", (), "365", {"a": 402, "b": 37, "sign": "-"})
SUM_STEPS = ("a:5+7+0=12;2", "b:8+6+1=15;52", "c:3+4+1=08;852", "852")
DIFFERENCE_STEPS = ("a:12-7-0=05;5", "b:10-3-1=06;65", "c:14-0-1=13;365", "365")


@pytest.mark.parametrize(
    ("problem", "steps"), [(SUM, SUM_STEPS), (DIFFERENCE, DIFFERENCE_STEPS)], ids=["sum", "difference"]
)
def test_steps_written_by_hand_are_right(problem: Problem, steps: tuple[str, ...]) -> None:
    for i, step in enumerate(steps):
        assert TASK.step_valid(problem, steps[:i], step)
        assert TASK.step_valid(problem, steps[:i], f" {step} ")


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "a:5+7+0=13;3"),  # wrong sum
        (0, "a:7+5+0=12;2"),  # operands of the wrong numbers
        (0, "a:5+7+1=13;3"),  # a carry from nowhere
        (0, "a:5+7+0=12;1"),  # the wrong digit of the sum is kept
        (0, "b:8+6+0=14;4"),  # begins at the wrong column
        (1, "b:8+6+0=14;42"),  # forgets the carry
        (1, "b:8+6+1=15;5"),  # forgets the result so far
        (1, "b:8+6+1=15;25"),  # new digit on the wrong side
        (1, "c:3+4+1=08;82"),  # skips a column
        (1, "a:5+7+0=12;2"),  # repeats a finished column
        (1, "852"),  # jumps to the answer
        (3, "0852"),
        (3, "1852"),
        (3, "d:0+0+0=00;0852"),  # a column too many
        (4, "852"),  # the end, again
        (0, "a:5+7+0=12;2\nb:8+6+1=15;52"),  # two steps in one line
        (0, "a : 5 + 7 + 0 = 12 ; 2"),
        (0, "a:\u0665+7+0=12;2"),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(SUM, SUM_STEPS[:done], step)


def test_a_step_is_judged_by_what_the_model_wrote_before() -> None:
    """After a wrong column the next one is right if it carries on from it."""
    wrong = ["a:5+7+0=03;3"]
    assert TASK.step_valid(SUM, wrong, "b:8+6+0=14;43")
    assert not TASK.step_valid(SUM, wrong, "b:8+6+1=15;52")


@pytest.mark.parametrize("last", ["", "852", "a:5+7+0=12;22", "b:5+7+0=12;2", "a:5+7+0=92;2", "9" * 9999])
def test_nothing_follows_a_step_that_makes_no_sense(last: str) -> None:
    assert not TASK.step_valid(SUM, [last], "b:8+6+1=15;52")


@pytest.mark.parametrize("digits", range(1, 13))
def test_traces_agree_with_python(digits: int) -> None:
    rng = random.Random(digits)
    for _ in range(100):
        problem = TASK.problem(rng, {"digits": digits})
        a, sign, b = re.fullmatch(r"What is (\d+) ([+-]) (\d+)\?", problem.question).groups()
        right = int(a) + int(b) if sign == "+" else int(a) - int(b)
        assert right >= 0
        assert problem.answer == problem.steps[-1] == str(right)
        assert max(len(a), len(b)) == digits == len(problem.steps) - 1
        for place, step in enumerate(problem.steps[:-1], start=1):
            x, y, carry, total, result = map(int, re.findall(r"\d+", step))
            assert total == (x + y + carry if sign == "+" else x - y - carry)
            assert result == right % 10**place


def test_score_wants_the_number_alone() -> None:
    assert TASK.score(SUM, " 852\n") == 1.0
    for wrong in ("", "85", "8520", "0852", "852.0", "8 52", "+852", "the answer is 852", "9" * 9999):
        assert TASK.score(SUM, wrong) == 0.0
