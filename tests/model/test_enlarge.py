"""A larger decoder begins with the function of the smaller one, and all of it learns."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.model.enlarge import enlarge, obstacles, sources
from tests.model.build import config, decoder, tokens

# The norms' epsilon weighs less against more values; it is no part of what is held here.
SMALL = config(vocab_size=50, context=32, kv_heads=4, tied=False, norm_eps=1e-12)
TOKENS = tokens(3, 24, vocab_size=50)


def built(shape: DecoderConfig) -> Decoder:
    return decoder(**shape.to_dict())


def fresh(config: DecoderConfig) -> Decoder:
    drawn = Decoder(config)
    drawn.init_weights(torch.Generator().manual_seed(7))
    return drawn


@pytest.mark.parametrize(
    "larger",
    [
        {},
        {"depth": 3},
        {"depth": 5},
        {"mlp_width": 80},
        {"context": 64},
        {"width": 64},
        {"width": 64, "heads": 6, "kv_heads": 6},
        {"heads": 5, "kv_heads": 5},
        {"runs": 6},
        {"number_places": 5, "digits": (3, 4)},
        {"line_places": 5, "line_numbers": 3, "breaks": (1, *[0] * (SMALL.vocab_size - 1))},
        {"ngrams": 7},
        {"depth": 3, "width": 48, "heads": 8, "kv_heads": 8, "mlp_width": 192, "context": 48},
    ],
)
@pytest.mark.parametrize("kind", [{}, {"tied": True}, {"mlp": "swiglu"}, {"loops": 2, "qk_norm": False}])
def test_it_says_what_the_smaller_one_says(larger: dict[str, int], kind: dict[str, object]) -> None:
    old = built(replace(SMALL, **kind))
    new = fresh(replace(old.config, **larger))
    enlarge(old, new)
    with torch.inference_mode():
        torch.testing.assert_close(new(TOKENS), old(TOKENS), rtol=1e-4, atol=1e-4)


def test_every_new_weight_learns() -> None:
    new = fresh(replace(SMALL, depth=3, width=48, heads=6, kv_heads=6, mlp_width=64))
    enlarge(built(SMALL), new)
    before = {name: parameter.detach().clone() for name, parameter in new.named_parameters()}
    optimizer = torch.optim.Adam(new.parameters(), lr=1e-3)
    for _ in range(4):
        optimizer.zero_grad()
        new(TOKENS).square().mean().backward()
        optimizer.step()
    used = TOKENS.unique()
    for name, parameter in new.named_parameters():
        changed = (parameter != before[name]).float()
        # A unit of the MLP that no token lights up has no gradient, in a new part as in an old one.
        assert (changed[used] if name == "embedding.weight" else changed).mean() > 0.9, name


def test_learned_positions_and_sharpness_come_along() -> None:
    old = built(replace(SMALL, positions="learned", sharpen=4))
    new = fresh(replace(old.config, width=48, depth=4))
    enlarge(old, new)
    with torch.inference_mode():
        torch.testing.assert_close(new(TOKENS), old(TOKENS), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("width", [SMALL.width, 64])
def test_counts_told_further_begin_as_the_last_one_did(width: int) -> None:
    breaks = (1, *[0] * (SMALL.vocab_size - 1))
    old = built(replace(SMALL, runs=2, line_places=3, breaks=breaks, widths=(1,) * SMALL.vocab_size))
    with torch.no_grad():
        for counts in old.counts:
            counts.weight.normal_(generator=torch.Generator().manual_seed(3))
    new = fresh(replace(old.config, runs=4, line_places=9, width=width))
    enlarge(old, new)
    tokens = torch.tensor([[5, 5, 5, 5, 1, 7, 7, 9, 2, 0, 3, 3, 3]])
    with torch.inference_mode():
        torch.testing.assert_close(new(tokens), old(tokens), rtol=1e-4, atol=1e-4)


def test_old_blocks_keep_their_order_and_copies_stand_between_them() -> None:
    assert sources(4, 6) == [(0, False), (1, False), (1, True), (2, False), (3, False), (3, True)]
    assert sources(2, 2) == [(0, False), (1, False)]
    for old in range(1, 9):
        for new in range(old, 20):
            assert [block for block, copy in sources(old, new) if not copy] == list(range(old))


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ({}, {"depth": 1}, ["depth"]),
        ({}, {"mlp_width": 16, "context": 12}, ["context", "mlp_width"]),
        ({}, {"vocab_size": 60}, ["vocab_size"]),
        ({}, {"mlp": "gelu"}, ["mlp"]),
        ({"positions": "learned"}, {"context": 64}, ["context"]),
        ({"place_values": 8, "digits": (3, 4)}, {"width": 64}, ["width"]),
        ({"mixer": "average"}, {"width": 64}, ["width"]),
        ({"ngrams": 4}, {"ngrams": 6}, ["ngrams"]),
        ({"kv_heads": 2}, {"heads": 6, "kv_heads": 2}, ["heads"]),
        ({"kv_heads": 2}, {"heads": 8, "kv_heads": 4}, ["heads"]),
    ],
)
def test_what_cannot_be_filled_is_named(
    old: dict[str, object], new: dict[str, object], named: list[str]
) -> None:
    smaller = replace(SMALL, **old)
    larger = replace(smaller, **new)
    assert obstacles(smaller, larger) == named
    with pytest.raises(ValueError, match=named[0]):
        enlarge(Decoder(smaller), Decoder(larger))
