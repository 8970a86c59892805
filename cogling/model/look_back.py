"""Heads that start out looking at the token before, the one before that, and so on.

Copying, comparing and carrying all rest on heads that attend to a fixed distance (Olsson et al. 2022 call
them previous-token heads). Small models spend much of a short training on finding them; here some heads
begin as such, with ordinary weights that training is free to change, so a model is of the same shape as any
other. It is akin to mimetic initialisation (Trockman & Kolter 2023). LOG.md has what it is worth.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from cogling.model.config import DecoderConfig

DISTANCES = (1, 2, None, None)
"""How far back each head looks, over and over; None: a head that starts as any other."""

COMMON = 4.0
"""First coordinate of every embedding: what all tokens have in common, to be turned into a position."""

STRENGTH = 2.8
"""Size of what is common in a query or key, beside components of about 1 that tell tokens apart."""

FREQUENCIES = 6
"""Only the fastest rotary frequencies tell a distance of one from a distance of two."""


@torch.no_grad()
def start_looking_back(
    embedding_VD: Tensor,
    projections: Sequence[tuple[Tensor, Tensor]],
    config: DecoderConfig,
    distances: Sequence[int | None] = DISTANCES,
) -> None:
    """Sets the first coordinate of the embedding, and the queries and keys that are made from it.

    projections: the weights of the queries and of the keys of each block.

    The score of a query and a key at distance d is then a sum of cos(frequency * (d - distance)), which is
    largest at the head's distance. Raises ValueError for models without rotary positions.
    """
    if config.positions != "rope" or config.mixer != "attention":
        raise ValueError("look_back needs attention with rotary positions")
    width, used = config.head_width, min(FREQUENCIES, config.head_width // 2)
    frequencies = config.rope_base ** (-torch.arange(used) / (width // 2))
    embedding_VD[:, 0] = COMMON
    size = STRENGTH / COMMON * (width / used) ** 0.5
    for query_QD, key_KD in projections:
        for head in range(config.heads):
            distance = distances[head % len(distances)]
            if distance is None:
                continue
            # The query is the key turned back by the distance, in the half-split layout of `rotate`.
            query_W, key_W = torch.zeros(width), torch.zeros(width)
            key_W[:used] = size
            query_W[:used] = size * torch.cos(frequencies * distance)
            query_W[width // 2 : width // 2 + used] = -size * torch.sin(frequencies * distance)
            group = head * config.kv_heads // config.heads
            query_QD[head * width : (head + 1) * width, 0] = query_W
            key_KD[group * width : (group + 1) * width, 0] = key_W
