"""What a person sees while a model grows: a progress bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

QUIET_SECONDS = 15.0
"""How often a line is printed where there is no terminal."""


class Display:
    """Shows steps as they go. Use as a context manager."""

    def __init__(self, name: str, steps: int, start: int, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True)
        self._steps = steps
        self._printed = 0.0
        self._bar = Progress(
            TextColumn(f"[bold]{name}[/]"),
            BarColumn(bar_width=24),
            TextColumn("{task.completed}/{task.total}"),
            TextColumn("loss {task.fields[loss]}  right {task.fields[accuracy]}  {task.fields[speed]} tok/s"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self._task = self._bar.add_task(name, total=steps, completed=start, loss="-", accuracy="-", speed="-")

    def __enter__(self) -> Display:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def step(self, step: int, loss: float, accuracy: float, speed: float) -> None:
        """speed: tokens per second; accuracy: share of whole traces predicted right."""
        values: dict[str, Any] = {
            "loss": f"{loss:.3f}",
            "accuracy": f"{accuracy:.0%}",
            "speed": f"{speed:,.0f}",
        }
        self._bar.update(self._task, completed=step, **values)
        now = time.monotonic()
        if not self.console.is_terminal and (now - self._printed > QUIET_SECONDS or step == self._steps):
            self._printed = now
            self.console.print(
                f"step {step}/{self._steps}  loss {loss:.3f}  right {accuracy:.0%}  {speed:,.0f} tok/s",
                highlight=False,
            )

    def say(self, message: str) -> None:
        self.console.print(message, highlight=False, soft_wrap=True, markup=False)


class Speed:
    """Tokens per second, smoothed over the last steps."""

    def __init__(self, tokens: int) -> None:
        self._tokens, self._time, self._rate = tokens, time.perf_counter(), 0.0

    def update(self, tokens: int) -> float:
        now = time.perf_counter()
        rate = (tokens - self._tokens) / max(now - self._time, 1e-9)
        self._rate = 0.9 * self._rate + 0.1 * rate if self._rate else rate
        self._tokens, self._time = tokens, now
        return self._rate
