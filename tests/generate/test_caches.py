"""Caches in memory that is used again: what was in it before does not show."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from cogling.generate.caches import Caches
from cogling.generate.sampling import Sampling
from tests.generate.models import random_decoder, random_engine


def test_memory_given_back_is_taken_again_and_the_smallest_that_will_do() -> None:
    caches = Caches(random_decoder())
    small, large = (caches.new(torch.zeros(2, dtype=torch.long), slots) for slots in (10, 40))
    places = small.keys.data_ptr(), large.keys.data_ptr()
    caches.give_back(large)
    caches.give_back(small)
    assert caches.new(torch.zeros(3, dtype=torch.long), 5).keys.data_ptr() == places[0]
    assert caches.new(torch.zeros(1, dtype=torch.long), 60).keys.data_ptr() == places[1]


def test_memory_that_has_become_too_small_is_let_go() -> None:
    caches = Caches(random_decoder())
    for slots in (10, 40, 160, 640):  # as a cache that grows
        caches.give_back(caches.new(torch.zeros(1, dtype=torch.long), slots))
    assert len(caches._free) == 1


@pytest.mark.parametrize("changes", [{"positions": "alibi"}, {"mixer": "average", "positions": "learned"}])
def test_what_memory_held_before_does_not_reach_a_reply(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = random_engine(seed=5, end_bias=2.5, context=200, **changes)
    prompts = [f"They all begin like this: {'a' * (i * i)}" for i in range(12)]
    expected = engine.generate(prompts, Sampling(max_tokens=150), 4)
    assert len({len(reply.tokens) for reply in expected}) > 8  # rows leave, and batches are merged

    def foul(self: Caches, numbers: int) -> Tensor:
        return torch.full((numbers,), float("nan"))

    monkeypatch.setattr(Caches, "_take", foul)
    assert engine.generate(prompts, Sampling(max_tokens=150), 4) == expected
