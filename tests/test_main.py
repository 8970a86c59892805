"""`python -m cogling` is the command, in a process whose strings hash as in every other."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from cogling.version import __version__

PROGRAM = "import sys; sys.argv[0] = 'cogling'; import cogling.cli as c; c.main = lambda: print(hash('a')); "
PROGRAM += "from cogling.__main__ import start; start()"


@pytest.mark.skipif(os.name != "posix", reason="a process can replace itself only there")
def test_the_command_fixes_the_hashes() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONHASHSEED"}
    program = [sys.executable, "-c", PROGRAM]
    seen = {subprocess.check_output(program, env=environment) for _ in range(3)}
    assert len(seen) == 1
    assert int(seen.pop())


def test_the_package_runs_as_a_program() -> None:
    said = subprocess.check_output([sys.executable, "-m", "cogling", "--version"], text=True)
    assert __version__ in said
