"""Every choice of the config builds, counts, starts and trains; and the sums of the config are true."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import cross_entropy
from torch.utils.flop_counter import FlopCounterMode

from cogling.model.config import shape_for
from cogling.model.decoder import Decoder
from cogling.model.mixers import Places
from tests.model.build import CHOICES, config, decoder, tokens

every_choice = pytest.mark.parametrize("choices", CHOICES, ids=lambda c: "-".join(map(str, c.values())))


@every_choice
def test_every_choice_takes_a_step_with_finite_gradients(choices):
    model = decoder(**choices)
    tokens_BT = tokens(2, 9)
    logits_BTV = model(tokens_BT[:, :-1])
    assert logits_BTV.shape == (2, 8, 17)
    loss = cross_entropy(logits_BTV.flatten(0, 1), tokens_BT[:, 1:].flatten())
    loss.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


@every_choice
@pytest.mark.parametrize("qk_norm", [True, False])
def test_the_config_counts_the_parameters(choices, qk_norm):
    c = config(**choices, qk_norm=qk_norm, kv_heads=1)
    model = Decoder(c)
    assert c.parameters == sum(p.numel() for p in model.parameters())
    outside = sum(p.numel() for n, p in model.named_parameters() if "embedding" in n or n == "head.weight")
    assert c.parameters_without_embeddings == c.parameters - outside


@pytest.mark.parametrize("loops", [1, 2])
@pytest.mark.parametrize("choices", CHOICES[::2], ids=lambda c: "-".join(map(str, c.values())))
def test_flops_per_token_equal_those_counted(choices, loops):
    model = decoder(**choices, depth=3, loops=loops)
    c, T = model.config, 12
    for block in model.blocks:
        block.mixer.kernel = "explicit"
    with FlopCounterMode(display=False) as counter:
        model(tokens(2, T)).sum().backward()
    # Counted are whole T x T products, of which the causal half is work; norms are not counted.
    # Attention has two products and the gradients of both sides; the mean has one and that of the values.
    whole = c.passes * T * (4 * c.width if c.mixer == "average" else 12 * c.heads * c.head_width)
    masked_half = whole / 2
    norms = 6 * (c.loops * sum(p.numel() for p in model.blocks.parameters() if p.ndim == 1) + c.width)
    assert counter.get_total_flops() / (2 * T) == c.flops_per_token(T) - norms + masked_half


def test_flops_of_a_window_do_not_grow_with_the_row():
    c = config(window=4)
    assert c.flops_per_token(100) == c.flops_per_token(1000) > config(window=2).flops_per_token(1000)


def test_init_weights_is_fixed_by_its_seed():
    def weights(seed: int) -> torch.Tensor:
        model = Decoder(config())
        model.init_weights(torch.Generator().manual_seed(seed))
        return torch.nn.utils.parameters_to_vector(model.parameters())

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))


@pytest.mark.parametrize(("tied", "spread"), [(False, 1.0), (True, 0.02)])
def test_init_weights_draws_with_the_stated_spread(tied, spread):
    model = Decoder(config(vocab_size=2000, width=96, mlp_width=200, tied=tied))
    model.init_weights(torch.Generator().manual_seed(0))
    assert model.embedding.weight.std().item() == pytest.approx(spread, rel=0.03)
    for part in (model.blocks[1].mixer.query, model.blocks[1].mlp.up):
        assert part.weight.std().item() == pytest.approx(1 / math.sqrt(96), rel=0.03)
    assert tied or model.head.weight.abs().max() == 0


@every_choice
@torch.no_grad()
def test_each_block_starts_as_the_identity(choices):
    model = Decoder(config(**choices))
    model.init_weights(torch.Generator().manual_seed(0))
    tokens_BT, seen = tokens(2, 8), []
    for block in model.blocks:
        block.register_forward_hook(lambda module, inputs, output: seen.append((inputs[0], output)))
    model(tokens_BT)
    assert len(seen) == 2
    assert all(torch.equal(before, after) for before, after in seen)
    assert seen[0][0].abs().max() > 0


@torch.no_grad()
def test_loops_run_the_blocks_again_on_what_they_made_and_the_embeddings():
    model, tokens_BT = decoder(loops=3, positions="none"), tokens(2, 8)
    assert model.config.parameters == config(positions="none").parameters
    places = Places(mask_B1TS=None)
    x_BTD = torch.zeros(1)
    for _ in range(3):
        x_BTD = x_BTD + model.embedding(tokens_BT)
        for block in model.blocks:
            x_BTD = block(x_BTD, places)
    torch.testing.assert_close(model(tokens_BT), model.logits(model.norm(x_BTD)))


def test_rms_norm_equals_its_formula_in_float64():
    model = decoder(norm_eps=1e-2)
    x = 0.05 * torch.randn(5, 24, generator=torch.Generator().manual_seed(0))
    exact = x.double() / (x.double().square().mean(-1, keepdim=True) + 1e-2).sqrt()
    expected = exact * model.norm.weight.detach().double()
    for norm in (model.norm, model.blocks[0].mixer_norm):
        norm.weight.data = model.norm.weight.data
        torch.testing.assert_close(norm(x).double(), expected, rtol=1e-5, atol=1e-7)


def test_a_tied_head_is_the_embedding():
    model = decoder(tied=True)
    hidden = torch.randn(1, 2, 24)
    torch.testing.assert_close(model.logits(hidden), hidden @ model.embedding.weight.T)
    assert not hasattr(model, "head")


def test_the_look_up_has_the_gradient_of_a_plain_one():
    model = decoder()
    tokens_BT = torch.tensor([[3, 3, 0, 16], [3, 1, 1, 0]])
    upstream = torch.randn(2, 4, 24, generator=torch.Generator().manual_seed(0))
    model.embedding(tokens_BT).backward(upstream)
    expected = torch.zeros(17, 24, dtype=torch.float64)
    expected.index_add_(0, tokens_BT.flatten(), upstream.double().flatten(0, 1))
    torch.testing.assert_close(model.embedding.weight.grad.double(), expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"heads": 4, "kv_heads": 3}, "multiple of kv_heads"),
        ({"head_width": 5}, "must be even for rope"),
        ({"depth": 0}, "depth must be at least 1"),
        ({"loops": 0}, "loops must be at least 1"),
        ({"sharpen": 1}, "sharpen must be 0 or at least 2"),
    ],
)
def test_impossible_shapes_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        config(**choices)


@pytest.mark.parametrize("size", [2e5, 8e5, 3e6, 1e7, 1e8])
def test_the_size_dial_comes_within_a_tenth_and_keeps_proportions(size):
    depth, width = shape_for(size)
    assert 12 * depth * width**2 == pytest.approx(size, rel=0.1)
    assert 12 <= width / depth <= 100
