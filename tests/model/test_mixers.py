"""Attention kernels against softmax written out in float64, averaging against a loop, and windows."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cogling.model.mixers import ATTENTION_KERNELS, Average, Places
from cogling.model.positions import same_document, visible
from tests.model.build import MIXERS, POSITIONS, config, decoder, tokens

B, H, T, W = 2, 4, 9, 8


def by_the_formula(q_BHTW: Tensor, k_BKTW: Tensor, v_BKTW: Tensor, allowed: Tensor, added: Tensor) -> Tensor:
    """One query at a time over the keys it may see. allowed: BTT; added to the scores: BHTT."""
    rows = []
    shared = q_BHTW.shape[1] // k_BKTW.shape[1]
    for b in range(B):
        for h in range(H):
            k, v = k_BKTW[b, h // shared], v_BKTW[b, h // shared]
            for t in range(T):
                seen = allowed[b, t]
                scores = k[seen] @ q_BHTW[b, h, t] / q_BHTW.shape[-1] ** 0.5 + added[b, h, t][seen]
                weights = (scores - scores.max()).exp()
                rows.append(weights / weights.sum() @ v[seen])
    return torch.stack(rows).view(q_BHTW.shape)


def biases(kind: str, generator: torch.Generator) -> tuple[Tensor | None, Tensor, Tensor]:
    """(the bias a kernel is given, the mask and the summand it stands for)."""
    causal = torch.ones(B, T, T, dtype=torch.bool).tril()
    nothing = torch.zeros(B, H, T, T)
    if kind == "causal":
        return None, causal, nothing
    positions_BT = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3, 4], [0, 0, 1, 2, 3, 4, 5, 6, 7]])
    mask = visible(positions_BT, positions_BT, window=3) & same_document((positions_BT == 0).cumsum(1))
    if kind == "mask":
        return mask, mask[:, 0], nothing
    added = torch.randn(B, H, T, T, generator=generator)
    return added.masked_fill(~mask, float("-inf")), mask[:, 0], added


@pytest.mark.parametrize("kv_heads", [4, 2, 1])
@pytest.mark.parametrize("bias", ["causal", "mask", "float"])
@pytest.mark.parametrize("kernel", list(ATTENTION_KERNELS))
def test_kernels_and_their_gradients_equal_the_formula(kernel, bias, kv_heads):
    generator = torch.Generator().manual_seed(0)
    given, allowed, added = biases(bias, generator)
    shapes = [(B, H, T, W), (B, kv_heads, T, W), (B, kv_heads, T, W)]
    inputs = [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]
    exact = [x.detach().double().requires_grad_() for x in inputs]
    upstream = torch.randn(B, H, T, W, generator=generator)

    y = ATTENTION_KERNELS[kernel](*inputs, given)
    expected = by_the_formula(*exact, allowed, added.double())
    torch.testing.assert_close(y.double(), expected, rtol=1e-5, atol=1e-5)
    gradients = torch.autograd.grad(y, inputs, upstream)
    expected_gradients = torch.autograd.grad(expected, exact, upstream.double())
    for gradient, wanted in zip(gradients, expected_gradients, strict=True):
        torch.testing.assert_close(gradient.double(), wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("kernel", list(ATTENTION_KERNELS))
def test_kernels_stand_long_queries_and_keys(kernel):
    """QK-norm with gains of 4: a score reaches 128, and most queries see none near that."""
    generator = torch.Generator().manual_seed(1)
    q, k, v = (torch.randn(B, H, T, 64, generator=generator) for _ in range(3))
    q, k = (4 * x * 8 / x.norm(dim=-1, keepdim=True) for x in (q, k))
    k[:, :, 5] = q[:, :, 5]
    mask = torch.ones(B, 1, T, T, dtype=torch.bool).tril()
    y = ATTENTION_KERNELS[kernel](q, k, v, mask)
    expected = by_the_formula(q.double(), k.double(), v.double(), mask[:, 0], torch.zeros(B, H, T, T))
    torch.testing.assert_close(y.double(), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("window", [0, 1, 4])
def test_average_is_the_mean_of_the_values_in_the_window(window):
    mixer = Average(config(mixer="average"), 0)
    positions_BT = torch.arange(T).expand(B, T)
    x_BTD = torch.randn(B, T, 24, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        actual = mixer(x_BTD, Places(mask_B1TS=visible(positions_BT, positions_BT, window)))
    values = x_BTD.double() @ mixer.value.weight.detach().double().T
    for b in range(B):
        for t in range(T):
            first = max(0, t - window + 1) if window else 0
            mean = sum(values[b, s] for s in range(first, t + 1)) / (t + 1 - first)
            expected = mixer.output.weight.detach().double() @ mean
            torch.testing.assert_close(actual[b, t].double(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("mixer", MIXERS)
@pytest.mark.parametrize("positions", POSITIONS)
def test_a_token_reaches_a_window_further_with_every_block(mixer, positions):
    depth, window, length = 2, 3, 12
    model = decoder(depth=depth, window=window, mixer=mixer, positions=positions)
    tokens_BT = tokens(1, length)
    edited = tokens_BT.clone()
    edited[0, 4] = (edited[0, 4] + 1) % 17
    with torch.no_grad():
        changed = (model(tokens_BT) != model(edited)).any(-1)[0].tolist()
    reach = depth * (window - 1)
    assert changed == [4 <= t <= 4 + reach for t in range(length)]


@pytest.mark.parametrize("mixer", MIXERS)
@pytest.mark.parametrize("positions", POSITIONS)
def test_no_token_sees_the_future(mixer, positions):
    model = decoder(mixer=mixer, positions=positions)
    tokens_BT = tokens(1, 10)
    edited = tokens_BT.clone()
    edited[0, 6:] = (edited[0, 6:] + 1) % 17
    with torch.no_grad():
        before, after = model(tokens_BT)[0], model(edited)[0]
    assert torch.equal(before[:6], after[:6])
    assert (before[6:] != after[6:]).any(-1).all()
