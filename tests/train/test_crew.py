"""Processes that share the rows of a batch: the gradients of one, the same run every time, clear ends."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.model.decoder import Decoder
from cogling.train.compute import Compute
from tests.tiny import batch_of, fingerprints, gradients, loop_in, tiny, tokenizer
from tests.train.test_compute import random_weights

EXACT = ("train.precision=float32", "model.place_values=8")


def compute_of(recipe: Recipe) -> Compute:
    text = tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size, text.digits))
    random_weights(decoder)
    return Compute(recipe, decoder)


def worked(*overrides: str) -> tuple[float, Tensor, dict[str, Tensor]]:
    recipe = tiny(*EXACT, *overrides)
    compute = compute_of(recipe)
    try:
        loss, wrong_BT = compute.gradients("reason", batch_of(recipe, tokenizer(recipe)))
    finally:
        compute.close()
    return loss, wrong_BT, gradients(compute.decoder)


def test_they_give_the_gradients_of_one() -> None:
    loss, wrong_BT, alone = worked()
    for overrides in (("train.processes=2", "train.accumulate=2"), ("train.processes=4",)):
        shared_loss, shared_wrong_BT, together = worked(*overrides)
        assert shared_loss == pytest.approx(loss, abs=1e-5)
        assert torch.equal(shared_wrong_BT, wrong_BT)
        for name, gradient in alone.items():
            torch.testing.assert_close(together[name], gradient, rtol=1e-4, atol=1e-6)


def test_a_run_comes_out_the_same_also_when_it_is_resumed(tmp_path: Path) -> None:
    recipe = tiny("train.processes=2", "train.steps=6", "checkpoint.every=3", "evaluate.every=100")
    loop_in(tmp_path / "one", recipe).run()
    stopped = loop_in(tmp_path / "two", recipe)
    stopped._finished = lambda: stopped.state.counters.step >= 3  # type: ignore[method-assign]
    stopped.run()
    loop_in(tmp_path / "two", recipe).run()
    assert fingerprints(tmp_path / "one") == fingerprints(tmp_path / "two")


def test_one_that_dies_is_told_of(tmp_path: Path) -> None:
    recipe = tiny("train.processes=2")
    compute = compute_of(recipe)
    batch = batch_of(recipe, tokenizer(recipe))
    compute.gradients("reason", batch)
    assert compute._crew is not None
    os.kill(compute._crew._members[0].pid, signal.SIGKILL)
    assert compute._crew._members[0].exit_code(10) == -signal.SIGKILL
    with pytest.raises(CoglingError, match="one of the training processes ended with exit code -9"):
        compute.gradients("reason", batch)
    assert not Path(compute._crew._folder.name).exists()
    compute.close()


def test_what_goes_wrong_in_one_is_said_by_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny("train.processes=2")
    compute = compute_of(recipe)
    batch = batch_of(recipe, tokenizer(recipe))
    compute.gradients("reason", batch)
    crew = compute._crew
    assert crew is not None
    monkeypatch.setattr(
        crew._said[0], "get", lambda: (crew._members[0], {"error": "out of memory at 2 rows"})
    )
    with pytest.raises(CoglingError, match="out of memory at 2 rows"):
        compute.gradients("reason", batch)
    compute.close()


def test_rows_that_cannot_be_shared_evenly_are_refused() -> None:
    with pytest.raises(
        CoglingError, match=r"batch \(4\) must be a multiple of accumulate times processes \(6\)"
    ):
        tiny("train.processes=3", "train.accumulate=2")


def test_another_device_does_without_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cogling.train.compute.pick_device", lambda name: torch.device("meta"))
    compute = compute_of(tiny("train.processes=2"))
    assert compute.processes == 1
    assert compute._recruit is None
