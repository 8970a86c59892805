"""Seeds made by hashing names, so that no two streams of random numbers ever share items.

`seed + index` is the classic mistake: two data sets with neighbouring seeds share all but one item.
"""

from __future__ import annotations

import hashlib
import random


def seed_of(*parts: str | int) -> int:
    """A 63-bit seed that depends on every part and on their order."""
    text = "\x1f".join(f"{type(part).__name__}:{part}" for part in parts)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def rng_of(*parts: str | int) -> random.Random:
    """A Python random generator seeded by `seed_of`."""
    return random.Random(seed_of(*parts))
