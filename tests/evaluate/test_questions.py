"""What is asked of gym tasks: published questions as they are, new ones that training never sees."""

from __future__ import annotations

import pytest

from cogling.errors import CoglingError
from cogling.evaluate import evaluate
from cogling.evaluate.questions import published_questions, questions
from cogling.evaluate.suites import splits_of, tasks_of
from cogling.tasks import get_task
from cogling.tasks.gym import library, published
from cogling.tasks.sample import draw, split_of
from tests.evaluate.engines import FakeEngine, oracle

pytest.importorskip("reasoning_gym")

TASK = "gym.chain_sum"


@pytest.mark.parametrize("setting", library.SETTINGS)
def test_new_questions_are_of_no_training_split_and_not_published(setting: str) -> None:
    asked = questions(TASK, setting, 7, 30)
    assert len({problem.question for problem in asked}) == 30
    assert all(split_of(problem) != "train" for problem in asked)
    assert not any(published.holds("chain_sum", problem.question) for problem in asked)
    assert asked == questions.__wrapped__(TASK, setting, 7, 30)
    assert asked != questions(TASK, setting, 8, 30)


@pytest.mark.parametrize("setting", library.SETTINGS)
def test_published_questions_are_known_by_their_hashes(setting: str) -> None:
    asked = published_questions(TASK, setting, 50)
    assert len(asked) == 50
    assert all(published.holds("chain_sum", problem.question) for problem in asked)
    assert not published.holds("chain_sum", "State the final answer to: 1 + 1 =")


def test_no_published_question_is_ever_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    task = get_task(TASK)
    first = draw(task, "train", 1, 0)
    monkeypatch.setattr(published, "holds", lambda name, question: question == first.question)
    assert draw(task, "train", 1, 0).question != first.question
    assert task.failures["published"] >= 1


def test_every_task_of_the_published_evaluation_has_hashes() -> None:
    for name in library.levels():
        if name != "knight_swap":  # this version of the library cannot make its hard questions
            assert name in published._hashes()


def test_the_gym_suites_are_the_44_tasks_and_all_73() -> None:
    assert len(tasks_of("gym-hard")) == len(tasks_of("gym-easy")) == 44
    assert len(tasks_of("gym-hard-all")) == 73
    assert splits_of("gym-hard") == ("hard",)
    assert splits_of("gym-easy") == ("easy",)
    assert splits_of("gym.lcm,gym.gcd") == ("easy", "hard")
    assert splits_of("quick") == ("iid", "ood")
    with pytest.raises(CoglingError, match="mixes gym tasks with others"):
        splits_of("gym.lcm,addition")


def test_one_split_of_a_suite_can_be_asked_alone() -> None:
    assert splits_of("gym.lcm", "hard") == ("hard",)
    assert splits_of("gym-easy", "easy") == ("easy",)
    assert splits_of("quick", "ood") == ("ood",)
    with pytest.raises(CoglingError, match=r"--split is 'hard'; suite 'quick' has iid and ood"):
        splits_of("quick", "hard")
    with pytest.raises(CoglingError, match=r"--split is 'hard'; suite 'gym-easy' has easy"):
        splits_of("gym-easy", "hard")


@pytest.mark.parametrize("is_published", [False, True])
def test_an_oracle_has_all_right_and_faithful(is_published: bool) -> None:
    engine = FakeEngine([], oracle)
    for setting in library.SETTINGS:
        asked = published_questions(TASK, setting, 6) if is_published else questions(TASK, setting, 3, 6)
        engine.problems |= {problem.question: problem for problem in asked}
    results = evaluate(engine, [TASK], ("easy", "hard"), 6, 3, published=is_published)
    for setting in library.SETTINGS:
        scores = results["tasks"][TASK][setting]
        assert scores["correct"] == scores["n"] == 6
        assert scores["faithful"] == 1
        assert scores["losses"] == {}
    assert results["mean"]["faithful_among_correct"] == 1


def test_a_task_without_the_setting_is_named() -> None:
    with pytest.raises(CoglingError, match="'addition' has no hard setting"):
        questions("addition", "hard", 7, 1)
    with pytest.raises(CoglingError, match="'addition' has no easy setting"):
        published_questions("addition", "easy", 1)
