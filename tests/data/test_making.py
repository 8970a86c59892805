"""Shards are made in processes of their own, and made again to the byte; what cannot be made is told."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from cogling import processes
from cogling.data.making import Report, make, make_all, plan, rebuild
from cogling.data.shards import Header, Shard, find
from cogling.errors import CoglingError
from cogling.tasks import get_task


def shard_of(header: Header, folder: Path, content: bytes) -> Shard:
    (folder / header.name_of(content)).write_bytes(content)
    return next(shard for shard in find(folder) if shard.first == header.first)


def ends(headers: list[Header], workers: int = 1) -> list[Report]:
    return [report for report in make_all(headers, workers) if report.ended]


def test_a_plan_fills_what_is_missing(tmp_path: Path) -> None:
    task = get_task("addition")

    def ranges(n: int, held: list[Shard]) -> list[tuple[int, int]]:
        return [(h.first, h.first + h.count) for h in plan(task, 1, 3, n, 10, held)]

    assert ranges(25, []) == [(0, 10), (10, 20), (20, 25)]
    held = [Shard(tmp_path, "addition", 1, 3, first, end) for first, end in ((20, 25), (4, 10))]
    assert ranges(25, held) == [(0, 4), (10, 20)]
    assert ranges(40, held) == [(0, 4), (10, 20), (25, 35), (35, 40)]
    assert ranges(7, held) == [(0, 4)]
    others = [Shard(tmp_path, *of, 0, 25) for of in (("order", 1, 3), ("addition", 0, 3), ("addition", 1, 4))]
    assert ranges(25, others) == ranges(25, [])


def test_any_number_of_processes_makes_the_same_shards() -> None:
    headers = [h for name in ("addition", "order") for h in plan(get_task(name), 1, 0, 30, 10, [])]
    for workers in (1, 3):
        made = {report.header: report.content for report in ends(headers, workers)}
        assert made == {header: make(header) for header in headers}


def test_a_shard_is_made_again_to_the_byte_though_its_task_draws_from_sets(tmp_path: Path) -> None:
    pytest.importorskip("reasoning_gym")
    (header,) = plan(get_task("gym.isomorphic_strings"), 2, 0, 5, 10, [])
    assert header.library is not None
    (report,) = ends([header])
    assert report.content is not None
    rebuild(shard_of(header, tmp_path, report.content))


def test_a_shard_that_is_made_otherwise_now_says_why(tmp_path: Path) -> None:
    (header,) = plan(get_task("addition"), 0, 0, 2, 10, [])
    steps_lost = make(header).replace(b'"steps": ["', b'"steps": ["0", "', 1)
    with pytest.raises(CoglingError, match="cannot be made again: its task has changed since"):
        rebuild(shard_of(header, tmp_path, steps_lost))
    older = header.model_copy(update={"cogling": "0.0.1", "first": 2})
    content = make(older).replace(b'"steps": ["', b'"steps": ["0", "', 1)
    with pytest.raises(CoglingError, match=r"cannot be made again: it was made by cogling 0\.0\.1; delete"):
        rebuild(shard_of(older, tmp_path, content))


def test_what_cannot_be_made_is_an_error_of_its_shard_alone() -> None:
    good, other = plan(get_task("addition"), 0, 0, 4, 2, [])
    bad = other.model_copy(update={"task": "adition"})
    reports = {report.header: report for report in ends([bad, good])}
    assert "unknown task 'adition'" in str(reports[bad].error)
    assert reports[good].content == make(good)


def test_what_is_passed_over_is_counted_by_its_reason() -> None:
    pytest.importorskip("reasoning_gym")
    (header,) = plan(get_task("gym.jugs"), 0, 0, 6, 6, [])
    (report,) = ends([header])
    assert report.content is not None
    failures = get_task("gym.jugs").failures  # type: ignore[attr-defined]
    failures.clear()
    make(header)
    assert report.failures == failures
    assert failures


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
def test_a_process_that_dies_is_an_error_that_names_its_shard(monkeypatch: pytest.MonkeyPatch) -> None:
    pids: list[int] = []

    class Watched(processes.Process):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            pids.append(self.pid)

    monkeypatch.setattr(processes, "Process", Watched)
    reports = make_all(plan(get_task("addition"), 0, 0, 10**6, 10**6 // 2, []), 2)
    next(reports)
    os.kill(pids[0], signal.SIGKILL)
    with pytest.raises(CoglingError, match=r"made addition.rung0.seed0.\d+-\d+ ended with exit code -9"):
        for _ in reports:
            pass
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_imports_no_torch() -> None:
    import subprocess
    import sys

    code = "import sys, cogling.data.making; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
