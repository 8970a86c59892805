"""The loader gives the batches of its requests, in order, whatever the workers, and says if one dies."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest

from cogling.data.batch import Batch
from cogling.data.loader import Loader
from cogling.data.sources import ProblemSource
from cogling.errors import CoglingError
from cogling.train.run import make_tokenizer
from tests.tiny import tiny

MIXES = [{"weights": [1.0, 1.0, 1.0], "rungs": [rung] * 3} for rung in range(3)]


def assert_same(a: Batch, b: Batch) -> None:
    for name, array in a.arrays().items():
        np.testing.assert_array_equal(array, b.arrays()[name])


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_batches_come_in_the_order_of_requests_as_made_in_this_process(workers: int) -> None:
    recipe = tiny(f"data.workers={workers}")
    text = make_tokenizer(recipe)
    here = ProblemSource(recipe, text)
    indices = [0, 1, 2, 3, 9, 4, 40, 5]  # after a rollback numbers jump
    with Loader(recipe, text) as loader:
        for index in indices:
            loader.request(index, "reason", MIXES[index % 3])
        for index in indices[:3]:
            assert_same(loader.next(), here.batch(index, MIXES[index % 3]))
        under_way = loader.state()
        assert [request["index"] for request in under_way] == indices[3:]
        loader.restore([*under_way, {"index": 7, "stage": "reason", "mix": MIXES[0]}])
        for index in [*indices[3:], 7]:
            expected = MIXES[index % 3] if index != 7 else MIXES[0]
            assert_same(loader.next(), here.batch(index, expected))
        assert loader.state() == []
        assert loader.waited > 0


def processes(loader: Loader) -> list[int]:
    return [worker.pid for worker in loader._workers]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs signals")
@pytest.mark.parametrize("when", ["waiting", "sending"])
def test_a_worker_that_dies_is_an_error_and_no_hang(when: str) -> None:
    recipe = tiny()
    with Loader(recipe, make_tokenizer(recipe)) as loader:
        if when == "waiting":
            loader.request(0, "reason", MIXES[0])
            loader.next()
        (pid,) = processes(loader)
        os.kill(pid, signal.SIGKILL)
        start = time.monotonic()

        def use() -> None:
            for index in range(100):
                loader.request(index, "reason", MIXES[0])
                loader.next()

        with pytest.raises(CoglingError, match=r"a data worker ended with exit code -9.*cogling resume"):
            use()
        assert time.monotonic() - start < 5


def test_a_workers_own_error_comes_through_and_it_goes_on() -> None:
    text = make_tokenizer(tiny())
    short = tiny("train.length=8")
    with Loader(short, text) as loader:
        for index in (0, 1):
            loader.request(index, "reason", MIXES[0])
        for _ in range(2):
            with pytest.raises(CoglingError, match=r"raise train.length"):
                loader.next()


def test_leaving_ends_the_workers() -> None:
    recipe = tiny("data.workers=2")
    with Loader(recipe, make_tokenizer(recipe)) as loader:
        loader.request(0, "reason", MIXES[0])
        pids = processes(loader)
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_worker_imports_no_torch() -> None:
    import subprocess
    import sys

    code = "import sys, cogling.data.worker; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
