"""Ctrl-C and SIGTERM while a model grows: noted, so that the step ends and everything is saved."""

from __future__ import annotations

import signal
from collections.abc import Callable
from types import FrameType
from typing import Any


class Interrupted(Exception):
    """Ctrl-C or SIGTERM came; everything is saved. `signal` says which."""

    def __init__(self, number: int) -> None:
        super().__init__(f"signal {number}")
        self.signal = number


class SignalGuard:
    """While it holds, the first Ctrl-C or SIGTERM is noted and the second one acts as usual."""

    def __init__(self, note: Callable[[int], None]) -> None:
        self._note = note
        self._before: dict[int, Any] = {}

    def __enter__(self) -> SignalGuard:
        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                self._before[number] = signal.signal(number, self._handle)
            except ValueError:  # not the main thread: signals are the caller's affair
                return self
        return self

    def __exit__(self, *_: object) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        for other, before in self._before.items():
            signal.signal(other, before)
        self._note(number)
