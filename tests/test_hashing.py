"""Programs that ask for it hash strings alike at every start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = "from cogling.hashing import fix_hashes; fix_hashes(); print(hash('a'))"


def hashes(environment: dict[str, str], times: int) -> set[int]:
    """What `times` starts of a program say that a string's hash is."""
    others = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    return {
        int(subprocess.check_output([sys.executable, "-c", PROGRAM], env={**others, **environment}))
        for _ in range(times)
    }


@pytest.mark.skipif(os.name != "posix", reason="a process can replace itself only there")
def test_strings_hash_alike_in_every_run() -> None:
    assert len(hashes({}, 3)) == 1


def test_a_seed_that_is_given_stays() -> None:
    assert hashes({"PYTHONHASHSEED": "7"}, 2) != hashes({"PYTHONHASHSEED": "8"}, 1)
