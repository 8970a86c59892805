"""A run may begin with the weights and the tokenizer of another model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from cogling.errors import CoglingError
from cogling.saved import load_model
from tests.tiny import loop_in, tiny


def grown(folder: Path) -> Path:
    loop_in(folder, tiny("train.steps=2")).run()
    return folder


def test_it_begins_with_the_other_models_weights(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    again = loop_in(tmp_path / "second", tiny(f"train.start={first}", "train.seed=9"))
    expected = load_model(first)
    for name, tensor in again.state.decoder.state_dict().items():
        assert torch.equal(tensor, expected.decoder.state_dict()[name])
    assert again.tokenizer.to_json() == expected.tokenizer.to_json()


def test_going_on_does_not_want_the_other_model_any_more(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    recipe = tiny(f"train.start={first}", "train.steps=4")
    loop_in(tmp_path / "second", recipe).run()
    shutil.rmtree(first)
    again = loop_in(tmp_path / "second", recipe)
    again.run()
    assert again.state.counters.step == 4


def test_another_shape_is_refused_by_name(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    with pytest.raises(CoglingError, match=r"another shape: depth \d+ \(here 3\)"):
        loop_in(tmp_path / "second", tiny(f"train.start={first}", "model.depth=3"))
