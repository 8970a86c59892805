"""How a mixer knows where a token stands: rotary angles (RoPE) and linear biases (ALiBi)."""

from __future__ import annotations

import math

import torch
from torch import Tensor


def rotary_table(context: int, head_width: int, base: float) -> Tensor:
    """Angles position x frequency, shape (context, head_width / 2) (Su et al. 2021, RoFormer)."""
    frequencies = base ** -(torch.arange(0, head_width, 2, dtype=torch.float32) / head_width)
    return torch.arange(context, dtype=torch.float32)[:, None] * frequencies[None, :]


def rotate(x_BHTW: Tensor, cos_BTF: Tensor, sin_BTF: Tensor) -> Tensor:
    """Turns each pair (i, i + W/2) by its angle: the half-split layout of Llama and Qwen."""
    first, second = x_BHTW.chunk(2, dim=-1)
    cos, sin = cos_BTF[:, None], sin_BTF[:, None]
    return torch.cat((first * cos - second * sin, second * cos + first * sin), dim=-1).to(x_BHTW.dtype)


def alibi_slopes(heads: int) -> Tensor:
    """A head's bias per token of distance: 2^(-8 h / heads), h = 1 .. heads (Press et al. 2021)."""
    return 2.0 ** (-8.0 * torch.arange(1, heads + 1, dtype=torch.float32) / heads)


def sharpness(positions_BT: Tensor, length: int) -> Tensor:
    """log(n) / log(length) for a token that sees n > length tokens, else 1 (Chiang & Cholak 2022, Su 2021).

    The share of one token in a softmax falls as others join; scores that grow with log(n) hold it up.
    """
    return (positions_BT + 1).clamp(min=length).log() / math.log(length)


def visible(q_positions_BT: Tensor, k_positions_BS: Tensor, window: int) -> Tensor:
    """Which keys a query may see, B1TS: none after it, none before a row's start, none beyond the window."""
    q, k = q_positions_BT[:, None, :, None], k_positions_BS[:, None, None, :]
    mask = (k <= q) & (k >= 0)
    if window:
        mask = mask & (q - k < window)
    # A padded query would see nothing, and a softmax over nothing is not a number.
    return mask | (k == q)


def same_document(documents_BT: Tensor) -> Tensor:
    """True where two tokens of a packed row belong to one document, B1TT."""
    return documents_BT[:, None, :, None] == documents_BT[:, None, None, :]
