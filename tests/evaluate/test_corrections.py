"""Wrong steps are injected into right traces, and only their being taken back counts as a correction."""

from __future__ import annotations

import pytest

from cogling.errors import CoglingError
from cogling.evaluate.corrections import Corrections, corrections, total
from cogling.evaluate.questions import questions
from cogling.generate.engine import Engine
from cogling.generate.reply import Generated
from cogling.saved import load_model
from tests.test_golden import GOLDEN

TASK = "addition"


@pytest.fixture
def engine() -> Engine:
    saved = load_model(GOLDEN)
    return Engine(saved.decoder, saved.tokenizer)


def test_a_model_that_takes_back_every_wrong_step_corrects_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_question = {problem.question: problem for problem in questions(TASK, "iid", 3, 20)}

    def knows_all(prompts, sampling, batch_size, begun):
        replies = []
        for prompt, thought in zip(prompts, begun, strict=True):
            problem = by_question[prompt]
            done = thought.count("\n") - 1
            assert thought.split("\n")[:done] == list(problem.steps[:done])
            assert thought.split("\n")[done] != problem.steps[done]
            rest = "\n".join(("wrong", *problem.steps[done:]))
            text = f"{rest}<|/think|>{problem.answer}"
            replies.append(Generated([], text, None, "", "stop", 1))
        return replies

    monkeypatch.setattr(engine, "generate", knows_all)
    found = corrections(engine, TASK, "iid", 20, 3)
    assert found.n >= 15
    assert found.noticed == found.corrected == found.right == found.n
    assert found.ci95[1] > 0.99


def test_a_model_that_never_saw_a_mistake_takes_nothing_back(engine: Engine) -> None:
    found = corrections(engine, TASK, "iid", 12, 3)
    assert found.n >= 8
    assert found.noticed == found.corrected == 0


def test_a_thought_is_gone_on_from(engine: Engine) -> None:
    problem = questions(TASK, "iid", 3, 1)[0]
    (whole,) = engine.generate([problem.question])
    assert whole.thought is not None
    first = whole.thought.split("\n")[0] + "\n"
    (rest,) = engine.generate([problem.question], begun=[first])
    assert f"<|think|>{first}{rest.text}" == whole.text


def test_a_task_without_traces_is_an_error(engine: Engine) -> None:
    pytest.importorskip("reasoning_gym")
    with pytest.raises(CoglingError, match="no easy problem that a mistake could be put into"):
        corrections(engine, "gym.rubiks_cube", "easy", 2, 3)


def test_totals_add_up() -> None:
    assert total([Corrections(4, 3, 2, 1), Corrections(6, 5, 4, 3)]) == Corrections(10, 8, 6, 4)
