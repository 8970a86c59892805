"""Heads that start out looking back attend most to the token at their distance, whatever the tokens are."""

from __future__ import annotations

import pytest
import torch

from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.model.positions import rotate


def config(**changes: object) -> DecoderConfig:
    shape = {"vocab_size": 50, "context": 128, "depth": 2, "width": 128, "heads": 4, "kv_heads": 4}
    return DecoderConfig(**{**shape, "head_width": 32, "mlp_width": 64, "tied": False, **changes})


def weights_HTS(decoder: Decoder, block: int, length: int) -> torch.Tensor:
    """Attention weights of a block for random tokens."""
    generator = torch.Generator().manual_seed(1)
    tokens = torch.randint(0, 50, (1, length), generator=generator)
    mixer, norm = decoder.blocks[block].mixer, decoder.blocks[block].mixer_norm
    c = decoder.config
    x = norm(decoder.embedding(tokens))
    q = mixer.query_norm(mixer.query(x).view(1, length, c.heads, c.head_width)).transpose(1, 2)
    k = mixer.key_norm(mixer.key(x).view(1, length, c.heads, c.head_width)).transpose(1, 2)
    cos, sin = decoder.cos[None, :length], decoder.sin[None, :length]
    scores = (rotate(q, cos, sin) @ rotate(k, cos, sin).mT)[0] * c.head_width**-0.5
    return scores.masked_fill(~torch.ones(length, length, dtype=torch.bool).tril(), -torch.inf).softmax(-1)


@pytest.mark.parametrize("block", [0, 1])
def test_heads_look_at_their_distance(block: int) -> None:
    decoder = Decoder(config())
    decoder.init_weights(torch.Generator().manual_seed(0), look_back=2)
    with torch.no_grad():
        mean_HT = [
            torch.stack([weights.diagonal(-d)[60:].mean() for d in range(20)])
            for weights in weights_HTS(decoder, block, 100)
        ]
    for head, distance in ((0, 1), (1, 2)):
        assert mean_HT[head].argmax() == distance
        assert mean_HT[head][distance] > 5 / 60
    for head in (2, 3):
        assert mean_HT[head].max() < 5 / 60


def test_without_it_the_draws_are_as_before() -> None:
    plain, looking = Decoder(config()), Decoder(config())
    plain.init_weights(torch.Generator().manual_seed(0))
    looking.init_weights(torch.Generator().manual_seed(0), look_back=1)
    changed = {
        name
        for (name, a), (_, b) in zip(plain.named_parameters(), looking.named_parameters(), strict=True)
        if not torch.equal(a, b)
    }
    assert changed == {"embedding.weight", "blocks.0.mixer.query.weight", "blocks.0.mixer.key.weight"}


def test_it_needs_rotary_positions() -> None:
    with pytest.raises(ValueError, match="rotary"):
        Decoder(config(positions="alibi")).init_weights(look_back=1)
