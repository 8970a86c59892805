"""MLPs in bfloat16 change a decoder's logits by their rounding, and nothing else about it."""

from __future__ import annotations

import torch

from cogling.model.mlp_precision import with_mlps_in
from tests.model import build


def test_logits_move_by_the_rounding_of_the_mlps_only() -> None:
    decoder = build.decoder(depth=2)
    tokens_BT = torch.arange(24).view(2, 12) % decoder.config.vocab_size
    before = {name: weight.clone() for name, weight in decoder.state_dict().items()}
    rounded = with_mlps_in(decoder, torch.bfloat16)
    with torch.inference_mode():
        difference = (rounded(tokens_BT) - decoder(tokens_BT)).abs().max()
    assert 0 < difference < 0.05
    assert rounded.embedding.weight.dtype == torch.float32
    for name, weight in decoder.state_dict().items():
        assert torch.equal(weight, before[name])


def test_a_decoder_already_in_that_type_is_taken_as_it_is() -> None:
    decoder = build.decoder(depth=2)
    assert with_mlps_in(decoder, torch.float32) is decoder
