"""Small decoders for the tests, with every weight random: at their own start the blocks are the identity."""

from __future__ import annotations

from itertools import product
from typing import Any, get_args

import torch

from cogling.model.config import DecoderConfig, MixerName, MlpName, PositionsName
from cogling.model.decoder import Decoder

MIXERS = get_args(MixerName)
POSITIONS = get_args(PositionsName)
CHOICES = [
    {"mixer": mixer, "positions": positions, "mlp": mlp, "tied": tied}
    for mixer, positions, mlp, tied in product(MIXERS, POSITIONS, get_args(MlpName), (True, False))
]


def config(**choices: Any) -> DecoderConfig:
    shape = {"vocab_size": 17, "context": 16, "depth": 2, "width": 24, "heads": 4, "kv_heads": 2}
    return DecoderConfig(**(shape | {"head_width": 6, "mlp_width": 40} | choices))


def decoder(seed: int = 0, **choices: Any) -> Decoder:
    model = Decoder(config(**choices))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 2:
                parameter.normal_(std=0.3, generator=generator)
            else:
                parameter.uniform_(0.5, 1.5, generator=generator)
    return model


def tokens(rows: int, length: int, seed: int = 0, vocab_size: int = 17) -> torch.Tensor:
    return torch.randint(vocab_size, (rows, length), generator=torch.Generator().manual_seed(seed))
