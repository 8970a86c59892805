"""However a step is computed, it is the same step; and every choice of a recipe builds and takes one."""

from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.model.decoder import Decoder
from cogling.optim import Schedule
from cogling.train import compute as compute_module
from cogling.train.compute import Compute, pick_device, shared_out
from cogling.train.run import grow, make_tokenizer
from cogling.train.state import new_state
from tests.tiny import Silent, batch_of, gradients, messages, tiny

CHOICES = {
    "model.mixer": ["attention", "average"],
    "model.positions": ["none", "learned", "rope", "alibi"],
    "model.mlp": ["gelu", "relu2", "swiglu"],
    "model.qk_norm": ["true", "false"],
    "model.window": ["0", "8"],
    "model.tied": ["true", "false"],
    "model.kv_heads": ["1", "2"],
    "model.loops": ["1", "2"],
    "optimizer.name": ["muon", "adamw", "lion", "sgd"],
    "optimizer.momentum": ["0", "0.9"],
    "schedule.name": ["cosine", "wsd", "constant"],
    "tokenizer.kind": ["character", "byte", "bpe", "wordpiece"],
    "curriculum.name": ["competence", "uniform", "easy_to_hard"],
    "train.precision": ["float32", "bfloat16"],
    "train.ema": ["0", "0.9"],
    "train.accumulate": ["1", "2"],
    "train.gradient_checkpointing": ["true", "false"],
}


def pairwise(choices: dict[str, list[str]], seed: int = 0) -> list[dict[str, str]]:
    """Combinations among which every two values of different keys meet, found greedily."""
    rng = random.Random(seed)
    pairs = {
        ((a, x), (b, y))
        for a, b in itertools.combinations(choices, 2)
        for x, y in itertools.product(choices[a], choices[b])
    }
    found: list[dict[str, str]] = []
    while pairs:
        tries = [{key: rng.choice(values) for key, values in choices.items()} for _ in range(60)]
        best = max(tries, key=lambda one: len(pairs & set(itertools.combinations(one.items(), 2))))
        met = pairs & set(itertools.combinations(best.items(), 2))
        if not met:  # what is left is forced
            (a, x), (b, y) = min(pairs)
            best |= {a: x, b: y}
            met = pairs & set(itertools.combinations(best.items(), 2))
        pairs -= met
        found.append(best)
    return found


COMBINATIONS = pairwise(CHOICES)


def random_weights(decoder: Decoder, seed: int = 0) -> None:
    """No projection is zero, as at the start of training: every part has its say in the gradients."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in decoder.parameters():
            if parameter.ndim == 2:
                parameter.normal_(std=parameter.shape[1] ** -0.5, generator=generator)


def test_the_combinations_hold_every_pair_of_choices() -> None:
    met = {pair for one in COMBINATIONS for pair in itertools.combinations(one.items(), 2)}
    wanted = sum(len(x) * len(y) for x, y in itertools.combinations(CHOICES.values(), 2))
    assert len(met) == wanted
    assert len(COMBINATIONS) <= 30


@pytest.mark.parametrize("number", range(len(COMBINATIONS)))
def test_every_choice_builds_and_takes_one_step(number: int) -> None:
    choices = COMBINATIONS[number]
    shape = (
        "model.heads=2",
        "model.depth=1",
        "train.length=96",
        "tokenizer.samples=8",
        "data.tasks=[boolean]",
    )
    recipe = tiny(*shape, *(f"{key}={value}" for key, value in choices.items()))
    text = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size))
    random_weights(decoder)
    compute = Compute(recipe, decoder)
    state = new_state(recipe, decoder)
    batch = batch_of(recipe, text)
    before = {name: weight.clone() for name, weight in decoder.state_dict().items()}
    loss, wrong = compute.gradients("reason", batch)
    assert 0 < loss < 20
    assert wrong.shape == batch.tokens.shape
    for name, weight in decoder.named_parameters():
        assert weight.grad is not None, name
        assert weight.grad.isfinite().all(), name
        assert weight.grad.any(), name
    s = recipe.schedule
    state.optimizers.scale(Schedule(s.name, s.warmup, s.decay, s.final).factor(0.5))
    state.optimizers.step()
    state.update_average(recipe.train.ema)
    state.curriculum.observe(batch, wrong.numpy())
    state.curriculum.look(0.5)
    assert sum(state.curriculum.mix()["weights"]) > 0
    for name, weight in decoder.named_parameters():
        assert weight.isfinite().all(), name
        assert not torch.equal(weight, before[name]), name
        assert weight.dtype == torch.float32
    shown, saved = state.shown.state_dict(), {key: tensor.clone() for key, tensor in state.tensors().items()}
    other = new_state(recipe, Decoder(decoder.config))
    other.restore(state.values(), saved, shown)
    assert all(torch.equal(tensor, saved[key]) for key, tensor in other.tensors().items())
    assert all(
        torch.equal(tensor, decoder.state_dict()[k]) for k, tensor in other.decoder.state_dict().items()
    )


def gradients_with(recipe: Recipe, **changes: Any) -> tuple[float, torch.Tensor, dict[str, torch.Tensor]]:
    text = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size, text.digits))
    random_weights(decoder)
    batch = batch_of(recipe, text)
    loss, wrong = Compute(recipe, decoder).gradients("reason", batch)
    return loss, wrong, gradients(decoder)


@pytest.mark.parametrize(
    "override",
    ["train.accumulate=4", "train.accumulate=2", "train.gradient_checkpointing=true"],
)
@pytest.mark.parametrize("shape", [(), ("model.loops=2", "model.place_values=8")])
def test_parts_and_recomputation_give_the_gradients_of_one_large_batch(
    override: str, shape: tuple[str, ...]
) -> None:
    plain = gradients_with(tiny("train.precision=float32", *shape))
    other = gradients_with(tiny("train.precision=float32", override, *shape))
    assert other[0] == pytest.approx(plain[0], abs=1e-5)
    assert torch.equal(other[1], plain[1])
    assert other[2].keys() == plain[2].keys()
    for name, gradient in plain[2].items():
        assert gradient.abs().max() > 1e-4, name
        torch.testing.assert_close(other[2][name], gradient, atol=1e-5, rtol=0)


@pytest.mark.parametrize("override", ["train.accumulate=1", "train.accumulate=2"])
def test_the_bfloat16_working_copy_gives_nearly_the_same_gradients(override: str) -> None:
    exact = gradients_with(tiny("train.precision=float32", override))
    rough = gradients_with(tiny("train.precision=bfloat16", override))
    assert rough[0] == pytest.approx(exact[0], rel=0.02)
    for name, gradient in exact[2].items():
        assert rough[2][name].dtype == torch.float32
        likeness = torch.cosine_similarity(rough[2][name].flatten(), gradient.flatten(), dim=0)
        assert likeness > 0.99, name
        assert rough[2][name].norm() == pytest.approx(float(gradient.norm()), rel=0.05)


def test_the_loss_is_the_weighted_mean_over_the_targets() -> None:
    recipe = tiny("train.precision=float32", "train.prompt_loss=0.25")
    text = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size))
    random_weights(decoder)
    batch = batch_of(recipe, text)
    assert set(batch.weights.flatten().tolist()) == {0.0, 0.25, 1.0}
    loss, wrong = Compute(recipe, decoder).gradients("reason", batch)
    with torch.no_grad():
        tokens, positions, documents = (
            torch.tensor(array) for array in (batch.tokens, batch.positions, batch.documents)
        )
        logits = decoder(tokens, positions, documents)
        chosen = logits.log_softmax(-1).gather(-1, torch.tensor(batch.targets)[..., None])[..., 0]
    weights = torch.tensor(batch.weights)
    assert loss == pytest.approx(float(-(chosen * weights).sum() / weights.sum()), rel=1e-5)
    assert torch.equal(wrong, logits.argmax(-1) != torch.tensor(batch.targets))


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("shape", [(), ("model.loops=2", "model.place_values=8")])
def test_compiled_gradients_are_close_to_eager_ones(precision: str, shape: tuple[str, ...]) -> None:
    likeness = 0.99999 if precision == "float32" else 0.99
    eager = gradients_with(tiny(f"train.precision={precision}", *shape))
    compiled = gradients_with(tiny(f"train.precision={precision}", "train.compile=on", *shape))
    assert compiled[0] == pytest.approx(eager[0], rel=1e-5 if precision == "float32" else 0.01)
    for name, gradient in eager[2].items():
        assert torch.cosine_similarity(compiled[2][name].flatten(), gradient.flatten(), dim=0) > likeness


def test_without_a_compiler_auto_trains_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    recipe = tiny("train.compile=auto", "train.device=cpu", "train.steps=12", "evaluate.every=12")
    display = Silent(recipe)
    grow(recipe, tmp_path / "run", display)
    assert display.said[0] == ("step 1: no C++ compiler found: training runs uncompiled, about half as fast")
    assert sum("compiler" in message for message in messages(tmp_path / "run")) == 1


def test_without_a_compiler_on_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compute_module, "find_compiler", lambda: None)
    recipe = tiny("train.compile=on", "train.device=cpu")
    with pytest.raises(CoglingError, match=r"train.compile is on, but no C\+\+ compiler was found"):
        Compute(recipe, Decoder(recipe.decoder_config(32)))


@pytest.mark.parametrize("wanted", ["auto", "on"])
def test_a_compilation_that_fails_is_said_or_an_error(monkeypatch: pytest.MonkeyPatch, wanted: str) -> None:
    def compile(objective: Any, **_: Any) -> Any:
        def broken(*_: Any) -> None:
            raise RuntimeError("g++ has crashed\nlong story")

        return broken

    monkeypatch.setattr(compute_module, "find_compiler", lambda: "g++")
    monkeypatch.setattr(torch, "compile", compile)
    recipe = tiny(f"train.compile={wanted}", "train.precision=float32")
    text = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size))
    random_weights(decoder)
    compute = Compute(recipe, decoder)
    if wanted == "on":
        with pytest.raises(
            CoglingError, match=r"torch.compile failed \(g\+\+ has crashed\); set train.compile"
        ):
            compute.gradients("reason", batch_of(recipe, text))
        return
    compute.gradients("reason", batch_of(recipe, text))
    assert compute.notes == ["torch.compile failed (g++ has crashed): training runs uncompiled"]
    eager = gradients_with(tiny("train.precision=float32"))[2]
    assert all(torch.equal(gradients(decoder)[name], gradient) for name, gradient in eager.items())


def test_devices_are_taken_at_their_word_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pick_device("cpu").type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(CoglingError, match=r"train.device is 'cuda', which this machine or this torch lacks"):
        pick_device("cuda")


@pytest.mark.parametrize("count", [2, 3])
def test_shares_of_rows_are_about_as_much_work(count: int) -> None:
    # Row 0 holds one document of 12 tokens, row 1 two of 6, and so on: 144, 72, 48, 36, 24 and 12 of work.
    parts = [1, 2, 3, 4, 6, 12]
    documents_BT = np.array([np.arange(12) * part // 12 for part in parts])
    order = shared_out(documents_BT, count)
    assert sorted(order) == list(range(6))
    work = [144, 72, 48, 36, 24, 12]
    shares = [sum(work[row] for row in share) for share in np.array_split(order, count)]
    assert shares == {2: [156, 180], 3: [84, 96, 156]}[count]
    assert shared_out(documents_BT, 1) == list(range(6))
