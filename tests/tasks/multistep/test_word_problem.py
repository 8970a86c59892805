"""Word problems: the story solved again from its text, and steps that are right, wrong and hostile."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogling.tasks.multistep.word_problem import WordProblem
from cogling.tasks.sample import draw

TASK = WordProblem()
SENTENCE = re.compile(r"(\w+) (\w+) (\w+)(?: bags of (\d+))?")
SIGN = {"buys": 1, "finds": 1, "gets": 1, "wins": 1, "drops": -1, "loses": -1, "sells": -1, "uses": -1}


def solve(question: str) -> int:
    """The answer, from the text alone."""
    (name, _, count, each), *rest = SENTENCE.findall(question.split(" How many")[0])
    assert question.endswith(f"has {name}?")
    total = int(count) * int(each or 1)
    for who, verb, what, _ in rest:
        if who in ("She", "He"):
            total = 2 * total if verb == "doubles" else total + SIGN[verb] * int(what)
    return total


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_answer_agrees_with_the_story_and_every_sum_is_true(split: str) -> None:
    for index in range(100):
        problem = draw(TASK, split, 7, index)
        assert problem.answer == str(solve(problem.question))
        assert problem.steps[-1].endswith(problem.answer)
        assert len(problem.steps) == problem.question.count(".")
        for left, sign, right, result in re.findall(r"(\d+)([-+*])(\d+)=(\d+)", " ".join(problem.steps)):
            a, b = int(left), int(right)
            assert int(result) == {"+": a + b, "-": a - b, "*": a * b}[sign] < 100


def test_verbs_are_keys_and_never_come_twice() -> None:
    for index in range(100):
        verbs = [step.split(" ")[1] for step in draw(TASK, "ood", 3, index).steps]
        assert len(verbs) == len(set(verbs))


PROBLEM = TASK.worked(
    "Ann has 3 bags of 4 bells. She buys 7. Bob finds 4. She doubles them. How many bells has Ann?",
    "38",
    {
        "pronoun": "She",
        "story": [
            ["Ann", "has", "3 bags of 4"],
            ["She", "buys", "7"],
            ["Bob", "finds", "4"],
            ["She", "doubles", "them"],
        ],
    },
)
STEPS = [
    "Ann has 3 bags of 4: 3*4=12",
    "She buys 7: 12+7=19",
    "Bob finds 4: still 19",
    "She doubles them: 19+19=38",
]


def test_trace() -> None:
    assert list(PROBLEM.steps) == STEPS
    assert solve(PROBLEM.question) == 38


@pytest.mark.parametrize(
    ("before", "step"),
    [
        (STEPS[:1], "She buys 7: 12+7=18"),  # a false sum
        (STEPS[:1], "She buys 7: 12-7=5"),  # the wrong operation
        (STEPS[:1], "She buys 8: 12+8=20"),  # a number that is not in the story
        (STEPS[:1], "She buys 7: 11+7=18"),  # a total that is not at hand
        (STEPS[:1], "Bob finds 4: still 12"),  # skipped
        (STEPS[:2], "She buys 7: 19+7=26"),  # repeated
        (STEPS[:2], "Bob finds 4: 19+4=23"),  # somebody else's
        (STEPS[:2], "She doubles them: 19+19=38"),  # out of order
        (STEPS, "She doubles them: 38+38=76"),  # past the end
        ([], "She buys 7: 12+7=19"),
        ([], "Ann has 3 bags of 4: 12"),
        (STEPS[:1], "Ann buys 7: 12+7=19"),
        (STEPS[:1], "She buys 7: 12 + 7 = 19"),
        (STEPS[:1], "She buys 7: __import__('os')"),
        (["She buys 7: 12+7=" + "9" * 10_000], "Bob finds 4: still " + "9" * 10_000),
        (["She buys 7: 12+7=\u0661\u0669"], "Bob finds 4: still 19"),
        (["She buys 7: 12+7=019"], "Bob finds 4: still 19"),
        (["She buys 7: 12+7="], "Bob finds 4: still "),
        (["junk"], "She buys 7: 12+7=19"),
    ],
)
def test_wrong_steps(before: list[str], step: str) -> None:
    assert not TASK.step_valid(PROBLEM, before, step)


def test_a_step_is_judged_on_what_the_model_wrote_before() -> None:
    assert TASK.step_valid(PROBLEM, [STEPS[0], "She buys 7: 12+7=20"], "Bob finds 4: still 20")
    assert TASK.step_valid(PROBLEM, ["x", "Bob finds 4: still 20"], "She doubles them: 20+20=40")
    assert not TASK.step_valid(PROBLEM, [STEPS[0], "She buys 7: 12+7=20"], STEPS[2])


def test_score() -> None:
    assert TASK.score(PROBLEM, " 38\n") == 1.0
    for answer in ("", "3", "038", "38.0", "38 bells", "+38", "3 8", "9" * 10_000, "\u0663\u0668"):
        assert TASK.score(PROBLEM, answer) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text() | st.sampled_from(STEPS), max_size=3), st.text(), st.integers(0, 30))
def test_any_text_is_judged_without_an_error(before: list[str], text: str, index: int) -> None:
    problem = draw(TASK, "train", 5, index)
    assert TASK.score(problem, text) in (0.0, 1.0)
    assert TASK.step_valid(problem, before, text) in (True, False)
    assert TASK.step_valid(PROBLEM, before, f"She buys 7: {text}") in (True, False)
