"""How much memory there is, and what the process's allocator does with what is freed."""

from __future__ import annotations

import ctypes
import os
import platform

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""Parameters of glibc's `mallopt`, from its malloc.h."""

WHILE_WRITING = 1 << 27
"""Bytes of what a layer makes of many prompts. Caches are larger, and what they are kept in is used again by
other means (`cogling.generate.caches`): kept by the allocator it would be split for small blocks (LOG.md)."""


def keep_freed_memory(largest: int = 1 << 30) -> None:
    """Tells glibc's allocator to keep what is freed for the next step: blocks of up to `largest` bytes.

    Left alone it hands large blocks back to the system and faults them in again page by page, which took
    a third of the time of a training step at 8,000 tokens (LOG.md). Other allocators are left as they are.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_THRESHOLD, largest)
    libc.mallopt(M_TRIM_THRESHOLD, (1 << 31) - 1)


def installed() -> int | None:
    """Bytes of memory that the machine has; None where the system does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
