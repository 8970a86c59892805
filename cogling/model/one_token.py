"""Attention of one new token a row over a long cache in bfloat16, on CPUs without tiles (AMX).

PyTorch's fused kernel is made for many queries, and its products in bfloat16 are slow there (LOG.md). For a
single query a head both products are plain sums over the cache: loops of C (`one_token.c`), compiled for the
processor at hand, go through it once, as fast as memory gives it, and not at all through slots that a row
does not see.

Shape letters: B rows, K key and value heads, H query heads, S slots, W head width.
"""

from __future__ import annotations

import ctypes
import functools
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from torch import Tensor

from cogling.compiler import compiled_loops_pay, first_line, load_compiled

LEAST = 2**16
"""Keys of fewer numbers than that are read in no time by any kernel."""

LEAST_SHARED = 2**20
"""As many are worth it to be shared out to threads."""


class OneToken:
    """softmax(q k / sqrt(W)) v over what is seen, for one query a row and head."""

    def __init__(self) -> None:
        self.failed = False

    def worthwhile(self, q_BHTW: Tensor, k_BKSW: Tensor) -> bool:
        return (
            q_BHTW.shape[2] == 1
            and k_BKSW.dtype == torch.bfloat16
            and k_BKSW.device.type == "cpu"
            and k_BKSW.numel() >= LEAST
            and k_BKSW.stride()[2:] == (k_BKSW.shape[3], 1)
            and not self.failed
            and not torch.is_grad_enabled()
            and compiled_loops_pay()
        )

    def __call__(
        self,
        q_BH1W: Tensor,
        k_BKSW: Tensor,
        v_BKSW: Tensor,
        seen_B11S: Tensor,
        near: int = 0,
        window: int = 0,
    ) -> Tensor | None:
        """BH1W in float32, or None where the loops cannot be compiled; a warning says so once.

        Keys and values are parts of a cache: a head's slots lie one after the other. Each row sees a slot.
        near: key and value heads, the first ones, that see the last `window` slots only.
        """
        B, H, _, W = q_BH1W.shape
        K, S = k_BKSW.shape[1:3]
        try:
            attend_heads = loops(W)
        except OSError as error:
            self.failed = True
            warnings.warn(
                f"cannot compile the loops that read a cache ({first_line(error)}): long replies take longer",
                stacklevel=2,
            )
            return None
        q_BH1W, seen_B11S = q_BH1W.float().contiguous(), seen_B11S.expand(B, 1, 1, S).contiguous()
        y_BH1W = torch.empty_like(q_BH1W)
        threads = torch.get_num_threads() if k_BKSW.numel() >= LEAST_SHARED else 1
        weights_NS = torch.empty(threads, S)

        def attend(thread: int) -> None:
            attend_heads(
                *(B * H * thread // threads, B * H * (thread + 1) // threads),
                *(K, H // K, near, window, S, q_BH1W.data_ptr()),
                *(k_BKSW.data_ptr(), *k_BKSW.stride()[:2]),
                *(v_BKSW.data_ptr(), *v_BKSW.stride()[:2]),
                *(seen_B11S.data_ptr(), S, weights_NS[thread].data_ptr(), y_BH1W.data_ptr()),
            )

        if threads == 1:
            attend(0)
        else:
            list(pool(threads).map(attend, range(threads)))
        return y_BH1W


@functools.cache
def loops(width: int) -> Callable[..., None]:
    """`attend_heads` of one_token.c for heads of that width. Raises OSError where it cannot be compiled."""
    options = [f"-DW={width}", f"-DSCALE={width**-0.5!r}f"]
    attend_heads = load_compiled(Path(__file__).with_suffix(".c"), options).attend_heads
    number, address = ctypes.c_long, ctypes.c_void_p
    attend_heads.argtypes = (
        *[number] * 7,
        *(address, address, number, number, address, number, number),
        *(address, number, address, address),
    )
    attend_heads.restype = None
    return attend_heads


@functools.cache
def pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads)
