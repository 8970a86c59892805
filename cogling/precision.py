"""In which floating-point type to compute: bfloat16 where the hardware multiplies it natively, and well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from cogling.errors import CoglingError

if TYPE_CHECKING:
    import torch

PrecisionName = Literal["auto", "bfloat16", "float32"]

LONG_CONTEXT = 1024
"""Tokens from which on reading a cache is a good part of the work."""


def pick_precision(name: str, device: torch.device) -> torch.dtype:
    """'auto' decides by the hardware; a name is taken at its word. Raises CoglingError for another one."""
    import torch

    if name not in get_args(PrecisionName):
        raise CoglingError(f"unknown precision '{name}'; use {', '.join(get_args(PrecisionName))}")
    if name != "auto":
        return getattr(torch, name)
    return torch.bfloat16 if _native_bfloat16(device) else torch.float32


def name_of(dtype: torch.dtype) -> str:
    """As `pick_precision` takes it."""
    return str(dtype).removeprefix("torch.")


def pick_cache_precision(name: str, device: torch.device, context: int) -> torch.dtype:
    """As `pick_precision`, for a cache of up to `context` tokens that is read for one token at a time.

    PyTorch's kernels read bfloat16 more slowly than float32 on a CPU that multiplies it without tiles (AMX).
    Compiled loops do not (`cogling.model.one_token`), but are not for the first tokens.
    """
    import torch

    from cogling.compiler import compiled_loops_pay

    if name == "auto" and device.type == "cpu" and not torch.cpu._is_amx_tile_supported():
        return torch.bfloat16 if context >= LONG_CONTEXT and compiled_loops_pay() else torch.float32
    return pick_precision(name, device)


def _native_bfloat16(device: torch.device) -> bool:
    import torch

    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    if device.type != "cpu":
        return False
    # Without tiles Intel's cores multiply bfloat16 no faster than float32 (LOG.md).
    intel = str(torch.cpu.get_capabilities().get("cpu_name", "")).startswith("Intel")
    return torch.cpu._is_amx_tile_supported() or (torch.cpu._is_avx512_bf16_supported() and not intel)
