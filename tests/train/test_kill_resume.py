"""Invariant: a run killed at any moment and resumed ends with bit-identical weights."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.tiny import tiny_file

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "kill_resume.py"


def killed(tmp_path: Path, *arguments: str, timeout: int = 200) -> dict[str, Any]:
    """What benchmarks/kill_resume.py measures: it compares all checkpoints with an undisturbed run's."""
    out = tmp_path / "kills.json"
    command = [sys.executable, str(SCRIPT), "--out", str(out), *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=timeout)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(out.read_text(encoding="utf-8"))["kill_resume"]


def test_a_run_killed_at_random_moments_ends_bit_identical(tmp_path: Path) -> None:
    recipe = tiny_file(tmp_path, "train.steps=80", "evaluate.every=40", "train.ema=0.98")
    results = killed(tmp_path, "--recipe", str(recipe), "--kills", "3", "--seed", "1")
    assert results["identical"] == len(results["kills"]) == 3
    assert results["identical_at_the_end"]


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_compiled_run_killed_twenty_times_ends_bit_identical(tmp_path: Path) -> None:
    results = killed(tmp_path, "train.batch=8", timeout=1800)
    assert results["identical"] == len(results["kills"]) == 20
    assert results["identical_at_the_end"]
