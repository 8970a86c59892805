"""The loop's small parts."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import torch

from cogling.train.display import Speed
from cogling.train.loop import Loop, snapshot, stage_ends
from cogling.train.run import grow
from tests.tiny import Silent, fingerprints, loop_in, tiny


@pytest.mark.parametrize(
    ("shares", "steps", "ends"),
    [
        ([("reason", 1)], 7, [7]),
        ([("pretrain", 1), ("reason", 2)], 30, [10, 30]),
        ([("pretrain", 0.1), ("reason", 0.2), ("pretrain", 0.7)], 10, [1, 3, 10]),
        ([("pretrain", 1e-9), ("reason", 1)], 10, [0, 10]),
        ([("reason", 1)] * 7, 100, [14, 29, 43, 57, 71, 86, 100]),
    ],
)
def test_stages_share_the_steps_and_end_with_the_run(shares: list, steps: int, ends: list[int]) -> None:
    stages = ", ".join(f"{{stage: {name}, share: {share}}}" for name, share in shares)
    recipe = tiny(f"stages=[{stages}]", "data.path=text.txt", f"train.steps={steps}")
    found = stage_ends(recipe)
    assert found == [(name, end) for (name, _), end in zip(shares, ends, strict=True)]


def test_speed_follows_the_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    speed = Speed(1000)
    for step in range(1, 60):
        now[0] += 0.5
        rate = speed.update(1000 + 100 * step)
    assert rate == pytest.approx(200)
    now[0] += 1.0
    assert 180 < speed.update(1000 + 100 * 60) < 200  # one slow step moves it a little


def test_a_snapshot_is_a_copy_that_generates(tmp_path: Path) -> None:
    loop = loop_in(tmp_path, tiny())
    copy = snapshot(loop.state.decoder)
    assert not copy.training
    assert loop.state.decoder.training
    tokens = torch.arange(12)[None]
    assert torch.equal(copy(tokens), snapshot(loop.state.decoder)(tokens))
    with torch.no_grad():
        copy.embedding.weight.zero_()
    assert loop.state.decoder.embedding.weight.any()


def test_the_seed_decides_the_first_weights(tmp_path: Path) -> None:
    def weights(name: str, *overrides: str) -> torch.Tensor:
        loop: Loop = loop_in(tmp_path / name, tiny(*overrides))
        return loop.state.decoder.embedding.weight

    assert torch.equal(weights("a"), weights("b"))
    assert not torch.equal(weights("a"), weights("c", "train.seed=1"))


def test_growing_twice_gives_the_same_bits(grown: Path, tmp_path: Path) -> None:
    recipe = tiny("checkpoint.keep=4")
    grow(recipe, tmp_path / "again", Silent(recipe))
    assert fingerprints(tmp_path / "again") == fingerprints(grown)


def test_training_leaves_torch_as_it_was(tmp_path: Path) -> None:
    """Denormals flushed to zero, in a process of the user's, change results that are none of ours."""
    recipe = tiny("train.threads=2", "train.steps=1", "evaluate.n=1")
    threads = torch.get_num_threads()
    grow(recipe, tmp_path, Silent(recipe))
    assert torch.get_num_threads() == threads
    assert 5e-324 / 1 > 0
    assert (torch.full((64,), 1e-40) * 1).all()


def test_the_average_is_what_is_shown_and_saved(tmp_path: Path) -> None:
    loop = loop_in(tmp_path, tiny("train.ema=0.9"))
    state = loop.state
    assert state.shown is state.average
    weight = state.decoder.embedding.weight
    average = state.shown.embedding.weight
    before = average.clone()
    with torch.no_grad():
        weight += 1
    state.counters.step = 0
    state.update_average(0.9)  # the first steps count for more: (1 + 1) / (10 + 1) of the old is kept
    torch.testing.assert_close(average, before + 9 / 11)
    state.counters.step = 10**6
    before = average.clone()
    state.update_average(0.9)
    torch.testing.assert_close(average, before + 0.1 * (weight - before))
    assert {name for name in state.tensors() if name.startswith("raw.")} == {
        f"raw.{name}" for name, _ in state.decoder.named_parameters()
    }
