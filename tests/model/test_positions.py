"""Rotary angles, linear biases and visibility against their formulas, in float64."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from cogling.model.mixers import Attention, Places
from cogling.model.positions import alibi_slopes, rotary_table, rotate, same_document, sharpness, visible
from tests.model.build import config, decoder, tokens


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def turned(x_BHTW: np.ndarray, positions_BT: np.ndarray, base: float = 100.0) -> np.ndarray:
    angles = rotary_table(64, x_BHTW.shape[-1], base).double()[torch.tensor(positions_BT)]
    return rotate(torch.tensor(x_BHTW), angles.cos(), angles.sin()).numpy()


def test_rotate_multiplies_complex_pairs_by_their_angle():
    x_BHTW, positions_BT = random(2, 3, 5, 8), np.array([[0, 1, 2, 3, 4], [9, 0, 1, 40, 2]])
    frequencies_F = 100.0 ** (-np.arange(4) / 4)
    angles_BTF = positions_BT[..., None] * frequencies_F
    z_BHTF = (x_BHTW[..., :4] + 1j * x_BHTW[..., 4:]) * np.exp(1j * angles_BTF)[:, None]
    expected = np.concatenate([z_BHTF.real, z_BHTF.imag], axis=-1)
    np.testing.assert_allclose(turned(x_BHTW, positions_BT), expected, atol=1e-5)


def test_a_rotary_score_depends_on_distance_only():
    q, k = random(1, 1, 1, 8), random(1, 1, 1, 8, seed=1)

    def score(q_position: int, k_position: int) -> float:
        return (turned(q, np.array([[q_position]])) * turned(k, np.array([[k_position]]))).sum()

    assert score(7, 3) == pytest.approx(score(44, 40), abs=1e-5)
    assert score(7, 3) != pytest.approx(score(8, 3), abs=1e-2)


def test_alibi_slopes_are_those_of_the_paper():
    assert alibi_slopes(8).tolist() == [2.0**-h for h in range(1, 9)]
    torch.testing.assert_close(alibi_slopes(16), torch.tensor([2 ** (-0.5 * h) for h in range(1, 17)]))


def test_alibi_attention_equals_the_papers_formula():
    # softmax(q_i K^T / sqrt(W) + m [-(i - 1), ..., -2, -1, 0]) for query i (Press et al. 2021, section 3).
    model = decoder(depth=1, positions="alibi", qk_norm=False, kv_heads=4)
    mixer, (B, T, H, W) = model.blocks[0].mixer, (2, 7, 4, 6)
    x_BTD = random(B, T, 24)
    q, k, v = (
        (x_BTD @ getattr(mixer, part).weight.detach().double().numpy().T).reshape(B, T, H, W)
        for part in ("query", "key", "value")
    )
    mixed = np.zeros((B, T, H, W))
    for b in range(B):
        for h in range(H):
            slope = 2.0 ** (-8 * (h + 1) / H)
            for i in range(T):
                scores = k[b, : i + 1, h] @ q[b, i, h] / np.sqrt(W) - slope * np.arange(i, -1, -1)
                weights = np.exp(scores - scores.max())
                mixed[b, i, h] = weights / weights.sum() @ v[b, : i + 1, h]
    expected = mixed.reshape(B, T, H * W) @ mixer.output.weight.detach().double().numpy().T
    places = model._places(*[torch.arange(T).expand(B, T)] * 2, documents_BT=None, cached=False)
    actual = mixer(torch.tensor(x_BTD, dtype=torch.float32), places)
    np.testing.assert_allclose(actual.detach().numpy(), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("window", [0, 1, 3])
def test_visible_is_causal_from_the_rows_start_and_within_the_window(window):
    # The first row is padded by two slots, so its positions start at -2.
    positions_BT = torch.tensor([[-2, -1, 0, 1, 2, 3], [0, 1, 2, 3, 4, 5]])
    mask_BTS = visible(positions_BT, positions_BT, window)[:, 0]
    for b, t, s in np.ndindex(2, 6, 6):
        q, k = positions_BT[b, t], positions_BT[b, s]
        expected = k == q or (0 <= k <= q and (not window or q - k < window))
        assert mask_BTS[b, t, s] == expected


def test_a_token_among_many_keeps_its_share_where_attention_is_sharpened():
    sharp_BT = sharpness(torch.tensor([[-1, 0, 7, 8, 63, 511]]), 8)
    assert sharp_BT.tolist() == [
        [1.0, 1.0, 1.0, pytest.approx(math.log(9, 8)), pytest.approx(2.0), pytest.approx(3.0)]
    ]
    for n, factor in ((8, 1.0), (64, 2.0), (512, 3.0)):  # a score of 2 log 8 against zeros
        assert (torch.cat((torch.tensor([2 * math.log(8)]), torch.zeros(n))) * factor).softmax(0)[0] > 0.88
    model = decoder(sharpen=4, positions="none")
    plain = decoder(positions="none")
    tokens_BT = tokens(1, 10)
    with torch.no_grad():
        changed = (model(tokens_BT) != plain(tokens_BT)).any(-1)[0].tolist()
    assert changed == [False] * 4 + [True] * 6


def test_same_document():
    mask = same_document(torch.tensor([[0, 0, 1], [4, 5, 4]]))[:, 0].int().tolist()
    assert mask == [[[1, 1, 0], [1, 1, 0], [0, 0, 1]], [[1, 0, 1], [0, 1, 0], [1, 0, 1]]]


@pytest.mark.parametrize("positions", ["learned", "rope", "alibi"])
def test_every_position_scheme_tells_orders_apart_and_none_does_not(positions):
    # One block, so that without positions the last token sees its past as a set.
    tokens_BT = tokens(1, 6)
    shuffled = tokens_BT[:, [3, 1, 4, 0, 2, 5]]
    assert tokens_BT.unique().numel() > 3
    with torch.no_grad():
        told = decoder(depth=1, positions=positions)
        untold = decoder(depth=1, positions="none")
        assert (told(tokens_BT) - told(shuffled))[:, -1].abs().max() > 1e-2
        torch.testing.assert_close(untold(tokens_BT)[:, -1], untold(shuffled)[:, -1], rtol=1e-4, atol=1e-5)


def test_attention_without_places_of_a_scheme_ignores_position():
    mixer = Attention(config(positions="none"), 0)
    x_BTD = torch.ones(1, 4, 24)
    y_BTD = mixer(x_BTD, Places(mask_B1TS=None))
    torch.testing.assert_close(y_BTD, y_BTD[:, :1].expand_as(y_BTD))
