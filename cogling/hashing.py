"""One order of strings in sets for every start of Python."""

from __future__ import annotations

import os
import sys

SEED = {"PYTHONHASHSEED": "0"}


def fix_hashes() -> None:
    """Starts this process over with strings that hash as in every other, unless the environment says how.

    Some generators of reasoning-gym draw from sets of strings, whose order follows Python's hashes: without
    this, the same seed would ask other questions from one start to the next. To be called before a program
    does anything, as what it did or imported until then is done twice.
    """
    if os.name == "posix" and "PYTHONHASHSEED" not in os.environ:
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], {**os.environ, **SEED})
