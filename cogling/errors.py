"""Errors that reach a user, as one line that names the thing, the place and the mend."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class CoglingError(Exception):
    """A mistake a user can mend. The command line prints its one line and no traceback."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A phrase to end an "unknown ..." message with: the nearest known name, or all of them."""
    choices = sorted(known)
    close = difflib.get_close_matches(name, choices, n=1, cutoff=0.5)
    if close:
        return f"did you mean '{close[0]}'?"
    return "known: " + ", ".join(choices)
