"""A table look-up whose gradient is the same to the bit on every run.

Compiled, the gradient of a plain look-up adds rows with atomic operations, whose order changes from run
to run, and with it the last bits (LOG.md). PyTorch's own kernel gives each thread a range of the table
instead, so the order is fixed; the operator below keeps the compiler from replacing it.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding


@torch.library.custom_op("cogling::embedding_gradient", mutates_args=())
def embedding_gradient(grad_BTD: Tensor, tokens_BT: Tensor, rows: int) -> Tensor:
    """The sum of the gradients of each row of the table, in float32."""
    return torch.ops.aten.embedding_dense_backward(grad_BTD.float(), tokens_BT, rows, -1, False)


@embedding_gradient.register_fake
def _(grad_BTD: Tensor, tokens_BT: Tensor, rows: int) -> Tensor:
    return grad_BTD.new_empty((rows, grad_BTD.shape[-1]), dtype=torch.float32)


class _LookUp(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, table_VD: Tensor, tokens_BT: Tensor) -> Tensor:
        ctx.save_for_backward(tokens_BT)
        ctx.rows, ctx.dtype = table_VD.shape[0], table_VD.dtype
        return embedding(tokens_BT, table_VD)

    @staticmethod
    def backward(ctx: Any, grad_BTD: Tensor) -> tuple[Tensor, None]:
        (tokens_BT,) = ctx.saved_tensors
        return embedding_gradient(grad_BTD.contiguous(), tokens_BT, ctx.rows).to(ctx.dtype), None


def look_up(table_VD: Tensor, tokens_BT: Tensor) -> Tensor:
    """The row of each token, BTD, with a reproducible gradient."""
    if torch.is_grad_enabled():
        found_BTD: Tensor = _LookUp.apply(table_VD, tokens_BT)
        return found_BTD
    return embedding(tokens_BT, table_VD)


class Embedding(nn.Embedding):
    """`nn.Embedding` with a reproducible gradient."""

    def forward(self, tokens_BT: Tensor) -> Tensor:
        return look_up(self.weight, tokens_BT)
