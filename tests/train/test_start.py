"""A run may begin with the weights and the tokenizer of another model."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from cogling.errors import CoglingError
from cogling.model.streaming import with_streaming
from cogling.saved import load_model, save_model
from cogling.train.start import averaged_with
from tests.tiny import Silent, loop_in, tiny


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


def test_its_tasks_go_on_at_the_difficulty_that_a_run_had_reached(tmp_path: Path) -> None:
    first = tmp_path / "first"
    climbing = loop_in(first, tiny("train.steps=2"))
    climbing.state.curriculum.rungs = [2, 0, 99]
    climbing.state.curriculum.competence = [0.4, 0.1, 0.9]
    climbing.run()
    recipe = tiny(f"train.start={first}", "data.tasks=[syllogism, addition, boolean]")
    display = Silent(recipe)
    second = loop_in(tmp_path / "second", recipe, display)
    top = second.state.curriculum.top[0]
    assert second.state.curriculum.rungs == [top, 0, 2]
    assert second.state.curriculum.competence == [0.0, 0.1, 0.4]
    assert display.said == [f"2 of the tasks go on at the difficulty that {first} had reached"]
    uniform = loop_in(tmp_path / "third", tiny(f"train.start={first}", "curriculum.name=uniform"))
    assert uniform.state.curriculum.rungs == uniform.state.curriculum.top
    second.run()
    weights = loop_in(tmp_path / "fourth", tiny(f"train.start={copied(first, tmp_path / 'alone')}"))
    assert weights.state.curriculum.rungs == [0, 0, 0]


def test_the_mean_of_a_run_and_the_smaller_model_that_it_began_with(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    recipe = tiny(f"train.start={first}", "model.runs=4", "train.steps=3")
    loop_in(tmp_path / "second", recipe).run()
    begun, ended = (load_model(tmp_path / name).decoder for name in ("first", "second"))
    mean = averaged_with(ended, [str(first)])
    ends = ended.state_dict()
    before = begun.state_dict() | {"runs.weight": torch.zeros_like(ends["runs.weight"])}
    for name, weight in mean.state_dict().items():
        torch.testing.assert_close(weight, (before[name] + ends[name]) / 2)
    assert averaged_with(ended, []).state_dict().keys() == ends.keys()


def test_models_whose_heads_stand_in_another_order_have_no_mean(tmp_path: Path) -> None:
    old = load_model(grown(tmp_path / "first"))
    save_model(tmp_path / "streaming", with_streaming(old.decoder, [[0], []], 2), old.tokenizer)
    with pytest.raises(CoglingError, match=r"other streaming heads \(\[1, 0\], here \[\]\)"):
        averaged_with(old.decoder, [str(tmp_path / "streaming")])


def copied(run: Path, folder: Path) -> Path:
    """The model of a run without its state."""
    save_model(folder, (model := load_model(run)).decoder, model.tokenizer)
    return folder


def test_a_larger_shape_grows_and_says_so(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    larger = tiny(
        f"train.start={first}", "model.depth=3", "model.width=64", "model.context=160", "train.steps=1"
    )
    display = Silent(larger)
    second = loop_in(tmp_path / "second", larger, display)
    old = load_model(first).decoder
    tokens = torch.arange(60)[None]
    with torch.inference_mode():
        torch.testing.assert_close(second.state.decoder(tokens), old(tokens), rtol=1e-3, atol=1e-3)
    sizes = "depth 2 to 3, width 32 to 64, heads 1 to 2, kv_heads 1 to 2, mlp_width 128 to 256"
    assert display.said == [f"{first} grows before it goes on: context 128 to 160, {sizes}"]
    second.run()


def test_streaming_heads_see_all_the_text_again(tmp_path: Path) -> None:
    old = load_model(grown(tmp_path / "first"))
    streaming = with_streaming(old.decoder, [[0], []], 2)
    save_model(tmp_path / "streaming", streaming, old.tokenizer)
    assert load_model(tmp_path / "streaming").decoder.config.streaming_heads == (1, 0)
    second = loop_in(tmp_path / "second", tiny(f"train.start={tmp_path / 'streaming'}"))
    assert second.state.decoder.config == old.decoder.config
    tokens = torch.arange(60)[None]
    with torch.inference_mode():
        torch.testing.assert_close(second.state.decoder(tokens), old.decoder(tokens), rtol=1e-3, atol=1e-3)


def test_heads_go_on_as_streaming_ones_where_the_recipe_says_so(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    streams = tiny(f"train.start={first}", "model.streaming_heads=[1,0]", "model.streaming_window=4")
    second = loop_in(tmp_path / "second", streams)
    expected = with_streaming(load_model(first).decoder, [[0], []], 4)
    tokens = torch.arange(60)[None]
    with torch.inference_mode():
        torch.testing.assert_close(second.state.decoder(tokens), expected(tokens), rtol=1e-3, atol=1e-3)
    second.run()
    assert load_model(tmp_path / "second").decoder.config.streaming_heads == (1, 0)


def test_a_smaller_or_another_shape_is_refused_by_name(tmp_path: Path) -> None:
    first = grown(tmp_path / "first")
    for override, named in (
        ("model.depth=1", r"depth 2 \(here 1\)"),
        ("model.mlp=gelu", r"mlp relu2 \(here gelu\)"),
    ):
        with pytest.raises(CoglingError, match=f"another shape: {named}"):
            loop_in(tmp_path / "second", tiny(f"train.start={first}", override))
