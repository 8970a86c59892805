"""Replies that go round in circles are cut off, the same however they are batched; others never are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.generate.batch import LOOK_EVERY
from cogling.generate.repeats import LEAST, LONGEST, repeats_itself
from cogling.generate.sampling import Sampling
from cogling.saved import load_model
from cogling.tasks import get_task, known_tasks
from cogling.tasks.gym import traced
from cogling.tasks.sample import draw
from tests.generate.models import random_engine


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=LONGEST),
    st.lists(st.integers(4, 9), max_size=50),
    st.integers(2, 9),
)
def test_a_circle_is_told_as_soon_as_it_is_closed_often_enough(
    circle: list[int], before: list[int], times: int
) -> None:
    span = max(LEAST, times * len(circle))
    tokens = before + (circle * span)[:span]
    assert repeats_itself(tokens, times)
    assert not repeats_itself([*tokens, 7], times)


def test_what_differs_each_time_is_no_circle() -> None:
    counting = [digit for number in range(200) for digit in (9, *map(int, str(number)))]
    assert not repeats_itself(counting, 2)
    assert not repeats_itself([1] * (LEAST - 1), 2)
    assert not repeats_itself([], 2)


@pytest.mark.parametrize("batch_size", [5, 64])
def test_a_reply_in_circles_is_cut_off_and_others_are_left_alone(batch_size: int) -> None:
    engine = random_engine(seed=3, end_bias=2.0, context=600, positions="alibi", window=3)
    rng = random.Random(1)
    prompts = ["".join(rng.choices("abc 012", k=rng.randint(1, 30))) for _ in range(12)]
    whole = [reply.tokens for reply in engine.generate(prompts, Sampling(max_tokens=400))]
    replies = engine.generate(prompts, Sampling(max_tokens=400, repeats=3), batch_size)
    for reply, tokens in zip(replies, whole, strict=True):
        looks = range(LOOK_EVERY, len(tokens), LOOK_EVERY)
        cut = next((look for look in looks if repeats_itself(tokens[:look], 3)), None)
        assert reply.tokens == tokens[:cut]
        assert (reply.finish_reason == "repeats") == (cut is not None)
    reasons = {reply.finish_reason for reply in replies}
    assert {"stop", "repeats"} <= reasons, "both must occur for this test to mean anything"


def test_no_worked_trace_goes_round_in_circles() -> None:
    pytest.importorskip("reasoning_gym")
    from cogling.evaluate.ask import REPEATS

    assert set(traced()) <= set(known_tasks())
    tokenizer = load_model("reason").tokenizer
    for name in traced():
        for index in range(2):
            tokens = tokenizer.encode("\n".join(draw(get_task(name), "train", 5, index).steps))
            for look in range(LOOK_EVERY, len(tokens) + 1, LOOK_EVERY):
                assert not repeats_itself(tokens[:look], REPEATS), name
