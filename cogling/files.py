"""Files that are whole or not there: written beside their place, flushed, then renamed."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

from cogling.errors import CoglingError

_NUMBERS = re.compile(r"\[(?:\n +-?\d[\d.eE+-]*,?)+\n *\]")
"""A list of numbers in indented JSON, whose strings have no line breaks of their own."""


def write_atomic(path: Path, content: bytes | str) -> None:
    """Writes a file so that a reader, or a crash, sees the old content or the new, never a part.

    Raises CoglingError on a full disk (saying how much is needed) or without write permission.
    """
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise explain_os_error(error, path, len(data)) from error


def sync_folder(folder: Path) -> None:
    """Makes a rename in this folder survive a power cut, where the system lets folders be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def explain_os_error(error: OSError, path: Path, needed: int = 0) -> CoglingError:
    """The operating system's refusal as a line a user can act on. needed: bytes to write, where known."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        size = f": {megabytes(needed)} are needed" if needed else ""
        return CoglingError(f"disk full while writing {path}{size}; free some and retry")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return CoglingError(f"no permission to write {path}; choose another folder or change its permissions")
    return CoglingError(f"cannot write {path}: {error.strerror or error}")


def require_space(folder: Path, needed: int) -> None:
    """Raises CoglingError where the disk that holds `folder` has fewer than `needed` bytes free."""
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    if free < needed:
        raise CoglingError(
            f"disk full: {folder} needs {megabytes(needed)}, {megabytes(free)} are free; free some and retry"
        )


def megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def write_json(path: Path, value: Any) -> None:
    """Indented, but for lists of numbers, which stand on one line however long."""
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    text = _NUMBERS.sub(lambda found: f"[{' '.join(found[0][1:-1].split())}]", text)
    write_atomic(path, f"{text}\n")


def read_text(path: Path) -> str:
    """Raises CoglingError where the file is missing, unreadable or not UTF-8 (naming the byte)."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CoglingError(f"no file {path}") from None
    except UnicodeDecodeError as error:
        raise CoglingError(f"{path} is not UTF-8 at byte {error.start}; convert it first") from None
    except OSError as error:
        raise CoglingError(f"cannot read {path}: {error.strerror or error}") from error


def read_json(path: Path) -> Any:
    """Raises CoglingError where the file is missing, unreadable or not JSON."""
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise CoglingError(f"{path} is damaged: not JSON at line {error.lineno} ({error.msg})") from error


def sha256(path: Path) -> str:
    """Raises CoglingError where the file is missing or unreadable."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise CoglingError(f"cannot read {path}: {error.strerror or error}") from error
    return digest.hexdigest()
