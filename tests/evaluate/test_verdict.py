import pytest

from cogling.evaluate.verdict import judge
from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.text.chat import Completion, parse_reply

SUM = Problem(
    "addition",
    "What is 385 + 467?",
    ("a:5+7+0=12;2", "b:8+6+1=15;52", "c:3+4+1=08;852", "852"),
    "852",
    {"a": 385, "b": 467, "sign": "+"},
)
TINY = Problem("addition", "What is 0 + 5?", ("a:0+5+0=05;5", "5"), "5", {"a": 0, "b": 5, "sign": "+"})


def reply(*steps: str, answer: str) -> Completion:
    return Completion("\n".join(steps), answer)


def test_the_worked_trace_with_its_answer_is_right_and_faithful() -> None:
    verdict = judge(SUM, reply(*SUM.steps, answer="852"))
    assert verdict.correct
    assert verdict.faithful
    assert verdict.score == 1.0
    assert verdict.steps == tuple((step, True) for step in SUM.steps)


def test_a_right_answer_after_a_wrong_step_is_right_but_not_faithful() -> None:
    verdict = judge(SUM, reply("a:5+7+0=12;2", "b:8+6+1=16;62", *SUM.steps[2:], answer="852"))
    assert verdict.correct
    assert not verdict.faithful
    # What follows from the wrong step is judged on its own: column c takes the result 62 at its word.
    assert [valid for _, valid in verdict.steps] == [True, False, False, True]


def test_a_step_is_judged_after_the_steps_of_the_model_not_those_of_the_worked_trace() -> None:
    verdict = judge(SUM, reply("a:5+7+0=13;3", "b:8+6+1=15;53", "c:3+4+1=08;853", "853", answer="853"))
    assert not verdict.correct
    assert [valid for _, valid in verdict.steps] == [False, True, True, True]


def test_a_wrong_answer_is_never_faithful() -> None:
    verdict = judge(SUM, reply(*SUM.steps, answer="851"))
    assert not verdict.correct
    assert not verdict.faithful


def test_a_right_answer_without_steps_is_not_faithful() -> None:
    for completion in (Completion(None, "852"), Completion("", "852"), Completion("\n \n", "852")):
        verdict = judge(SUM, completion)
        assert verdict.correct
        assert not verdict.faithful
        assert verdict.steps == ()


def test_a_thought_without_its_end_gives_no_answer() -> None:
    verdict = judge(SUM, parse_reply("<|think|>" + "\n".join(SUM.steps)))
    assert not verdict.correct
    assert [valid for _, valid in verdict.steps] == [True] * 4


def test_a_thought_cut_short_is_not_faithful_even_where_its_last_step_holds_the_answer() -> None:
    assert judge(TINY, reply(*TINY.steps, answer="5")).faithful
    cut = judge(TINY, reply(TINY.steps[0], answer="5"))
    assert cut.correct
    assert not cut.faithful
    assert not judge(SUM, reply(*SUM.steps[:3], answer="852")).faithful


def test_an_answer_that_is_not_in_the_last_step_is_not_faithful() -> None:
    """`r or p` is as right as `p or r`, but it is not what the steps arrived at."""
    problem = Problem(
        "simplify",
        "Simplify: p or r or False",
        ("= p or r",),
        "p or r",
        {"expression": "p or r or False"},
    )
    assert judge(problem, reply("= p or r", answer="p or r")).faithful
    swapped = judge(problem, reply("= p or r", answer="r or p"))
    assert swapped.correct
    assert not swapped.faithful


@pytest.mark.parametrize(
    ("answer", "last"), [("5", "x = 15"), ("5", "x = -5"), ("5", "x = 51"), ("1 2", "3 1 23")]
)
def test_a_part_of_a_word_is_not_the_answer(monkeypatch: pytest.MonkeyPatch, answer: str, last: str) -> None:
    task = get_task("addition")
    problem = Problem("addition", "?", (), answer, SUM.meta)
    monkeypatch.setattr(type(task), "step_valid", lambda *_: True)
    assert not judge(problem, reply(last, answer=answer)).faithful
    assert judge(problem, reply(f"so: {answer}", answer=answer)).faithful


def test_partial_credit_is_kept_and_is_not_correct(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(get_task("addition")), "score", lambda *_: 0.5)
    verdict = judge(SUM, reply(*SUM.steps, answer="852"))
    assert verdict.score == 0.5
    assert not verdict.correct
    assert not verdict.faithful


@pytest.mark.parametrize(
    "task", ["gym.lcm", "gym.string_synthesis", "gym.caesar_cipher", "gym.complex_arithmetic"]
)
def test_an_answer_that_is_put_together_from_several_steps_may_be_faithful(task: str) -> None:
    pytest.importorskip("reasoning_gym")
    for number in range(5):
        problem = get_task(task).question("easy", number)  # type: ignore[attr-defined]
        assert judge(problem, reply(*problem.steps, answer=problem.answer)).faithful
        assert not judge(problem, reply(*problem.steps[:-1], answer=problem.answer)).faithful
