"""The command starts in a process whose strings hash as in every other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = "import sys; sys.argv[0] = 'cogling'; import cogling.cli as c; c.main = lambda: print(hash('a')); "
PROGRAM += "from cogling.__main__ import start; start()"


@pytest.mark.skipif(os.name != "posix", reason="a process can replace itself only there")
def test_strings_hash_alike_in_every_run() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    seen = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(3)
    }
    assert len(seen) == 1
    assert int(seen.pop())


def test_a_seed_that_is_given_stays() -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "cogling", "--version"],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert outcome.stdout.strip()
