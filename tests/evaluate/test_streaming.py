"""Heads are chosen by what the loss of worked replies does without their far sight."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import cross_entropy

from cogling.evaluate.streaming import LEAST_LOSS, Text, chosen, each_head, loss_by_task, ratio
from cogling.model.decoder import Decoder
from cogling.model.streaming import with_streaming
from tests.model.build import decoder

TEXTS = [Text("a", [1, 2, 3], [4, 5, 6, 7]), Text("a", [5, 4], [3, 2, 1]), Text("b", [9, 8, 7], [6, 5])]


@pytest.fixture
def model() -> Decoder:
    return decoder(kv_heads=4).eval()


def test_the_loss_is_that_of_the_replies_alone(model: Decoder) -> None:
    with torch.inference_mode():
        logits_TV = model(torch.tensor([[9, 8, 7, 6, 5]]))[0]
    expected = cross_entropy(logits_TV[2:4], torch.tensor([6, 5]))
    losses = loss_by_task(model, TEXTS)
    assert losses["b"] == pytest.approx(float(expected), rel=1e-5)
    first, second = loss_by_task(model, TEXTS[:1])["a"], loss_by_task(model, TEXTS[1:2])["a"]
    assert losses["a"] == pytest.approx((4 * first + 3 * second) / 7, rel=1e-5)


def test_tasks_count_alike_however_large_their_loss() -> None:
    usual = {"easy": 0.001 - LEAST_LOSS, "hopeless": 2 - LEAST_LOSS}
    assert ratio({"easy": 0.004 - LEAST_LOSS, "hopeless": 2 - LEAST_LOSS}, usual) == pytest.approx(2)
    assert ratio(usual, usual) == 1


def test_each_head_is_tried_alone(model: Decoder) -> None:
    cost = {(block, head): times for block, head, times in each_head(model, TEXTS, 2)}
    assert sorted(cost) == [(block, head) for block in range(2) for head in range(4)]
    alone = loss_by_task(with_streaming(model, [[], [3]], 2), TEXTS)
    assert cost[1, 3] == pytest.approx(ratio(alone, loss_by_task(model, TEXTS)))
    assert cost[1, 3] != pytest.approx(1, abs=1e-4)
    assert all(times == pytest.approx(1, abs=1e-5) for _, _, times in each_head(model, TEXTS, 7))


def test_heads_that_the_loss_needs_are_left_alone() -> None:
    cost = {(0, 0): 1.0, (0, 1): 1.5, (1, 0): 1.021, (1, 1): 0.9}
    assert chosen(cost, 2, 1.02) == [[0], [1]]
