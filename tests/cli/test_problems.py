import json
from collections.abc import Callable

import pytest
import typer
from typer.testing import CliRunner

from cogling.cli.problems import problems
from cogling.cli.tasks import tasks
from cogling.errors import CoglingError
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.base import LEVELS
from cogling.tasks.sample import draw, draw_distinct, split_of


def run(verb: Callable[..., None], *arguments: str) -> str:
    app = typer.Typer()
    app.command()(verb)
    result = CliRunner().invoke(app, list(arguments))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def records(text: str) -> list[dict]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@pytest.mark.parametrize("task", REGISTRY)
def test_problems_shows_question_steps_answer_and_knobs(task: str) -> None:
    text = run(problems, task, "--n", "2", "--seed", "4")
    for problem in draw_distinct(get_task(task), "train", 4, 2):
        for part in (*problem.question.split("\n"), *problem.steps, problem.answer):
            assert part in text
    assert text.count("✓") == sum(
        len(problem.steps) for problem in draw_distinct(get_task(task), "train", 4, 2)
    )
    assert "✗" not in text
    for knob in get_task(task).knobs:
        assert f"{knob}=" in text


@pytest.mark.parametrize("split", ["train", "validation", "iid", "ood"])
def test_problems_are_those_that_training_and_evaluation_draw(split: str) -> None:
    for task in ("base", "order"):
        shown = records(run(problems, task, "--n", "30", "--split", split, "--seed", "9", "--json"))
        drawn = draw_distinct(get_task(task), split, 9, 30)  # type: ignore[arg-type]
        assert [(r["question"], r["answer"]) for r in shown] == [(p.question, p.answer) for p in drawn]


def test_json_lines_hold_the_whole_problem() -> None:
    (record,) = records(run(problems, "addition", "--n", "1", "--json"))
    problem = draw(get_task("addition"), "train", 0, 0)
    assert record == {
        "task": "addition",
        "split": "train",
        "difficulty": record["difficulty"],
        "question": problem.question,
        "steps": [{"text": step, "valid": True} for step in problem.steps],
        "answer": problem.answer,
        "meta": problem.meta,
    }
    longest = max(len(str(problem.meta["a"])), len(str(problem.meta["b"])))
    assert record["difficulty"] == {"digits": longest}


def test_a_step_that_does_not_verify_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(get_task("addition")), "step_valid", lambda *_: False)
    text = run(problems, "addition", "--n", "1")
    assert "✗" in text
    assert "✓" not in text


def test_a_knob_can_be_held_fixed() -> None:
    shown = records(run(problems, "addition", "--knob", "digits=3", "--n", "20", "--json"))
    assert [record["difficulty"] for record in shown] == [{"digits": 3}] * 20
    assert {max(record["meta"]["a"], record["meta"]["b"]) > 99 for record in shown} == {True}
    (hard,) = records(run(problems, "addition", "--knob", "digits=6", "--split", "ood", "--n", "1", "--json"))
    assert max(hard["meta"]["a"], hard["meta"]["b"]) > 99_999


def test_a_rung_bounds_every_knob() -> None:
    shown = records(run(problems, "word_problem", "--rung", "0", "--n", "20", "--json"))
    first = {name: knob.rungs[0] for name, knob in get_task("word_problem").knobs.items()}
    assert all(record["difficulty"][name] <= top for record in shown for name, top in first.items())


def test_where_there_are_few_problems_all_are_shown_and_it_says_so() -> None:
    text = run(problems, "addition", "--knob", "digits=1", "--split", "iid", "--n", "100", "--json")
    shown = records(text)
    assert 0 < len(shown) < 100
    assert len({record["question"] for record in shown}) == len(shown)
    assert f"only {len(shown)} different problems" in text
    assert {split_of(p) for p in draw_distinct(get_task("addition"), "iid", 0, 50)} == {"iid"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["adition"], "did you mean 'addition'"),
        (["addition", "--split", "validatoin"], "did you mean 'validation'"),
        (["addition", "--knob", "digit=3"], "no knob 'digit'; did you mean 'digits'"),
        (["addition", "--knob", "digits"], "--knob digits=3"),
        (["addition", "--knob", "digits=x"], "a whole number"),
        (["addition", "--knob", "digits=5"], "it is 1 to 4"),
        (["addition", "--knob", "digits=4", "--split", "ood"], "it is 5 to 6"),
        (["addition", "--rung", "9"], "rungs 0 to 3"),
        (["addition", "--rung", "-1"], "rungs 0 to 3"),
        (["addition", "--rung", "1", "--split", "ood"], "no split 'ood'"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: list[str], said: str) -> None:
    with pytest.raises(CoglingError) as caught:
        run(problems, *arguments)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_tasks_lists_all_by_level_within_80_columns() -> None:
    text = run(tasks)
    lines = text.splitlines()
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if line in LEVELS] == list(LEVELS)
    words = " ".join(text.split())
    for name in REGISTRY:
        task = get_task(name)
        assert f"\n  {name} " in text
        assert task.summary in words
        assert " ".join(draw(task, "train", 0, 0).question.split()) in words
        for knob in task.knobs:
            assert f"{knob} " in words
    assert "digits 1-4 (ood 5-6)" in words


def test_a_program_keeps_its_indentation_in_the_list() -> None:
    text = run(tasks)
    question = draw(get_task("code"), "train", 0, 0).question
    assert "\n    " in question
    column = next(line.index("What") for line in text.splitlines() if "What does this print?" in line)
    for line in question.split("\n")[1:]:
        assert " " * column + line in text


def test_tasks_as_json() -> None:
    listed = records(run(tasks, "--json"))
    assert [record["task"] for record in listed] == list(REGISTRY)
    addition = listed[0]
    assert addition["level"] == "basic"
    assert addition["knobs"] == {"digits": {"train": [1, 4], "ood": [5, 6], "rungs": [1, 2, 3, 4]}}
    assert set(addition["example"]) == {"question", "steps", "answer"}
