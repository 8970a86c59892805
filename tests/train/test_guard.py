"""Steps that must not be taken are skipped; several in a row take the run back to its last checkpoint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from cogling.data.batch import Batch
from cogling.errors import CoglingError
from cogling.files import read_json
from cogling.report import write_report
from cogling.saved import checkpoints
from cogling.train.compute import Compute
from cogling.train.guard import WARMUP, Guard
from cogling.train.run import grow
from tests.tiny import Silent, messages, of_kind, tiny

Patch = Callable[[Callable[[int, Compute, float, Tensor], float]], list[Batch]]


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Patch:
    """Has `change` decide the loss of each pass, by its number from 0; gives the batches that were seen."""

    def install(change: Callable[[int, Compute, float, Tensor], float]) -> list[Batch]:
        seen: list[Batch] = []
        real = Compute.gradients

        def gradients(self: Compute, stage: str, batch: Batch) -> tuple[float, Tensor]:
            loss, wrong = real(self, stage, batch)
            seen.append(batch)
            return change(len(seen) - 1, self, loss, wrong), wrong

        monkeypatch.setattr(Compute, "gradients", gradients)
        return seen

    return install


def nan_at(*numbers: int) -> Callable[[int, Compute, float, Tensor], float]:
    return lambda number, compute, loss, wrong: float("nan") if number in numbers else loss


def test_the_guard_names_what_is_wrong_and_forgets_it_after_a_good_step() -> None:
    guard = Guard()
    for _ in range(WARMUP + 1):
        assert guard.reason_to_skip(1.0, 1.0) is None
    assert "loss is nan" in (guard.reason_to_skip(float("nan"), 1.0) or "")
    assert "norm is inf" in (guard.reason_to_skip(1.0, float("inf")) or "")
    assert "far from the usual 1" in (guard.reason_to_skip(4.5, 1.0) or "")
    assert (guard.bad, guard.skipped) == (3, 3)
    assert guard.average == pytest.approx(1.0)
    assert guard.reason_to_skip(3.9, 1.0) is None
    assert (guard.bad, guard.skipped) == (0, 3)
    guard.new_problems()
    assert guard.reason_to_skip(50.0, 1.0) is None


@pytest.mark.parametrize("what", ["loss", "gradient"])
def test_a_bad_step_is_skipped_counted_and_leaves_no_trace_in_the_weights(
    spoil: Patch, tmp_path: Path, what: str
) -> None:
    weights: dict[int, list[Tensor]] = {}

    def change(number: int, compute: Compute, loss: float, wrong: Tensor) -> float:
        weights[number] = [p.detach().clone() for p in compute.decoder.parameters()]
        if number == 4 and what == "gradient":
            next(compute.decoder.parameters()).grad[0] = float("nan")  # type: ignore[index]
        return float("nan") if number == 4 and what == "loss" else loss

    spoil(change)
    recipe = tiny("train.steps=10", "evaluate.every=10")
    grow(recipe, tmp_path, Silent(recipe))
    assert all(torch.equal(a, b) for a, b in zip(weights[4], weights[5], strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(weights[5], weights[6], strict=True))
    assert read_json(tmp_path / "run.json")["skipped_steps"] == 1
    assert [m for m in messages(tmp_path) if m.startswith("step skipped: the ")]
    losses = [record["loss"] for record in of_kind(tmp_path, "train")]
    assert [number for number, loss in enumerate(losses) if loss is None] == [4]
    assert "step skipped" in write_report(tmp_path).read_text(encoding="utf-8")


def test_a_spoiled_batch_teaches_the_curriculum_nothing(spoil: Patch, tmp_path: Path) -> None:
    """No logit is above a NaN: such a batch would count as all right."""

    def change(number: int, compute: Compute, loss: float, wrong: Tensor) -> float:
        wrong.zero_()
        return float("nan")

    spoil(change)
    recipe = tiny("train.steps=10", "train.bad_steps=50")
    grow(recipe, tmp_path, Silent(recipe))
    state = read_json(checkpoints(tmp_path)[0] / "state.json")["curriculum"]
    assert state["rungs"] == [0, 0, 0]
    assert state["seen"] == [0, 0, 0]


def test_bad_steps_in_a_row_roll_back_to_other_data_and_half_the_rate(spoil: Patch, tmp_path: Path) -> None:
    # Checkpoint at 10; passes 12 to 14 fail at the steps 13 to 15; so do passes 17 to 19, again at 13 to 15.
    seen = spoil(nan_at(12, 13, 14, 17, 18, 19))
    recipe = tiny("train.bad_steps=3", "train.steps=30", "schedule.name=constant", "schedule.warmup=0")
    grow(recipe, tmp_path, Silent(recipe))
    back = [message for message in messages(tmp_path) if message.startswith("rolled back")]
    assert back == ["rolled back from step 15 to 10, at half the learning rate"] * 2
    assert len(seen) == 30 + 2 * 5
    data = [batch.tokens.tobytes() for batch in seen]
    assert len(set(data)) == len(data)  # nothing that may have failed is served again
    about = read_json(tmp_path / "run.json")
    assert (about["rollbacks"], about["skipped_steps"], about["steps"]) == (2, 6, 30)
    scales = [record["lr_scale"] for record in of_kind(tmp_path, "train")]
    assert set(scales) == {1.0, 0.5, 0.25}
    assert scales[-1] == 0.25
    page = write_report(tmp_path).read_text(encoding="utf-8")
    assert "rolled back from step 15" in page


def test_training_gives_up_after_five_rollbacks(spoil: Patch, tmp_path: Path) -> None:
    seen = spoil(lambda number, compute, loss, wrong: loss if number < 10 else float("inf"))
    recipe = tiny("train.bad_steps=2")
    with pytest.raises(CoglingError, match="at step 12: 2 bad steps in a row and 5 rollbacks so far; lower"):
        grow(recipe, tmp_path, Silent(recipe))
    assert len(seen) == 10 + 6 * 2
    assert read_json(tmp_path / "run.json")["finished"] is False
    assert checkpoints(tmp_path)


def test_failing_before_the_first_checkpoint_says_so(spoil: Patch, tmp_path: Path) -> None:
    spoil(lambda *_: float("nan"))
    recipe = tiny()
    with pytest.raises(CoglingError, match="5 bad steps in a row and no checkpoint to go back to; lower"):
        grow(recipe, tmp_path, Silent(recipe))


def test_the_loss_of_a_new_stage_is_not_an_explosion(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def gradients(self: Compute, stage: str, batch: Batch) -> tuple[float, Tensor]:
        for parameter in self.decoder.parameters():
            parameter.grad = torch.zeros_like(parameter)
        return (0.1 if stage == "pretrain" else 5.0), torch.ones(batch.tokens.shape, dtype=torch.bool)

    monkeypatch.setattr(Compute, "gradients", gradients)
    (tmp_path / "text.txt").write_text("a b c d e f g " * 100, encoding="utf-8")
    stages = "stages=[{stage: pretrain, share: 3}, {stage: reason}]"
    recipe = tiny(
        stages, f"data.path={tmp_path / 'text.txt'}", "train.steps=80", "evaluate.every=80", "evaluate.n=1"
    )
    grow(recipe, tmp_path / "run", Silent(recipe))
    assert read_json(tmp_path / "run" / "run.json")["skipped_steps"] == 0


@pytest.mark.parametrize("curriculum", ["competence", "uniform"])
def test_the_loss_may_leap_when_the_problems_get_harder_and_only_then(
    curriculum: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    passes = iter(range(80))

    def gradients(self: Compute, stage: str, batch: Batch) -> tuple[float, Tensor]:
        for parameter in self.decoder.parameters():
            parameter.grad = torch.zeros_like(parameter)
        mastered = next(passes) < 60
        wrong = torch.full(batch.tokens.shape, not mastered)
        return (0.1 if mastered else 5.0), wrong

    monkeypatch.setattr(Compute, "gradients", gradients)
    recipe = tiny(
        "data.tasks=[addition]",
        f"curriculum.name={curriculum}",
        "curriculum.every=60",
        "train.steps=80",
        "train.bad_steps=30",
        "evaluate.every=80",
        "evaluate.n=1",
    )
    grow(recipe, tmp_path / "run", Silent(recipe))
    skipped = read_json(tmp_path / "run" / "run.json")["skipped_steps"]
    assert skipped == (0 if curriculum == "competence" else 20)
