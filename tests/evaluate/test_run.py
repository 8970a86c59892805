import json
from pathlib import Path

import pytest

from cogling.errors import CoglingError
from cogling.evaluate import evaluate, validate
from cogling.evaluate.intervals import wilson
from cogling.evaluate.partial import Partial, partial_path
from cogling.evaluate.run import questions
from cogling.report.load import load_run
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.sample import split_of
from tests.evaluate.engines import FakeEngine, one_bad_step, oracle, wrong

SOME = ["addition", "boolean", "order"]
N, SEED = 20, 5


def run(engine: FakeEngine, tasks: list[str] = SOME, **options) -> dict:
    return evaluate(engine, tasks, n=N, seed=SEED, **options)


@pytest.mark.parametrize("task", REGISTRY)
def test_the_worked_traces_score_one_in_everything(task: str) -> None:
    results = run(FakeEngine([task], oracle), [task])
    for split in ("iid", "ood"):
        scores = results["tasks"][task][split]
        assert scores["n"] == scores["correct"] == N
        assert scores["pass1"] == scores["faithful"] == scores["steps_valid"] == scores["score"] == 1.0
        assert scores["faithful_among_correct"] == 1.0
        assert scores["tokens"] > 0
    assert results["mean"] == {"iid": 1.0, "ood": 1.0, "faithful": 1.0, "faithful_among_correct": 1.0}


@pytest.mark.parametrize("task", REGISTRY)
def test_one_bad_step_costs_faithfulness_and_not_the_answer(task: str) -> None:
    results = run(FakeEngine([task], one_bad_step), [task])
    for split in ("iid", "ood"):
        scores = results["tasks"][task][split]
        assert scores["pass1"] == 1.0
        assert scores["faithful"] == 0.0
        assert 0.0 <= scores["steps_valid"] < 1.0
    assert results["mean"] == {"iid": 1.0, "ood": 1.0, "faithful": 0.0, "faithful_among_correct": 0.0}


def test_wrong_answers_score_zero_though_their_steps_are_valid() -> None:
    results = run(FakeEngine(SOME, wrong))
    for task in SOME:
        scores = results["tasks"][task]["iid"]
        assert scores["correct"] == scores["pass1"] == scores["faithful"] == 0
        assert scores["steps_valid"] == 1.0
        assert scores["faithful_among_correct"] == 0.0
    assert results["mean"]["faithful_among_correct"] == 0.0


def test_the_schema_is_the_published_one() -> None:
    results = run(FakeEngine(SOME, oracle), model="m", suite="addition,boolean,order")
    assert {"model", "suite", "n", "seed", "tasks", "mean"} <= set(results)
    assert (results["model"], results["suite"]) == ("m", "addition,boolean,order")
    assert (results["n"], results["seed"]) == (N, SEED)
    assert list(results["tasks"]) == SOME
    for name, entry in results["tasks"].items():
        assert set(entry) == {"level", "iid", "ood"}
        assert entry["level"] == get_task(name).level
        for split in ("iid", "ood"):
            scores = entry[split]
            assert {"n", "correct", "pass1", "ci95", "faithful", "steps_valid", "tokens"} <= set(scores)
            assert type(scores["n"]) is type(scores["correct"]) is int
            assert scores["pass1"] == scores["correct"] / scores["n"]
            assert scores["ci95"] == list(wilson(scores["correct"], scores["n"]))
            assert scores["too_long"] == scores["unreadable"] == scores["unfinished"] == 0
    assert set(results["mean"]) == {"iid", "ood", "faithful", "faithful_among_correct"}
    assert json.loads(json.dumps(results, allow_nan=False)) == results


def test_shares_count_what_they_say() -> None:
    """Of 20 answers 12 are right, 8 of these with a good trace; the other replies have no steps."""
    engine = FakeEngine(["addition"], oracle)
    number = {p.question: i for i, p in enumerate(questions("addition", "iid", SEED, N))}

    def reply(problem):
        i = number.get(problem.question, 0)
        return oracle(problem) if i < 8 else (None, problem.answer if i < 12 else "no idea")

    engine.reply = reply
    results = run(engine, ["addition"])
    scores = results["tasks"]["addition"]["iid"]
    assert (scores["correct"], scores["pass1"], scores["faithful"]) == (12, 0.6, 0.4)
    assert scores["faithful_among_correct"] == pytest.approx(8 / 12)
    assert scores["steps_valid"] == 1.0
    assert scores["steps"] == sum(len(p.steps) for p in questions("addition", "iid", SEED, N)[:8])
    assert scores["faithful_ci95"] == list(wilson(8, 20))
    assert results["mean"]["faithful"] == 0.4
    assert results["mean"]["faithful_among_correct"] == pytest.approx(8 / 12)


def test_samples_are_one_right_and_two_wrong_with_their_steps_marked() -> None:
    engine = FakeEngine(["addition"], oracle)
    spoilt = {p.question for p in questions("addition", "iid", SEED, N)[3:9]}

    def reply(problem):
        return ("a step", "-") if problem.question in spoilt else oracle(problem)

    engine.reply = reply
    samples = run(engine, ["addition"])["samples"]
    assert [(s["split"], s["correct"]) for s in samples] == [
        ("iid", True),
        ("iid", False),
        ("iid", False),
        ("ood", True),
    ]
    bad = samples[1]
    assert bad["steps"] == [{"text": "a step", "valid": False}]
    assert bad["answer"] == "-"
    assert bad["task"] == "addition"
    assert bad["level"] == "basic"
    assert bad["question"] in spoilt
    assert bad["expected"] == engine.problems[bad["question"]].answer


def test_the_report_reads_the_results(tmp_path: Path) -> None:
    results = run(FakeEngine(SOME, one_bad_step))
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    (tmp_path / "eval.json").write_text(json.dumps(results), encoding="utf-8")
    data = load_run(tmp_path)
    assert list(data.scores) == SOME
    score = data.scores["order"].ood
    assert score is not None
    assert (score.n, score.pass1, score.faithful) == (N, 1.0, 0.0)
    assert data.samples == results["samples"]


def test_the_same_seed_asks_the_same_questions_and_another_seed_others() -> None:
    first, second = FakeEngine(SOME, oracle), FakeEngine(SOME, oracle)
    run(first)
    run(second)
    assert first.asked == second.asked
    other = FakeEngine(SOME, oracle, seed=6)
    evaluate(other, SOME, n=N, seed=6)
    assert len(set(first.asked) & set(other.asked)) < 0.5 * len(set(first.asked))


def test_no_question_is_from_training_or_asked_twice() -> None:
    for split in ("iid", "ood", "validation"):
        drawn = questions("base", split, 5, 100)
        assert {split_of(problem) for problem in drawn} == {split}
        assert len({problem.question for problem in drawn}) == len(drawn)


def test_questions_that_do_not_fit_the_context_are_counted_and_wrong() -> None:
    lengths = sorted(len(p.question) for p in questions("order", "iid", SEED, N))
    room_for = lengths[N // 2] + 3  # the byte tokenizer: a token a character, and two markers
    engine = FakeEngine(["order"], oracle, context=room_for)
    scores = run(engine, ["order"])["tasks"]["order"]
    fitting = sum(length + 2 < room_for for length in lengths)
    assert 0 < fitting < N
    assert scores["iid"]["too_long"] == N - fitting
    assert scores["iid"]["n"] == N
    assert scores["iid"]["correct"] == fitting
    assert scores["ood"]["too_long"] == N
    assert scores["ood"]["pass1"] == 0.0
    assert all(len(question) + 2 < room_for for question in engine.asked)


def test_questions_the_tokenizer_cannot_read_are_counted_and_wrong() -> None:
    class NoDigits:
        def encode_prompt(self, question: str) -> list[int]:
            if any(c.isdigit() for c in question):
                raise CoglingError("a digit is not in the character vocabulary")
            return [0] * len(question)

    engine = FakeEngine(["addition", "boolean"], oracle)
    engine.tokenizer = NoDigits()
    results = run(engine, ["addition", "boolean"])["tasks"]
    assert results["addition"]["iid"]["unreadable"] == N
    assert results["addition"]["iid"]["pass1"] == 0.0
    assert results["boolean"]["iid"]["unreadable"] == 0
    assert results["boolean"]["iid"]["pass1"] == 1.0


class Interrupted(FakeEngine):
    """Presses Ctrl-C on its user's behalf in the fourth group."""

    def written(self, prompt):
        if self.calls == 4:
            raise KeyboardInterrupt
        return super().written(prompt)


def test_an_interrupted_evaluation_asks_only_what_is_missing(tmp_path: Path) -> None:
    path = partial_path(tmp_path / "eval.json")
    assert path == tmp_path / "eval.json.partial.jsonl"
    first = Interrupted(SOME, one_bad_step)
    with pytest.raises(KeyboardInterrupt):
        run(first, partial=Partial(path), weights="w")
    assert first.calls == 4

    second = FakeEngine(SOME, one_bad_step)
    results = run(second, partial=Partial(path), weights="w")
    assert second.calls == 3
    assert set(first.asked) & set(second.asked) == set(second.asked[:N])
    assert results == run(FakeEngine(SOME, one_bad_step), weights="w")


@pytest.mark.parametrize("change", [{"weights": "other"}, {"seed": 6}, {"n": 10}, {"temperature": 0.5}])
def test_parts_of_another_model_or_setting_are_not_taken(tmp_path: Path, change: dict) -> None:
    path = tmp_path / "eval.json.partial.jsonl"
    settings = {"n": N, "seed": SEED, "weights": "w"}
    evaluate(FakeEngine(SOME, oracle), SOME, partial=Partial(path), **settings)
    again = FakeEngine(SOME, wrong, seed=change.get("seed", SEED))
    results = evaluate(again, SOME, partial=Partial(path), **(settings | change))
    assert again.calls == 2 * len(SOME)
    assert results["mean"]["iid"] == 0.0
    # What was there is still there.
    unused = FakeEngine(SOME, wrong)
    assert evaluate(unused, SOME, partial=Partial(path), **settings)["mean"]["iid"] == 1.0
    assert unused.calls == 0


def test_a_half_written_line_costs_only_its_own_part(tmp_path: Path) -> None:
    path = tmp_path / "eval.json.partial.jsonl"
    run(FakeEngine(SOME, oracle), partial=Partial(path))
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    engine = FakeEngine(SOME, oracle)
    run(engine, partial=Partial(path))
    assert engine.calls == 1
    assert path.read_bytes() == whole


def test_a_partial_that_cannot_be_written_is_an_error_at_once(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(CoglingError, match="cannot write"):
        Partial(tmp_path / "file" / "eval.json.partial.jsonl")


def test_progress_names_each_finished_part() -> None:
    seen = []
    run(FakeEngine(["addition"], oracle), ["addition"], progress=lambda *part: seen.append(part))
    shares = [done / N for done in range(1, N + 1)] + [1.0]
    assert seen == [("addition", split, share) for split in ("iid", "ood") for share in shares]


def test_validation_gives_what_the_training_loop_writes() -> None:
    engine = FakeEngine(SOME, oracle)
    spoilt = {p.question for p in questions("boolean", "validation", SEED, N)[:5]}
    engine.reply = lambda p: (wrong if p.question in spoilt else oracle)(p)
    scores, samples = validate(engine, SOME, N, SEED)
    assert engine.calls == 1
    assert scores == {
        "addition": {"level": "basic", "n": N, "pass1": 1.0, "faithful": 1.0},
        "boolean": {"level": "basic", "n": N, "pass1": 0.75, "faithful": 0.75},
        "order": {"level": "multistep", "n": N, "pass1": 1.0, "faithful": 1.0},
    }
    assert {split_of(engine.problems[question]) for question in engine.asked} == {"validation"}
    assert [(s["task"], s["correct"]) for s in samples] == [
        ("addition", True),
        ("boolean", True),
        ("boolean", False),
        ("order", True),
    ]
    assert {s["split"] for s in samples} == {"validation"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n": 0}, "n is 0"),
        ({"temperature": -1.0}, "temperature is -1.0"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"max_tokens": 0}, "max_tokens is 0"),
    ],
)
def test_settings_out_of_range_are_refused_before_any_question(options: dict, said: str) -> None:
    engine = FakeEngine(SOME, oracle)
    with pytest.raises(CoglingError, match=said):
        evaluate(engine, SOME, **options)
    assert engine.calls == 0
