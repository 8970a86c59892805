"""Streaming heads: attention heads of a trained model that need only the last few hundred tokens.

Few heads of a trained model find things far back; the others look at what is near, and are as good when
they see nothing else (Xiao et al. 2024, DuoAttention, https://arxiv.org/abs/2410.10819). Writing long replies
is bound by how fast the cache can be read, and of a streaming head only the last slots are.
`scripts/streaming_heads.py` finds them in a model. No training has to know of them, but it may: one that goes
on with `model.streaming_heads` is faster in long documents, and the other heads learn to do without (LOG.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from cogling.model.decoder import Decoder


def with_streaming(decoder: Decoder, heads: Sequence[Sequence[int]], window: int) -> Decoder:
    """A copy in which these key and value heads of each block see `window` tokens, itself included.

    Heads are put in another order, streaming ones first, which changes nothing else that a block does.
    Raises ValueError for a head that there is none of, or one named twice.
    """
    counts = tuple(len(block) for block in heads)
    config = replace(decoder.config, streaming_heads=counts, streaming_window=window)
    copy = Decoder(config)
    weights = {name: weight.clone() for name, weight in decoder.state_dict().items()}
    for block, first in enumerate(heads):
        order = [*first, *(head for head in range(config.kv_heads) if head not in first)]
        if sorted(order) != list(range(config.kv_heads)):
            raise ValueError(
                f"block {block} has heads 0 to {config.kv_heads - 1}, each once; not {list(first)}"
            )
        for name in ("query", "key", "value", "output"):
            key = f"blocks.{block}.mixer.{name}.weight"
            weights[key] = _reordered(weights[key], order, dim=int(name == "output"))
    copy.load_state_dict(weights)
    return copy.to(decoder.embedding.weight.device).train(decoder.training)


def _reordered(weight: Tensor, order: Sequence[int], dim: int) -> Tensor:
    """The weight with the equal parts that heads have of one of its dimensions in another order."""
    return torch.cat([weight.chunk(len(order), dim)[head] for head in order], dim)
