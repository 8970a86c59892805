"""Mixers: how a token takes in what came before it. One class each, registered in `MIXERS`.

Shape letters: B rows, T tokens, S slots (tokens and cached ones), D width, H query heads,
K key and value heads, W head width, F rotary frequencies.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn.attention.flex_attention import BlockMask
from torch.nn.functional import scaled_dot_product_attention

from cogling.model.blocks import block_attention
from cogling.model.cache import Cache
from cogling.model.config import DecoderConfig
from cogling.model.documents import document_attention
from cogling.model.one_token import OneToken
from cogling.model.positions import alibi_slopes, rotate


@dataclass(slots=True)
class Places:
    """Where the tokens of a batch stand, worked out once and shared by all blocks.

    mask_B1TS: which slots each token may see; None where plain causal order is all there is.
    near_B1TS: the same for streaming heads, only where there are some.
    distance_B1TS: how far back each slot lies, only where the position scheme is ALiBi.
    cos_BTF, sin_BTF: rotary angles, only where the position scheme is RoPE.
    sharpness_BT: what queries are multiplied by, only where attention is sharpened as texts get longer.
    documents_BT: the document of each token, only where a kernel wants it instead of the mask.
    blocks: which blocks of scores count, only where a kernel wants them instead of the mask.
    """

    mask_B1TS: Tensor | None
    near_B1TS: Tensor | None = None
    distance_B1TS: Tensor | None = None
    cos_BTF: Tensor | None = None
    sin_BTF: Tensor | None = None
    sharpness_BT: Tensor | None = None
    documents_BT: Tensor | None = None
    blocks: BlockMask | None = None


def fused(q_BHTW: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, bias: Tensor | None) -> Tensor:
    """softmax(q k / sqrt(W) + bias) v by PyTorch's own kernel; never holds the T x S scores of all heads."""
    grouped = q_BHTW.shape[1] != k_BKSW.shape[1]
    return scaled_dot_product_attention(
        q_BHTW, k_BKSW, v_BKSW, attn_mask=bias, is_causal=bias is None, enable_gqa=grouped
    )


def explicit(q_BHTW: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, bias: Tensor | None) -> Tensor:
    """The same, written out, for `torch.compile` to fuse."""
    H, T, W = q_BHTW.shape[1:]
    K, S = k_BKSW.shape[1:3]
    if K != H:
        k_BKSW = k_BKSW.repeat_interleave(H // K, dim=1)
        v_BKSW = v_BKSW.repeat_interleave(H // K, dim=1)
    if bias is None:
        bias = torch.ones(T, S, dtype=torch.bool, device=q_BHTW.device).tril()
    scores_BHTS = (q_BHTW * W**-0.5) @ k_BKSW.transpose(-1, -2)
    if bias.dtype == torch.bool:
        scores_BHTS = scores_BHTS.masked_fill(~bias, float("-inf"))
    else:
        scores_BHTS = scores_BHTS + bias
    return scores_BHTS.softmax(-1).to(v_BKSW.dtype) @ v_BKSW


def bounded(q_BHTW: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, bias: Tensor | None) -> Tensor:
    """The same in one pass over the scores, for queries and keys of bounded length (QK-norm).

    A softmax is unmoved when all scores of a query are lowered by one number. Instead of the largest
    score, which takes a pass of its own to find, that number comes from the bound |q| max|k| on the scores
    (Cauchy-Schwarz), so no exponential overflows; and the division waits until after the product with the
    values. Bounds up to 60 lower nothing, as e^60 is far from overflow: lowering by the whole bound made
    0 / 0 of queries that see no key near it, and let other documents into a packed one's last bits.
    Falls back to `explicit` where the bias is not a plain mask or heads share keys.
    """
    if bias is None or bias.dtype != torch.bool or q_BHTW.shape[1] != k_BKSW.shape[1]:
        return explicit(q_BHTW, k_BKSW, v_BKSW, bias)
    q_BHTW = q_BHTW * q_BHTW.shape[-1] ** -0.5
    with torch.no_grad():
        longest_BH11 = k_BKSW.float().norm(dim=-1).amax(-1)[..., None, None]
        bound_BHT1 = q_BHTW.float().norm(dim=-1, keepdim=True) * longest_BH11
        excess_BHT1 = (bound_BHT1 - 60).clamp(min=0).to(q_BHTW.dtype)
    weights_BHTS = (q_BHTW @ k_BKSW.transpose(-1, -2) - excess_BHT1).exp() * bias.to(q_BHTW.dtype)
    total_BHT1 = weights_BHTS.sum(-1, keepdim=True, dtype=torch.float32)
    return (weights_BHTS @ v_BKSW) / total_BHT1.to(v_BKSW.dtype)


def in_one_type(q_BHTW: Tensor, k_BKSW: Tensor, v_BKSW: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The type that keys and values of a cache have, or float32 where PyTorch's kernels are faster in it."""
    narrow = k_BKSW.dtype == torch.bfloat16 and q_BHTW.dtype == torch.float32
    if narrow and k_BKSW.device.type == "cpu" and not torch.cpu._is_amx_tile_supported():
        return q_BHTW, k_BKSW.float(), v_BKSW.float()
    return q_BHTW.to(k_BKSW.dtype), k_BKSW, v_BKSW


Mix = Callable[[Tensor, Tensor, Tensor], Tensor]
"""What heads make of their queries, keys and values."""

ATTENTION_KERNELS = {"fused": fused, "explicit": explicit, "bounded": bounded}

_one_token = OneToken()


class Attention(nn.Module):
    """Multi-head, grouped-query attention with optional QK-norm, rotary angles or ALiBi.

    kernel: which of `ATTENTION_KERNELS` computes it; set from outside, since only speed depends on it.
    """

    kernel = "fused"
    slopes_H: Tensor

    def __init__(self, config: DecoderConfig, block: int) -> None:
        super().__init__()
        self.block = block
        self.heads, self.kv_heads, self.head_width = config.heads, config.kv_heads, config.head_width
        self.query = nn.Linear(config.width, config.heads * config.head_width, bias=False)
        self.key = nn.Linear(config.width, config.kv_heads * config.head_width, bias=False)
        self.value = nn.Linear(config.width, config.kv_heads * config.head_width, bias=False)
        self.output = nn.Linear(config.heads * config.head_width, config.width, bias=False)
        self.window = config.window
        self.streaming = config.streaming_heads[block] if config.streaming_heads else 0
        self.streaming_window = config.streaming_window
        norm = (lambda: nn.RMSNorm(config.head_width, eps=config.norm_eps)) if config.qk_norm else nn.Identity
        self.query_norm, self.key_norm = norm(), norm()
        if config.positions == "alibi":
            self.register_buffer("slopes_H", alibi_slopes(config.heads), persistent=False)

    def forward(self, x_BTD: Tensor, places: Places, cache: Cache | None = None) -> Tensor:
        B, T, _ = x_BTD.shape
        q_BHTW = self.query_norm(self.query(x_BTD).view(B, T, self.heads, self.head_width)).transpose(1, 2)
        k_BKTW = self.key_norm(self.key(x_BTD).view(B, T, self.kv_heads, self.head_width)).transpose(1, 2)
        v_BKTW = self.value(x_BTD).view(B, T, self.kv_heads, self.head_width).transpose(1, 2)
        if places.cos_BTF is not None and places.sin_BTF is not None:
            q_BHTW = rotate(q_BHTW, places.cos_BTF, places.sin_BTF)
            k_BKTW = rotate(k_BKTW, places.cos_BTF, places.sin_BTF)
        if places.sharpness_BT is not None:
            q_BHTW = q_BHTW * places.sharpness_BT[:, None, :, None].to(q_BHTW.dtype)
        if cache is not None:
            k_BKTW, v_BKTW = cache.append(self.block, k_BKTW, v_BKTW)
        if places.documents_BT is not None:
            y_BHTW = self._by_document(q_BHTW, k_BKTW, v_BKTW, places.documents_BT)
        elif places.blocks is not None:
            y_BHTW = block_attention(q_BHTW, k_BKTW, v_BKTW, places.blocks)
        else:
            y_BHTW = self._attend(q_BHTW, k_BKTW, v_BKTW, places)
        return self.output(y_BHTW.transpose(1, 2).reshape(B, T, -1).to(x_BTD.dtype))

    def _attend(self, q_BHTW: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, places: Places) -> Tensor:
        by_content = self.kernel == "fused" and places.distance_B1TS is None
        seen_B1TS = places.mask_B1TS if by_content else None
        if seen_B1TS is not None and _one_token.worthwhile(q_BHTW, k_BKSW):
            y_BHTW = _one_token(q_BHTW, k_BKSW, v_BKSW, seen_B1TS, self.streaming, self.streaming_window)
            if y_BHTW is not None:
                return y_BHTW
        q_BHTW, k_BKSW, v_BKSW = in_one_type(q_BHTW, k_BKSW, v_BKSW)
        attention = ATTENTION_KERNELS[self.kernel]
        far = partial(attention, bias=self._bias(places, k_BKSW.dtype))
        if places.near_B1TS is None or k_BKSW.shape[2] <= self.streaming_window:
            return far(q_BHTW, k_BKSW, v_BKSW)
        # A single token's streaming heads need not even read the slots that they do not see.
        seen = slice(-self.streaming_window if q_BHTW.shape[2] == 1 else 0, None)
        mask = places.near_B1TS[..., seen]

        def near(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
            return attention(q, k[:, :, seen], v[:, :, seen], mask)

        return self._by_sight(q_BHTW, k_BKSW, v_BKSW, near, far)

    def _by_document(self, q_BHTW: Tensor, k_BKTW: Tensor, v_BKTW: Tensor, documents_BT: Tensor) -> Tensor:
        def within(window: int) -> Mix:
            def mix(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
                k, v = (x.repeat_interleave(self.heads // self.kv_heads, dim=1) for x in (k, v))
                return document_attention(q, k, v, documents_BT, window)

            return mix

        return self._by_sight(q_BHTW, k_BKTW, v_BKTW, within(self.streaming_window), within(self.window))

    def _by_sight(self, q_BHTW: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, near: Mix, far: Mix) -> Tensor:
        """Streaming heads, the first ones, mixed in one way and the others in another."""
        n, group = self.streaming, self.heads // self.kv_heads
        if n == 0:
            return far(q_BHTW, k_BKSW, v_BKSW)
        if n == self.kv_heads:
            return near(q_BHTW, k_BKSW, v_BKSW)
        near_BHTW = near(q_BHTW[:, : n * group], k_BKSW[:, :n], v_BKSW[:, :n])
        far_BHTW = far(q_BHTW[:, n * group :], k_BKSW[:, n:], v_BKSW[:, n:])
        return torch.cat((near_BHTW, far_BHTW), dim=1)

    def _bias(self, places: Places, dtype: torch.dtype) -> Tensor | None:
        if places.distance_B1TS is None or places.mask_B1TS is None:
            return places.mask_B1TS
        bias_BHTS = -self.slopes_H[None, :, None, None] * places.distance_B1TS
        return bias_BHTS.masked_fill(~places.mask_B1TS, float("-inf")).to(dtype)


class Average(nn.Module):
    """The plain mean of the values in sight: what attention is, with nothing learned about where to look."""

    def __init__(self, config: DecoderConfig, block: int) -> None:
        super().__init__()
        self.block = block
        self.value = nn.Linear(config.width, config.width, bias=False)
        self.output = nn.Linear(config.width, config.width, bias=False)

    def forward(self, x_BTD: Tensor, places: Places, cache: Cache | None = None) -> Tensor:
        v_B1TD = self.value(x_BTD)[:, None]
        if cache is not None:
            v_B1TD = cache.append(self.block, v_B1TD, v_B1TD)[1].to(x_BTD.dtype)
        if places.mask_B1TS is None:
            raise ValueError("the average mixer needs a mask")
        mask = places.mask_B1TS.to(v_B1TD.dtype)
        mean_B1TD = (mask / mask.sum(-1, keepdim=True)) @ v_B1TD
        return self.output(mean_B1TD[:, 0])


MIXERS: dict[str, type[nn.Module]] = {"attention": Attention, "average": Average}
