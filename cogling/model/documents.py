"""Attention of packed rows on a CPU, one document at a time: no mask, no scores between documents.

In rows of 2,048 tokens that hold documents of a few hundred, a T x S mask computes five to ten times the
scores that count. PyTorch's variable-length kernels run on CUDA only, so this walks the documents: forward
with the fused CPU kernel; backward written out, some queries and keys at a time, so that their scores fit the
cache, which takes about as long as the fused one with tiles (AMX), a third to two thirds without (LOG.md).

Shape letters: B rows, H heads, T tokens, S keys, W head width.
"""

from __future__ import annotations

import functools
import math
from typing import Any

import torch
from torch import Tensor

_QUERIES, _KEYS = 256, 1024
"""So many are worked on at a time: keys in the backward pass, queries in windows' forward pass as well."""

_LOG2_E = math.log2(math.e)
"""e^x is computed as 2^(x log2 e), which takes four fifths of the time."""

_forward = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu


def document_attention(
    q_BHTW: Tensor, k_BHTW: Tensor, v_BHTW: Tensor, documents_BT: Tensor, window: int = 0
) -> Tensor:
    """Causal softmax(q k / sqrt(W)) v within each document, which is a run of equal numbers in its row.

    window: how many tokens back (itself included) a token looks; 0: to the beginning of its document.
    """
    return _attend(q_BHTW, k_BHTW, v_BHTW, documents_BT, window)[0]


def spans(documents_BT: Tensor) -> list[tuple[int, int, int]]:
    """(row, first token, token after the last) of every document."""
    T = documents_BT.shape[1]
    found = []
    changes_BT = (documents_BT[:, 1:] != documents_BT[:, :-1]).tolist()
    for row, changes in enumerate(changes_BT):
        ends = [i + 1 for i, change in enumerate(changes) if change] + [T]
        found += [(row, start, end) for start, end in zip([0, *ends], ends, strict=False)]
    return found


# Operators of their own are opaque to `torch.compile`: the number and lengths of documents may change.
@torch.library.custom_op("cogling::document_attention", mutates_args=())
def _attend(
    q_BHTW: Tensor, k_BHTW: Tensor, v_BHTW: Tensor, documents_BT: Tensor, window: int
) -> tuple[Tensor, Tensor]:
    y_BHTW = _new_like(q_BHTW)
    logsum_BHT = q_BHTW.new_empty(q_BHTW.shape[:3], dtype=torch.float32)
    for row, start, end in spans(documents_BT):
        place = (slice(row, row + 1), slice(None), slice(start, end))
        q, k, v = q_BHTW[place], k_BHTW[place], v_BHTW[place]
        if 0 < window < end - start:
            y_BHTW[place], logsum_BHT[place] = _near(q, k, v, window)
        else:
            y_BHTW[place], logsum_BHT[place] = _forward(q, k, v, 0.0, True)
    return y_BHTW, logsum_BHT


@_attend.register_fake
def _(
    q_BHTW: Tensor, k_BHTW: Tensor, v_BHTW: Tensor, documents_BT: Tensor, window: int
) -> tuple[Tensor, Tensor]:
    y_BHTW = _new_like(q_BHTW)
    return y_BHTW, q_BHTW.new_empty(q_BHTW.shape[:3], dtype=torch.float32)


def _near(q_1HTW: Tensor, k_1HTW: Tensor, v_1HTW: Tensor, window: int) -> tuple[Tensor, Tensor]:
    """A document longer than the window: some queries at a time, with the keys that any of them sees."""
    y_1HTW, logsum_1HT = _new_like(q_1HTW), q_1HTW.new_empty(q_1HTW.shape[:3], dtype=torch.float32)
    mask_TS = _band(window, q_1HTW.dtype)
    for start in range(0, q_1HTW.shape[2], _QUERIES):
        end, first = min(start + _QUERIES, q_1HTW.shape[2]), max(0, start - window + 1)
        these, seen = ((slice(None), slice(None), slice(*span)) for span in ((start, end), (first, end)))
        bias_TS = mask_TS[: end - start, first - start + window - 1 : end - start + window - 1]
        found = _forward(q_1HTW[these], k_1HTW[seen], v_1HTW[seen], 0.0, False, attn_mask=bias_TS)
        y_1HTW[these], logsum_1HT[these] = found
    return y_1HTW, logsum_1HT


@functools.lru_cache(maxsize=8)
def _band(window: int, dtype: torch.dtype) -> Tensor:
    """What is added to scores: of `_QUERIES` queries, with keys from `window` - 1 before the first one on."""
    back_TS = torch.arange(_QUERIES)[:, None] + window - 1 - torch.arange(_QUERIES + window - 1)
    bias_TS = torch.zeros(back_TS.shape, dtype=dtype)
    return bias_TS.masked_fill_((back_TS < 0) | (back_TS >= window), float("-inf"))


@torch.library.custom_op("cogling::document_attention_backward", mutates_args=())
def _gradients(
    g_BHTW: Tensor,
    q_BHTW: Tensor,
    k_BHTW: Tensor,
    v_BHTW: Tensor,
    y_BHTW: Tensor,
    logsum_BHT: Tensor,
    documents_BT: Tensor,
    window: int,
) -> tuple[Tensor, Tensor, Tensor]:
    dq, dk, dv = (_new_like(x) for x in (q_BHTW, k_BHTW, v_BHTW))
    for row, start, end in spans(documents_BT):
        place = (row, slice(None), slice(start, end))
        g, q, k, v, y = (x[place] for x in (g_BHTW, q_BHTW, k_BHTW, v_BHTW, y_BHTW))
        found = _of_document(g, q, k, v, y, logsum_BHT[place], window or end - start)
        dq[place], dk[place], dv[place] = found
    return dq, dk, dv


@_gradients.register_fake
def _(
    g_BHTW: Tensor,
    q_BHTW: Tensor,
    k_BHTW: Tensor,
    v_BHTW: Tensor,
    y_BHTW: Tensor,
    logsum_BHT: Tensor,
    documents_BT: Tensor,
    window: int,
) -> tuple[Tensor, Tensor, Tensor]:
    return _new_like(q_BHTW), _new_like(k_BHTW), _new_like(v_BHTW)


def _of_document(
    g: Tensor, q: Tensor, k: Tensor, v: Tensor, y: Tensor, logsum_HT: Tensor, window: int
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of one document, from the softmax's known logarithm of its sum (Dao et al. 2022, app. B).

    All but the last two are HTW. What is subtracted from every score of a query, that logarithm, and from
    every gradient of its probabilities comes out of the products themselves, as two more columns of the
    queries beside ones of the keys. Scores stand keys first, so that but one product turns them round.
    Gradients are gathered in float32.
    """
    scale, T = q.shape[-1] ** -0.5, q.shape[1]
    mean_HT1 = (g.float() * y.float()).sum(-1, keepdim=True)
    q_HXT = _less(q * (scale * _LOG2_E), logsum_HT[..., None] * _LOG2_E).mT.contiguous()
    g_HXT = _less(g, mean_HT1).mT.contiguous()
    k_HTX, v_HTX = _with_ones(k), _with_ones(v)
    dq, dk, dv = (torch.zeros(q.shape, dtype=torch.float32, device=q.device) for _ in "qkv")
    for start in range(0, T, _QUERIES):
        end = min(start + _QUERIES, T)
        these, columns = (slice(None), slice(start, end)), (slice(None), slice(None), slice(start, end))
        for first in range(max(0, start - window + 1), end, _KEYS):
            last = min(first + _KEYS, end)
            seen = (slice(None), slice(first, last))
            p_HST = torch.bmm(k_HTX[seen], q_HXT[columns]).exp2_()
            if last > start:
                p_HST.triu_(first - start)
            if first <= end - 1 - window:
                p_HST.tril_(first - start + window - 1)
            ds_HST = torch.bmm(v_HTX[seen], g_HXT[columns]).mul_(p_HST)
            dq[these] += torch.bmm(ds_HST.mT, k[seen])
            dk[seen] += torch.bmm(ds_HST, q[these])
            dv[seen] += torch.bmm(p_HST, g[these])
    return dq.mul_(scale).to(q.dtype), dk.mul_(scale).to(q.dtype), dv.to(q.dtype)


def _less(x_HTW: Tensor, amount_HT1: Tensor) -> Tensor:
    """What times `_with_ones` of a key is x times it less the amount, which bfloat16 holds in two parts.

    Twice as wide as x: products of 34 columns take as long as those of 64.
    """
    rough = (-amount_HT1).to(x_HTW.dtype)
    rest = (-amount_HT1 - rough.float()).to(x_HTW.dtype)
    return torch.cat((x_HTW, rough, rest, torch.zeros_like(x_HTW[..., 2:])), dim=-1)


def _with_ones(x_HTW: Tensor) -> Tensor:
    return torch.cat((x_HTW, torch.ones_like(x_HTW[..., :2]), torch.zeros_like(x_HTW[..., 2:])), dim=-1)


def _new_like(x_BHTW: Tensor) -> Tensor:
    return torch.empty_like(x_BHTW, memory_format=torch.contiguous_format)


def _save(
    ctx: torch.autograd.function.FunctionCtx, inputs: tuple[Any, ...], output: tuple[Tensor, ...]
) -> None:
    q_BHTW, k_BHTW, v_BHTW, documents_BT, ctx.window = inputs  # type: ignore[attr-defined]
    ctx.save_for_backward(q_BHTW, k_BHTW, v_BHTW, *output, documents_BT)


def _differentiate(
    ctx: torch.autograd.function.FunctionCtx, g_BHTW: Tensor, _: Tensor
) -> tuple[Tensor | None, ...]:
    q, k, v, y, logsum, documents = ctx.saved_tensors  # type: ignore[attr-defined]
    window: int = ctx.window  # type: ignore[attr-defined]
    return (*_gradients(g_BHTW, q, k, v, y, logsum, documents, window), None, None)


_attend.register_autograd(_differentiate, setup_context=_save)
