"""Processes that ask parts of an evaluation are given more when they say so, and let go when none is left."""

from __future__ import annotations

import os
from typing import Any

import pytest
import torch

from cogling.errors import CoglingError
from cogling.evaluate import workers
from cogling.evaluate.part import Asking, Part
from cogling.evaluate.workers import Workers
from tests.generate.models import random_decoder

PARTS: list[Part] = [(f"task {i}", "hard") for i in range(5)]


class Scripted:
    """A process that finishes a part as soon as it has it, asks for more, and is gone once it is done."""

    dies_at: Part | None = None

    def __init__(self, module: str, said: Any, read: Any, variables: Any = None) -> None:
        self.said = said

    def send(self, message: dict[str, Any]) -> None:
        if "engine" in message:
            self.say({"more": True})
        elif message["part"] is None:
            self.say({"end": True}, EOFError())
        elif message["part"] == self.dies_at:
            self.say(EOFError())
        else:
            part = message["part"]
            self.say(
                {"part": part, "share": 0.5}, {"part": part, "key": part[0], "found": {}}, {"more": True}
            )

    def say(self, *messages: Any) -> None:
        for message in messages:
            self.said.put((self, message))

    def exit_code(self, timeout: float) -> int:
        return 9

    def stop(self) -> None: ...


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "Process", Scripted)


@pytest.mark.parametrize("count", [1, 2, 3, 9])
def test_every_part_is_asked_once_by_any_number_of_processes(count: int) -> None:
    told: list[tuple[str, str, float]] = []
    found = list(Workers("m", count).ask(PARTS, Asking(2, 0), progress=lambda *what: told.append(what)))
    assert sorted(found) == [(part, part[0], {}) for part in PARTS]
    assert sorted(told) == [(*part, 0.5) for part in PARTS]


def test_a_process_that_dies_is_told_with_the_parts_it_had(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Scripted, "dies_at", PARTS[2])
    with pytest.raises(CoglingError, match=r"that asked task 2 hard ended with exit code 9.*fewer --workers"):
        list(Workers("m", 1).ask(PARTS, Asking(2, 0)))


@pytest.mark.parametrize(("memory", "count"), [(None, 3), (1, 1), (5, 1), (7, 2), (100, 3)])
def test_no_more_processes_than_cores_and_than_memory_has_room_for(
    memory: float | None, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoder = random_decoder(context=64)
    cache = 2 * 16 * decoder.config.passes * 4 * 64 * 8 * 2  # keys and values of 16 rows of 64 slots
    installed = None if memory is None else int(memory * cache)
    monkeypatch.setattr(workers, "installed", lambda: installed)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {0, 1, 2}, raising=False)
    assert workers.fitting(decoder, 16, torch.bfloat16) == count
