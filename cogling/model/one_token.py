"""Attention of one new token a row over a long cache in bfloat16, on CPUs without tiles (AMX).

PyTorch's fused kernel is made for many queries, and its products in bfloat16 are slow there (LOG.md). With
a single query both products are plain sums over the cache, which `torch.compile` turns into loops that widen
bfloat16 as they read it and sum in float32.

Shape letters: B rows, K key and value heads, G query heads of each, S slots, W head width.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from cogling.compiler import compiled_loops_pay, first_line, keep_compiled

LEAST = 2**16
"""Keys of fewer numbers than that are read in no time by any kernel."""

VARIANTS = 64
"""As many as the compiler may make of a loop: it tells one row or head from several, and whole caches from
parts. Beyond its own 8 it would run the loop uncompiled, which takes 3 to 25 times as long (LOG.md)."""


def scores(q_BKG1W: Tensor, k_BK1SW: Tensor) -> Tensor:
    return (q_BKG1W * k_BK1SW.float()).sum(-1)


def mixed(p_BKGS1: Tensor, v_BK1SW: Tensor) -> Tensor:
    return (p_BKGS1 * v_BK1SW.float()).sum(-2)


class OneToken:
    """softmax(q k / sqrt(W) + bias) v for one query a row; compiled when it is first worthwhile."""

    def __init__(self) -> None:
        self.failed = False

    def worthwhile(self, q_BHTW: Tensor, k_BKSW: Tensor) -> bool:
        return (
            q_BHTW.shape[2] == 1
            and k_BKSW.dtype == torch.bfloat16
            and k_BKSW.device.type == "cpu"
            and k_BKSW.numel() >= LEAST
            and not self.failed
            and not torch.is_grad_enabled()
            and compiled_loops_pay()
        )

    def __call__(self, q_BH1W: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, bias: Tensor | None) -> Tensor | None:
        """BH1W, or None where it cannot be compiled; a warning says so once."""
        B, H, _, W = q_BH1W.shape
        K, S = k_BKSW.shape[1:3]
        q_BKG1W = (q_BH1W.float() * W**-0.5).view(B, K, H // K, 1, W)
        try:
            scores_BKGS = compiled(scores)(q_BKG1W, k_BKSW[:, :, None])
            if bias is not None and bias.dtype == torch.bool:
                scores_BKGS = scores_BKGS.masked_fill_(~bias, float("-inf"))
            elif bias is not None:
                scores_BKGS = scores_BKGS + bias.view(B, K, H // K, S)
            y_BKGW = compiled(mixed)(scores_BKGS.softmax(-1)[..., None], v_BKSW[:, :, None])
        except Exception as error:  # whatever a foreign compiler does must not end an evaluation
            self.failed = True
            warnings.warn(
                f"torch.compile failed ({first_line(error)}): long replies take longer", stacklevel=2
            )
            return None
        return y_BKGW.view(B, H, 1, W).to(v_BKSW.dtype)


@functools.cache
def compiled(loop: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    keep_compiled()
    torch._dynamo.config.recompile_limit = max(VARIANTS, torch._dynamo.config.recompile_limit)
    return torch.compile(loop, dynamic=True)
