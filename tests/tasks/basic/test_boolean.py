"""Boolean expressions: steps by hand, and every trace against an evaluator written another way."""

from __future__ import annotations

import random

import pytest

from cogling.tasks.base import Problem
from cogling.tasks.basic.boolean import Boolean

TASK = Boolean()
EXPRESSION = "( True and ( not False or False ) )"
PROBLEM = Problem("boolean", f"Evaluate {EXPRESSION}", (), "True", {"expression": EXPRESSION})
STEPS = ("= ( True and ( True or False ) )", "= ( True and True )", "= True")


def value_of(words: list[str]) -> bool:
    """Recursive descent; takes its words from the front. The task itself rewrites and never recurses."""
    word = words.pop(0)
    if word == "not":
        return not value_of(words)
    if word != "(":
        return {"True": True, "False": False}[word]
    left, operator, right = value_of(words), words.pop(0), value_of(words)
    assert words.pop(0) == ")"
    return {"and": left and right, "or": left or right}[operator]


def truth(expression: str) -> bool:
    words = expression.split(" ")
    value = value_of(words)
    assert not words
    return value


def test_steps_written_by_hand_are_right() -> None:
    for i, step in enumerate(STEPS):
        assert TASK.step_valid(PROBLEM, STEPS[:i], step)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "= ( True and ( False or False ) )"),  # not False is True
        (0, "= ( True and ( not True or False ) )"),
        (0, "= ( True and True )"),  # two rewritings at once
        (0, "= True"),  # skips to the end, though the value is right
        (0, f"= {EXPRESSION}"),  # nothing rewritten
        (0, "( True and ( True or False ) )"),
        (0, "=( True and ( True or False ) )"),
        (0, "= ( True and ( True or False )"),
        (0, "= ( True or ( True or False ) )"),  # changes the rest
        (0, "= ( false and ( True or False ) )"),
        (1, "= ( True and False )"),
        (1, STEPS[0]),  # repeats a finished step
        (1, "= True"),
        (2, "= False"),
        (3, "= True"),
        (3, "= not False"),
        (0, "= " + "( " * 9999),
        (0, "= ( True and ( True or False ) ) or __import__('os')"),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(PROBLEM, STEPS[:done], step)


def test_the_first_part_from_the_left_is_rewritten() -> None:
    problem = Problem("boolean", "", (), "", {"expression": "( ( True or False ) and not True )"})
    assert TASK.step_valid(problem, [], "= ( True and not True )")
    assert not TASK.step_valid(problem, [], "= ( ( True or False ) and False )")


def test_a_step_is_judged_by_what_the_model_wrote_before() -> None:
    wrong = ["= ( True and ( False or False ) )"]
    assert TASK.step_valid(PROBLEM, wrong, "= ( True and False )")
    assert not TASK.step_valid(PROBLEM, wrong, "= ( True and True )")


@pytest.mark.parametrize(
    "last", ["", "=", "= ", "= True", "= ( True )", "= not", "not False", "= not " * 9999]
)
def test_nothing_follows_a_step_that_makes_no_sense(last: str) -> None:
    for step in ("= True", "= False", "= ", ""):
        assert not TASK.step_valid(PROBLEM, [last], step)


@pytest.mark.parametrize("operators", range(1, 13))
def test_traces_agree_with_recursive_evaluation(operators: int) -> None:
    rng = random.Random(operators)
    for _ in range(100):
        problem = TASK.problem(rng, {"operators": operators})
        expression = problem.question.removeprefix("Evaluate ")
        assert sum(expression.split(" ").count(word) for word in ("and", "or", "not")) == operators
        assert problem.answer == str(truth(expression))
        assert len(problem.steps) == operators
        assert {truth(step.removeprefix("= ")) for step in problem.steps} == {truth(expression)}


def test_answers_are_balanced() -> None:
    rng = random.Random(1)
    answers = [TASK.problem(rng, {"operators": 1 + i % 6}).answer for i in range(2000)]
    assert 0.45 < answers.count("True") / len(answers) < 0.55


def test_score() -> None:
    assert TASK.score(PROBLEM, " true\n") == 1.0
    for wrong in ("", "False", "1", "True False", "= True", "not False"):
        assert TASK.score(PROBLEM, wrong) == 0.0
