"""`python -m cogling`, and the command `cogling`."""

from __future__ import annotations

import os
import sys


def start() -> None:
    """Runs the command line in a process whose strings hash as in every other.

    Some generators of reasoning-gym draw from sets of strings, whose order follows Python's hashes: without
    this, the same seed would ask other questions from one start to the next.
    """
    if os.name == "posix" and "PYTHONHASHSEED" not in os.environ:
        os.environ["PYTHONHASHSEED"] = "0"
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
    from cogling.cli import main

    main()


if __name__ == "__main__":
    start()
