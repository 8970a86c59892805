"""A C and C++ compiler, where the machine has one, and a folder where what it made is found again."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

NATIVE = ("-O3", "-march=native")
"""For this kind of processor and no other."""

VECTORS = (
    "-fno-math-errno",
    "-fno-trapping-math",
    "-fno-signed-zeros",
    "-fassociative-math",
    "-ffinite-math-only",
)
"""Sums in any order and no care for infinities, so that loops can be of vectors. Not all of -ffast-math: a
library made with that by some compilers has the whole process round the smallest numbers to zero."""


def find_compiler() -> str | None:
    """The C++ compiler that torch.compile would use on a CPU."""
    names = [os.environ.get("CXX"), *(["cl"] if sys.platform == "win32" else ["g++", "clang++", "c++"])]
    return next((found for name in names if name and (found := shutil.which(name))), None)


def compiled_folder() -> Path:
    """The user's cache folder for compiled code."""
    return Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "cogling" / "compiled"


@functools.cache
def keep_compiled() -> None:
    """Has torch.compile keep its kernels in that folder, which spares the next process the wait."""
    os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(compiled_folder()))


def first_line(error: Exception) -> str:
    """What a failed compilation says first, for a note of one line."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


@functools.cache
def compiled_loops_pay() -> bool:
    """Whether this CPU reads bfloat16 faster by compiled loops than by PyTorch's kernels, and has them."""
    import torch

    loops_can_be_compiled = sys.platform != "win32" and find_compiler() is not None
    return loops_can_be_compiled and not torch.cpu._is_amx_tile_supported()


def load_compiled(source: Path, options: Sequence[str] = ()) -> ctypes.CDLL:
    """A C file as a library, compiled for this processor unless that was done before.

    Raises OSError where there is no compiler that can do it, or the folder cannot be written.
    """
    compiler = find_compiler()
    if compiler is None:
        raise OSError("no C++ compiler")
    flags = [*NATIVE, *VECTORS, *options]
    # What the compiler takes this processor for: users' folders may be shared by several kinds of them.
    processor = _output(compiler, *flags, "-dM", "-E", "-x", "c", os.devnull)
    made_of = hashlib.blake2b(processor + source.read_bytes(), digest_size=8).hexdigest()
    library = compiled_folder() / f"{source.stem}-{made_of}.so"
    if library.exists():
        with contextlib.suppress(OSError):  # damaged
            return ctypes.CDLL(str(library))
    library.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=library.parent) as folder:
        made = Path(folder) / library.name
        _output(compiler, *flags, "-shared", "-fPIC", "-x", "c", str(source), "-o", str(made))
        made.replace(library)
    return ctypes.CDLL(str(library))


def _output(*command: str) -> bytes:
    run = subprocess.run(command, capture_output=True)
    if run.returncode:
        raise OSError(run.stderr.decode(errors="replace").strip() or f"{command[0]} failed")
    return run.stdout
