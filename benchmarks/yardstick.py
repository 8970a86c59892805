"""The yardstick of `training_speed.py`: a plain GPT trained the plain way.

Learned positions, LayerNorm with bias, linear layers with bias, GELU, causal attention by PyTorch's fused
kernel, a tied head; float32 throughout; `torch.compile` around model and loss; one fused AdamW for all
weights. It clips no gradient, packs no documents and masks nothing but the future, all of which would
only slow it down. What a person writes who knows PyTorch and has read nanoGPT.

Shape letters: B rows, T tokens, D width, H heads, W head width, V vocabulary.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, gelu, scaled_dot_product_attention


class Block(nn.Module):
    """A pre-norm block of GPT-2."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm_1, self.norm_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.output = nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x_BTD: Tensor) -> Tensor:
        B, T, D = x_BTD.shape
        parts = self.qkv(self.norm_1(x_BTD)).view(B, T, 3, self.heads, D // self.heads)
        q_BHTW, k_BHTW, v_BHTW = parts.permute(2, 0, 3, 1, 4)
        y_BHTW = scaled_dot_product_attention(q_BHTW, k_BHTW, v_BHTW, is_causal=True)
        x_BTD = x_BTD + self.output(y_BHTW.transpose(1, 2).reshape(B, T, D))
        return x_BTD + self.down(gelu(self.up(self.norm_2(x_BTD))))


class PlainGpt(nn.Module):
    """Tokens and targets in, mean loss out."""

    def __init__(self, vocab_size: int, length: int, depth: int, width: int, heads: int) -> None:
        super().__init__()
        self.tokens = nn.Embedding(vocab_size, width)
        self.positions = nn.Embedding(length, width)
        self.blocks = nn.ModuleList(Block(width, heads) for _ in range(depth))
        self.norm = nn.LayerNorm(width)
        for parameter in self.parameters():
            if parameter.ndim == 2:
                nn.init.normal_(parameter, std=0.02)

    def forward(self, tokens_BT: Tensor, targets_BT: Tensor) -> Tensor:
        x_BTD = self.tokens(tokens_BT) + self.positions.weight[: tokens_BT.shape[1]]
        for block in self.blocks:
            x_BTD = block(x_BTD)
        logits_BTV = self.norm(x_BTD) @ self.tokens.weight.T
        return cross_entropy(logits_BTV.flatten(0, 1), targets_BT.flatten())


def plain_step(gpt: PlainGpt, compiled: bool) -> Callable[[Tensor, Tensor], None]:
    """One step of training `gpt`: (tokens, targets), both B x T int64."""
    run = torch.compile(gpt, dynamic=False) if compiled else gpt
    optimizer = torch.optim.AdamW(gpt.parameters(), lr=1e-3, weight_decay=0.1, fused=True)

    def step(tokens_BT: Tensor, targets_BT: Tensor) -> None:
        loss = run(tokens_BT, targets_BT)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return step
