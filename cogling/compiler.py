"""What `torch.compile` needs on a CPU: a C++ compiler, and a folder where what it made is found again."""

from __future__ import annotations

import functools
import os
import shutil
import sys
from pathlib import Path


def find_compiler() -> str | None:
    """The C++ compiler that torch.compile would use on a CPU."""
    names = [os.environ.get("CXX"), *(["cl"] if sys.platform == "win32" else ["g++", "clang++", "c++"])]
    return next((found for name in names if name and (found := shutil.which(name))), None)


@functools.cache
def keep_compiled() -> None:
    """Has compiled kernels kept in the user's cache folder, which spares the next process the wait."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cogling" / "compiled"
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(cache))


def first_line(error: Exception) -> str:
    """What a failed compilation says first, for a note of one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


@functools.cache
def compiled_loops_pay() -> bool:
    """Whether this CPU reads bfloat16 faster by compiled loops than by PyTorch's kernels, and has them."""
    import torch

    return not torch.cpu._is_amx_tile_supported() and find_compiler() is not None
