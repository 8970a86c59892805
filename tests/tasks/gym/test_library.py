"""What the library's generators need mended, so that they end."""

from __future__ import annotations

import json
import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.seeds import seed_of
from cogling.tasks.gym import library

pytest.importorskip("reasoning_gym")


def tried(a: int, b: int) -> list[int]:
    """Trial division up to the root, as the library does it."""
    greatest, found = math.gcd(a, b), list[int]()
    for i in range(1, math.isqrt(greatest) + 1):
        if greatest % i == 0:
            found += [i] if i * i == greatest else [i, greatest // i]
    return found


@given(st.integers(-(10**6), 10**6), st.integers(-(10**6), 10**6), st.integers(0, 60))
def test_common_divisors_come_in_the_order_of_the_library(a: int, b: int, shared: int) -> None:
    assert library.common_divisors(a * shared, b * shared) == tried(a * shared, b * shared)
    assert library.common_divisors(a, 0) == tried(a, 0)


def test_the_data_set_uses_them() -> None:
    """One of these questions divides a product of twenty digits, which took the library hours."""
    params = json.dumps(library.setting("basic_arithmetic", "hard"))
    begin = time.process_time()
    for index in range(200):
        number = seed_of("gym.basic_arithmetic", "fresh", "hard", 5, index) >> 2
        library.entry("basic_arithmetic", params, number)
    assert time.process_time() - begin < 60
