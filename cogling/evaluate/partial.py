"""What an interrupted evaluation has done so far: one JSON line for each finished task and split."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from cogling.errors import CoglingError
from cogling.files import explain_os_error


def partial_path(out: Path) -> Path:
    return out.with_name(f"{out.name}.partial.jsonl")


class Partial:
    """Finished parts by key. The key names everything that a part depends on, so a part that was made with
    another model, seed or question is never taken for this one, and stays for when its own is continued.
    """

    def __init__(self, path: Path) -> None:
        """Reads what is there; creates the file, so that an unwritable place shows before the work starts.

        Raises CoglingError where the file cannot be read or written.
        """
        self.path = path
        self.parts: dict[str, dict[str, Any]] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(path, "a+b") as file:
                file.seek(0)
                content = file.read()
                whole = content[: content.rfind(b"\n") + 1]
                file.truncate(len(whole))  # a line that a killed evaluation had half written
        except (FileExistsError, NotADirectoryError):
            raise CoglingError(f"cannot write {path}: {path.parent} is not a folder") from None
        except OSError as error:
            raise explain_os_error(error, path) from error
        for line in whole.splitlines():
            try:
                record = json.loads(line)
                self.parts[record["key"]] = record["part"]
            except (ValueError, KeyError, TypeError):
                continue  # damaged: this part is asked again

    def add(self, key: str, part: dict[str, Any]) -> None:
        """Appends one finished part and waits until it is on the disk."""
        line = json.dumps({"key": key, "part": part}, ensure_ascii=False) + "\n"
        try:
            with open(self.path, "ab") as file:
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise explain_os_error(error, self.path, len(line)) from error
        self.parts[key] = part

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def remove_if_empty(self) -> None:
        if self.path.exists() and self.path.stat().st_size == 0:
            self.path.unlink()
