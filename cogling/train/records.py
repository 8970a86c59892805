"""The records of a run: metrics.jsonl, samples.jsonl and TensorBoard events.

After a resume they are cut back to the checkpoint, so that no step is recorded twice. A step that was
skipped has no loss.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cogling.files import explain_os_error

FILES = ("metrics.jsonl", "samples.jsonl")


class Records:
    """Appends records to a run folder. Raises CoglingError where the disk is full."""

    def __init__(self, run: Path, sizes: dict[str, int] | None = None, step: int = 0) -> None:
        """sizes: what `sizes()` gave at the checkpoint to continue from; step: that checkpoint's."""
        self.run = run
        for name in FILES:
            path = run / name
            if sizes is not None and path.exists():
                # After a power cut a file may be shorter than the checkpoint says, and end within a line.
                kept = path.read_bytes()[: sizes.get(name, 0)]
                os.truncate(path, kept.rfind(b"\n") + 1)
        self._files = {name: open(run / name, "a", encoding="utf-8") for name in FILES}  # noqa: SIM115
        from torch.utils.tensorboard import SummaryWriter

        with self._explained("tensorboard"):
            self._board = SummaryWriter(str(run / "tensorboard"), purge_step=step + 1)

    def sizes(self) -> dict[str, int]:
        found = {}
        for name, file in self._files.items():
            with self._explained(name):
                file.flush()
                found[name] = (self.run / name).stat().st_size
        return found

    def train(self, step: int, values: dict[str, Any]) -> None:
        self._write("metrics.jsonl", {"kind": "train", "step": step, **values})
        for key in ("loss", "lr", "grad_norm", "tokens_per_second", "wait_share"):
            if values[key] is not None:
                self._scalar(f"train/{key}", values[key], step)
        for task, height in values.get("curriculum", {}).items():
            self._scalar(f"curriculum/{task}", height, step)

    def evaluation(self, step: int, seconds: float, tasks: dict[str, Any], mean: float) -> None:
        record = {"kind": "evaluation", "step": step, "seconds": seconds, "tasks": tasks, "mean": mean}
        self._write("metrics.jsonl", record)
        self._scalar("validation/mean", mean, step)
        for task, scores in tasks.items():
            self._scalar(f"validation/{task}", scores["pass1"], step)

    def samples(self, step: int, samples: list[dict[str, Any]]) -> None:
        for sample in samples:
            self._write("samples.jsonl", {"step": step, **sample})

    def event(self, step: int, message: str) -> None:
        self._write("metrics.jsonl", {"kind": "event", "step": step, "message": message})

    def _write(self, name: str, record: dict[str, Any]) -> None:
        with self._explained(name):
            self._files[name].write(json.dumps(record, ensure_ascii=False) + "\n")
            self._files[name].flush()

    def _scalar(self, name: str, value: float, step: int) -> None:
        with self._explained("tensorboard"):
            self._board.add_scalar(name, value, step)

    @contextlib.contextmanager
    def _explained(self, name: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise explain_os_error(error, self.run / name, 1_000_000) from error

    def close(self) -> None:
        for close in (*(file.close for file in self._files.values()), self._board.close):
            with contextlib.suppress(OSError):  # what could not be written was reported when it was
                close()
