"""Attention of packed rows on a CPU, one document at a time: no mask, no scores between documents.

In rows of 2,048 tokens that hold documents of a few hundred, a T x S mask computes five to ten times the
scores that count. PyTorch's variable-length kernels run on CUDA only, so this walks the documents: forward
with the fused CPU kernel; backward written out, some queries and keys at a time, so that their scores fit the
cache, which takes about as long as the fused one with tiles (AMX), a third to two thirds without (LOG.md).

Shape letters: B rows, H heads, T tokens, W head width.
"""

from __future__ import annotations

import torch
from torch import Tensor

_QUERIES, _KEYS = 256, 1024
"""So many are worked on at a time in the backward pass."""

_forward = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu


def document_attention(q_BHTW: Tensor, k_BHTW: Tensor, v_BHTW: Tensor, documents_BT: Tensor) -> Tensor:
    """Causal softmax(q k / sqrt(W)) v within each document, which is a run of equal numbers in its row."""
    return _attend(q_BHTW, k_BHTW, v_BHTW, documents_BT)[0]


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
def _attend(q_BHTW: Tensor, k_BHTW: Tensor, v_BHTW: Tensor, documents_BT: Tensor) -> tuple[Tensor, Tensor]:
    y_BHTW = _new_like(q_BHTW)
    logsum_BHT = q_BHTW.new_empty(q_BHTW.shape[:3], dtype=torch.float32)
    for row, start, end in spans(documents_BT):
        place = (slice(row, row + 1), slice(None), slice(start, end))
        y_BHTW[place], logsum_BHT[place] = _forward(q_BHTW[place], k_BHTW[place], v_BHTW[place], 0.0, True)
    return y_BHTW, logsum_BHT


@_attend.register_fake
def _(q_BHTW: Tensor, k_BHTW: Tensor, v_BHTW: Tensor, documents_BT: Tensor) -> tuple[Tensor, Tensor]:
    y_BHTW = _new_like(q_BHTW)
    return y_BHTW, q_BHTW.new_empty(q_BHTW.shape[:3], dtype=torch.float32)


@torch.library.custom_op("cogling::document_attention_backward", mutates_args=())
def _gradients(
    g_BHTW: Tensor,
    q_BHTW: Tensor,
    k_BHTW: Tensor,
    v_BHTW: Tensor,
    y_BHTW: Tensor,
    logsum_BHT: Tensor,
    documents_BT: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    dq, dk, dv = (_new_like(x) for x in (q_BHTW, k_BHTW, v_BHTW))
    for row, start, end in spans(documents_BT):
        place = (slice(row, row + 1), slice(None), slice(start, end))
        parts = [x[place] for x in (g_BHTW, q_BHTW, k_BHTW, v_BHTW, y_BHTW, logsum_BHT)]
        dq[place], dk[place], dv[place] = _of_document(*parts)
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
) -> tuple[Tensor, Tensor, Tensor]:
    return _new_like(q_BHTW), _new_like(k_BHTW), _new_like(v_BHTW)


def _of_document(
    g_1HTW: Tensor, q_1HTW: Tensor, k_1HTW: Tensor, v_1HTW: Tensor, y_1HTW: Tensor, logsum_1HT: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of one document, from the softmax's known logarithm of its sum (Dao et al. 2022, app. B).

    bfloat16 holds whole numbers exactly: the logarithm is subtracted rounded, and what it was rounded by
    is a factor on the narrow tensors instead of on the scores. Gradients are gathered in float32.
    """
    g, q, k, v, y, logsum = (x[0] for x in (g_1HTW, q_1HTW, k_1HTW, v_1HTW, y_1HTW, logsum_1HT))
    scale, T = q.shape[-1] ** -0.5, q.shape[1]
    whole_HT1 = logsum[..., None].round()
    factor_HT1 = (whole_HT1 - logsum[..., None]).exp().to(q.dtype)
    shift_HT1 = -whole_HT1.to(q.dtype)
    scaled_q, scaled_g, mean_HT1 = q * (factor_HT1 * scale), g * factor_HT1, (g * y).sum(-1, keepdim=True)
    dq, dk, dv = (torch.zeros(q.shape, dtype=torch.float32, device=q.device) for _ in "qkv")
    for start in range(0, T, _QUERIES):
        end = min(start + _QUERIES, T)
        these = (slice(None), slice(start, end))
        for first in range(0, end, _KEYS):
            last = min(first + _KEYS, end)
            seen = (slice(None), slice(first, last))
            shift_HTS = shift_HT1[these].expand(-1, -1, last - first)
            p_HTS = torch.baddbmm(shift_HTS, q[these], k[seen].mT, alpha=scale).exp_()
            if last > start:
                p_HTS.tril_(start - first)
            ds_HTS = torch.bmm(g[these], v[seen].mT).sub_(mean_HT1[these]).mul_(p_HTS)
            dq[these] += torch.bmm(ds_HTS, k[seen])
            dk[seen] += torch.bmm(ds_HTS.mT, scaled_q[these])
            dv[seen] += torch.bmm(p_HTS.mT, scaled_g[these])
    dq *= factor_HT1.float() * scale
    return dq.to(q.dtype)[None], dk.to(q.dtype)[None], dv.to(q.dtype)[None]


def _new_like(x_BHTW: Tensor) -> Tensor:
    return torch.empty_like(x_BHTW, memory_format=torch.contiguous_format)


def _save(
    ctx: torch.autograd.function.FunctionCtx, inputs: tuple[Tensor, ...], output: tuple[Tensor, ...]
) -> None:
    q_BHTW, k_BHTW, v_BHTW, documents_BT = inputs
    ctx.save_for_backward(q_BHTW, k_BHTW, v_BHTW, *output, documents_BT)


def _differentiate(
    ctx: torch.autograd.function.FunctionCtx, g_BHTW: Tensor, _: Tensor
) -> tuple[Tensor | None, ...]:
    q, k, v, y, logsum, documents = ctx.saved_tensors  # type: ignore[attr-defined]
    return (*_gradients(g_BHTW, q, k, v, y, logsum, documents), None)


_attend.register_autograd(_differentiate, setup_context=_save)
