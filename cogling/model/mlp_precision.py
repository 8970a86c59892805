"""MLPs that multiply in bfloat16, while all else stays in float32: for writing, not for training.

Most of a small model's products are its MLPs'. What they add to the residual stream may be rounded, as long
as the stream itself, norms and queries and keys are not (LOG.md has what that costs: nothing measurable).
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from cogling.model.decoder import Block, Decoder


class Rounded(nn.Module):
    """An MLP in another floating-point type than what comes in and goes out."""

    def __init__(self, mlp: nn.Module, dtype: torch.dtype) -> None:
        super().__init__()
        self.mlp, self.dtype = mlp.to(dtype), dtype

    def forward(self, x_BTD: Tensor) -> Tensor:
        return self.mlp(x_BTD.to(self.dtype)).to(x_BTD.dtype)


def with_mlps_in(decoder: Decoder, dtype: torch.dtype) -> Decoder:
    """A copy whose MLPs multiply in that type; the decoder itself where they do."""
    if decoder.embedding.weight.dtype == dtype:
        return decoder
    decoder = copy.deepcopy(decoder)
    for block in decoder.blocks:
        assert isinstance(block, Block)
        block.mlp = Rounded(block.mlp, dtype)
    return decoder
