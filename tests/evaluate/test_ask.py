"""Groups of questions asked together: each comes back whole, in its own order, as soon as it is finished."""

from __future__ import annotations

from cogling.evaluate.ask import ask, ask_together
from cogling.evaluate.questions import questions
from tests.evaluate.engines import Together, oracle, wrong


def test_groups_come_back_whole_as_each_is_finished() -> None:
    engine = Together(["addition", "boolean"], oracle)
    engine.reply = lambda p: (wrong if p.task == "boolean" else oracle)(p)
    groups = [questions("addition", "iid", 5, 4), [], questions("boolean", "ood", 5, 3)]
    told: list[tuple[int, int]] = []
    seeded = zip(groups, [1, 2, 3], strict=True)
    found = list(ask_together(engine, seeded, progress=lambda *count: told.append(count)))
    assert [number for number, _ in found] == [1, 2, 0]
    assert engine.calls == 1
    by_number = dict(found)
    for number, problems in enumerate(groups):
        assert [one.problem for one in by_number[number]] == list(problems)
    assert [one.verdict.correct for one in by_number[0]] == [True] * 4
    assert [one.verdict.correct for one in by_number[2]] == [False] * 3
    assert told == [(2, 1), (2, 2), (2, 3), (0, 1), (0, 2), (0, 3), (0, 4)]


def test_a_group_that_is_wholly_refused_comes_first() -> None:
    engine = Together(["addition"], oracle)
    long = list(questions("addition", "ood", 5, 2))
    engine.context = min(len(engine.tokenizer.encode_prompt(problem.question)) for problem in long)
    short = [p for p in questions("addition", "iid", 5, 20) if len(p.question) + 2 < engine.context][:1]
    (number, refused), (other, asked) = ask_together(engine, [(short, 0), (long, 0)])
    assert (number, other) == (1, 0)
    assert {one.finish for one in refused} == {"too_long"}
    assert asked == ask(engine, short)
