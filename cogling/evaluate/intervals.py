"""Shares with honest bounds."""

from __future__ import annotations

import math
from statistics import NormalDist

Z_95 = NormalDist().inv_cdf(0.975)


def share(k: int, n: int) -> float:
    """k of n; nothing out of nothing is 0."""
    return k / n if n else 0.0


def wilson(k: float, n: int, z: float = Z_95) -> tuple[float, float]:
    """Bounds of a share of which k of n were seen (Wilson 1927), 95% by default.

    Unlike "share plus or minus two standard errors" they stay within 0 and 1 and keep their width where all
    or none were right. Out of nothing they are 0 and 1.
    """
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n} is no share")
    if n == 0:
        return 0.0, 1.0
    centre = k + z * z / 2
    half = z * math.sqrt(k * (n - k) / n + z * z / 4)
    # Where none or all were seen the bound is 0 or 1 by algebra; rounding must not move it inwards.
    low = 0.0 if k == 0 else (centre - half) / (n + z * z)
    high = 1.0 if k == n else (centre + half) / (n + z * z)
    return low, high
