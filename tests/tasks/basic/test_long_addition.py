"""Long addition: steps by hand, and every trace against Python's own arithmetic."""

from __future__ import annotations

import random
import re

import pytest

from cogling.recipes import load_recipe
from cogling.tasks.base import Problem
from cogling.tasks.basic.long_addition import LongAddition
from cogling.text.chat import reply_parts
from cogling.train.run import make_tokenizer

TASK = LongAddition()
SUM = Problem("long_addition", "What is 583 + 764, low end first?", (), "258", {"a": "583", "b": "764"})
STEPS = ("carry 110", "sum 258")
UNEVEN = Problem("long_addition", "What is 99 + 1, low end first?", (), "001", {"a": "99", "b": "1"})
UNEVEN_STEPS = ("carry 11", "sum 001")


@pytest.mark.parametrize(("problem", "steps"), [(SUM, STEPS), (UNEVEN, UNEVEN_STEPS)])
def test_steps_written_by_hand_are_right(problem: Problem, steps: tuple[str, ...]) -> None:
    for i, step in enumerate(steps):
        assert TASK.step_valid(problem, steps[:i], step)
        assert TASK.step_valid(problem, steps[:i], f" {step} ")


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "carry 11"),  # a place too few
        (0, "carry 1100"),  # and one too many
        (0, "carry 010"),
        (0, "carry 011"),  # high end first
        (0, "sum 258"),  # skips the carries
        (1, "sum 852"),  # high end first
        (1, "sum 2580"),
        (1, "sum 25"),
        (1, "258"),
        (1, "carry 110"),  # again
        (2, "sum 258"),
        (2, "258"),
        (0, "carry 110\nsum 258"),  # two steps in one line
        (0, "carry  110"),
        (0, "carry \u0661\u0661\u0660"),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(SUM, STEPS[:done], step)


def test_the_sum_is_judged_by_the_carries_that_were_written() -> None:
    assert TASK.step_valid(SUM, ["carry 010"], "sum 248")
    assert TASK.step_valid(SUM, ["carry 111"], "sum 2581")
    assert not TASK.step_valid(SUM, ["carry 010"], "sum 258")


@pytest.mark.parametrize("last", ["", "carry", "carry 1", "carry 1100", "carry 112", "carry " + "1" * 9999])
def test_nothing_follows_a_step_that_makes_no_sense(last: str) -> None:
    for step in ("sum 258", "carry 110"):
        assert not TASK.step_valid(SUM, [last], step)


@pytest.mark.parametrize("digits", [1, 2, 3, 7, 20, 100])
def test_traces_agree_with_python(digits: int) -> None:
    rng = random.Random(digits)
    for _ in range(100):
        problem = TASK.problem(rng, {"digits": digits})
        a, b = re.fullmatch(r"What is (\d+) \+ (\d+), low end first\?", problem.question).groups()
        assert max(len(a), len(b)) == digits
        right = str(int(a[::-1]) + int(b[::-1]))[::-1]
        assert problem.answer == right
        carries, total = problem.steps
        assert total == f"sum {right}"
        for place, carry in enumerate(carries.removeprefix("carry "), start=1):
            assert int(carry) == (int(a[:place][::-1]) + int(b[:place][::-1]) >= 10**place)


def test_the_recipe_trains_on_twenty_digits_and_has_room_for_a_hundred() -> None:
    recipe = load_recipe("addition-100")
    text = make_tokenizer(recipe)
    rng = random.Random(0)

    def length(digits: int) -> int:
        problem = max(
            (TASK.problem(rng, {"digits": digits}) for _ in range(50)), key=lambda p: len(p.question)
        )
        reply = text.encode_parts(reply_parts(problem.steps, problem.answer))
        return len(text.encode_prompt(problem.question)) + len(reply)

    assert TASK.knobs["digits"].train[1] == 20
    assert length(20) <= recipe.train.length
    assert length(100) <= recipe.model.context
    assert recipe.model.place_values > 101
    assert len(text.digits) == 10
