"""Which parameter goes to which optimiser, and that the state survives saving to the bit."""

from __future__ import annotations

import copy
from itertools import product
from typing import get_args

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from cogling.errors import CoglingError
from cogling.model.config import DecoderConfig, MixerName, MlpName, PositionsName
from cogling.model.decoder import Decoder
from cogling.optim.groups import OptimizerName, build_optimizer

NAMES = get_args(OptimizerName)


def decoder(**choices) -> Decoder:
    shape = {"vocab_size": 11, "context": 8, "depth": 2, "width": 16, "heads": 4, "kv_heads": 2}
    model = Decoder(DecoderConfig(**shape, head_width=4, mlp_width=32, **choices))
    model.init_weights(torch.Generator().manual_seed(0))
    return model


def give_gradients(model: nn.Module, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    for p in model.parameters():
        p.grad = torch.randn(p.shape, generator=generator)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_taken_exactly_once_for_every_model(name):
    choices = product(get_args(MixerName), get_args(PositionsName), get_args(MlpName), (True, False))
    for mixer, positions, mlp, tied in choices:
        model = decoder(mixer=mixer, positions=positions, mlp=mlp, tied=tied, qk_norm=tied)
        optimizers = build_optimizer(model, name, 0.1).optimizers.values()
        taken = [p for o in optimizers for g in o.param_groups for p in g["params"]]
        assert len(taken) == len(set(taken))
        assert set(taken) == set(model.parameters())


@pytest.mark.parametrize("name", NAMES)
def test_block_matrices_decay_and_go_to_muon_and_nothing_else_does(name):
    model = decoder(tied=False, positions="learned")
    optimizers = build_optimizer(model, name, 0.1, weight_decay=0.5, adamw_learning_rate=0.01)
    parts = ("query", "key", "value", "output", "up", "down")
    expected = {p for n, p in model.named_parameters() if any(f".{part}.weight" in n for part in parts)}
    assert len(expected) == 2 * len(parts)
    groups = [(o, g) for o in optimizers.optimizers for g in optimizers.optimizers[o].param_groups]
    for optimizer, group in groups:
        matrices = group["weight_decay"] == 0.5
        assert set(group["params"]) == (expected if matrices else set(model.parameters()) - expected)
        if name == "muon":
            assert optimizer == ("muon" if matrices else "adamw")
            assert group["lr"] == (0.1 if matrices else 0.01)
        else:
            assert (optimizer, group["lr"]) == (name, 0.1)
    assert len(groups) == 2


def test_adamw_equals_torch():
    ours, theirs = decoder(), decoder()
    decayed = [p for n, p in theirs.named_parameters() if p.ndim == 2 and n.startswith("blocks")]
    rest = [p for n, p in theirs.named_parameters() if p.ndim < 2 or not n.startswith("blocks")]
    groups = [{"params": decayed, "weight_decay": 0.2}, {"params": rest, "weight_decay": 0.0}]
    reference = torch.optim.AdamW(groups, lr=0.01, betas=(0.8, 0.9), eps=1e-6, fused=True)
    optimizers = build_optimizer(ours, "adamw", 0.01, weight_decay=0.2, betas=(0.8, 0.9), eps=1e-6)
    for step in range(4):
        for model, optimizer in ((ours, optimizers), (theirs, reference)):
            give_gradients(model, step)
            optimizer.step()
    assert all(torch.equal(p, q) for p, q in zip(ours.parameters(), theirs.parameters(), strict=True))


def test_sgd_equals_torch_though_its_state_starts_at_zero():
    ours, theirs = decoder(), decoder()
    reference = torch.optim.SGD(theirs.parameters(), lr=0.01, momentum=0.9, nesterov=True)
    optimizers = build_optimizer(ours, "sgd", 0.01, momentum=0.9)
    for step in range(4):
        for model, optimizer in ((ours, optimizers), (theirs, reference)):
            give_gradients(model, step)
            optimizer.step()
    assert all(torch.equal(p, q) for p, q in zip(ours.parameters(), theirs.parameters(), strict=True))


@pytest.mark.parametrize("saved_after", [0, 3])
@pytest.mark.parametrize("name", NAMES)
def test_saved_and_loaded_it_goes_on_to_the_bit(name, saved_after):
    def train(model, optimizers, steps):
        for step in steps:
            give_gradients(model, step)
            optimizers.scale(1 / (1 + step))
            optimizers.step()
            optimizers.zero_grad()

    straight = decoder()
    whole = build_optimizer(straight, name, 0.1, weight_decay=0.1)
    train(straight, whole, range(6))

    first = decoder()
    before = build_optimizer(first, name, 0.1, weight_decay=0.1)
    train(first, before, range(saved_after))
    saved = save(before.state_tensors())  # bytes of a safetensors file
    second = copy.deepcopy(first)
    after = build_optimizer(second, name, 0.1, weight_decay=0.1)
    after.load_state_tensors(load(saved))
    train(second, after, range(saved_after, 6))

    assert all(torch.equal(p, q) for p, q in zip(straight.parameters(), second.parameters(), strict=True))
    state = after.state_tensors()
    assert whole.state_tensors().keys() == state.keys()
    assert all(torch.equal(t, state[key]) for key, t in whole.state_tensors().items())


def test_state_keys_name_optimizer_state_and_parameter():
    keys = build_optimizer(decoder(), "muon", 0.1).state_tensors().keys()
    assert "muon.momentum.blocks.0.mixer.query.weight" in keys
    assert {f"adamw.{k}.embedding.weight" for k in ("step", "exp_avg", "exp_avg_sq")} <= keys


def test_state_of_another_model_or_optimizer_is_refused_and_changes_nothing():
    optimizers = build_optimizer(decoder(), "muon", 0.1)
    key = "muon.momentum.blocks.0.mixer.query.weight"
    state = {k: t + 1 for k, t in optimizers.state_tensors().items()}
    wrong = {
        f"'{key}' is missing": {k: t for k, t in state.items() if k != key},
        rf"'{key}' is \(16, 15\)": state | {key: state[key][:, :15]},
        f"'{key}' is .* torch.bfloat16, not .* torch.float32": state | {key: state[key].bfloat16()},
        "'lion.momentum.x' belongs to nothing": state | {"lion.momentum.x": state[key]},
    }
    for message, tensors in wrong.items():
        with pytest.raises(CoglingError, match=message):
            optimizers.load_state_tensors(tensors)
    assert all(t.abs().max() == 0 for t in optimizers.state_tensors().values())


def test_scale_is_of_the_peak_rate_and_does_not_accumulate():
    optimizers = build_optimizer(decoder(), "muon", 0.1, adamw_learning_rate=0.01)
    for factor in (0.5, 0.5, 0.0, 0.25):
        optimizers.scale(factor)
    rates = [g["lr"] for o in optimizers.optimizers.values() for g in o.param_groups]
    assert rates == [0.025, 0.0025]


def test_groups_say_how_much_each_holds():
    model = decoder()
    matrices, others = build_optimizer(model, "muon", 0.1, weight_decay=0.5).groups
    assert (matrices.optimizer, matrices.tensors, matrices.learning_rate) == ("muon", 12, 0.1)
    assert (others.optimizer, others.weight_decay) == ("adamw", 0)
    assert matrices.parameters + others.parameters == model.config.parameters
    words = " ".join(str(matrices).split())
    assert words == "muon matrices 12 tensors 3,584 parameters rate 0.1 decay 0.5"


def test_frozen_parameters_are_left_out():
    model = decoder()
    model.embedding.requires_grad_(False)
    keys = build_optimizer(model, "adamw", 0.1).state_tensors()
    assert not any("embedding" in key for key in keys)
    model.requires_grad_(False)
    with pytest.raises(CoglingError, match="no parameter to train"):
        build_optimizer(model, "adamw", 0.1)


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(CoglingError, match="unknown name 'adamm'; did you mean 'adamw'"):
        build_optimizer(decoder(), "adamm", 0.1)
