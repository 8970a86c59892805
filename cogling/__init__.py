"""Cogling grows small reasoning language models from scratch, and checks every step of their reasoning.

    import cogling

    run = cogling.train("quick")                  # or any recipe file; returns a Run
    model = cogling.load("runs/quick")            # a model folder, a run, or a shipped name
    model.chat("What is 385 + 467?").answer
    model.generate(["What is 2 + 3?", "Sort ascending: 9 4 7"])

Nothing heavy is imported until one of these is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cogling.errors import CoglingError
from cogling.version import __version__

if TYPE_CHECKING:
    from cogling.api import Model, load
    from cogling.grow import Run, train

__all__ = ["CoglingError", "Model", "Run", "__version__", "load", "train"]

_HOMES = {
    "Model": "cogling.api",
    "load": "cogling.api",
    "Run": "cogling.grow",
    "train": "cogling.grow",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'cogling' has no attribute '{name}'")
