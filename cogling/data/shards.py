"""Shards: training problems with their traces, made ahead, since some tasks take a second for one.

A shard is a .jsonl file of the problems of one task on one rung: a header, then a problem a line. They are
the problems that `cogling.tasks.sample.draw` gives for the header's seed and numbers, so that a shard can be
made again from its header, to the byte. Its name says what it holds and the hash of its content:

    gym.lcm.rung2.seed0.0-200.8f14e45fceea167a.jsonl
"""

from __future__ import annotations

import hashlib
import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cogling.errors import CoglingError
from cogling.tasks.base import Problem
from cogling.tasks.gym import PREFIX
from cogling.tasks.sample import split_of

NAME = re.compile(
    r"(?P<task>.+)\.rung(?P<rung>\d+)\.seed(?P<seed>\d+)\.(?P<first>\d+)-(?P<end>\d+)\.[0-9a-f]{16}"
)

Count = Annotated[int, Field(ge=0)]


class Damaged(CoglingError):
    """A shard that is not as it was written."""


class Header(BaseModel):
    """What a shard holds: problems number `first` to `first + count - 1` of a task, a seed and a rung.

    split: training draws from no other, so there are shards of no other. meta: whether they keep what
    scoring needs. cogling, library: the versions that made them (library: of reasoning-gym, for its tasks).
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["cogling-problems-1"] = "cogling-problems-1"
    task: str
    split: Literal["train"] = "train"
    seed: Count
    rung: Count
    first: Count
    count: Annotated[int, Field(ge=1)]
    meta: bool = False
    cogling: str
    library: str | None

    def label(self) -> str:
        return f"{self.task}.rung{self.rung}.seed{self.seed}.{self.first}-{self.first + self.count}"

    def name_of(self, content: bytes) -> str:
        """The name of the shard with that content."""
        return f"{self.label()}.{digest(content)}.jsonl"


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard's file, and what its name says: problems `first` to `end - 1`."""

    path: Path
    task: str
    rung: int
    seed: int
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first

    def content(self) -> bytes:
        """Raises Damaged where it is not what it was when it was written."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise CoglingError(f"cannot read {self.path}: {error.strerror or error}") from error
        if digest(content) != self.path.stem[-16:]:
            raise self.damaged("its content is not what its name says")
        return content

    def header(self, content: bytes) -> Header:
        try:
            header = Header.model_validate_json(content.partition(b"\n")[0])
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"])) or "header"
            raise self.damaged(f"{where}: {first['msg'][:1].lower()}{first['msg'][1:]}") from None
        if header.name_of(content) != self.path.name:
            raise self.damaged("its header is not what its name says")
        return header

    def check(self) -> Header:
        """Raises Damaged where it is not as its name says, or holds what training must not see."""
        content = self.content()
        header = self.header(content)
        lines = content.split(b"\n")[1:-1]
        if len(lines) != len(self):
            raise self.damaged(f"it holds {len(lines)} problems")
        for place, line in enumerate(lines):
            problem = self.problem(line)
            if is_held_back(problem):
                raise self.damaged(f"problem {self.first + place} is kept for evaluation")
        return header

    def problem(self, line: bytes) -> Problem:
        try:
            found = json.loads(line)
            question, steps, answer = found["question"], tuple(found["steps"]), found["answer"]
            if not all(isinstance(text, str) for text in (question, *steps, answer)):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            raise self.damaged("a line is no problem") from None
        return Problem(self.task, question, steps, answer, found.get("meta", {}))

    def damaged(self, why: str) -> Damaged:
        return Damaged(
            f"shard {self.path} is damaged: {why}; delete it, or make it anew with `cogling data problems`"
        )


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def is_held_back(problem: Problem) -> bool:
    """Whether a problem is one that evaluation may ask, here or in the published one of reasoning-gym."""
    if split_of(problem) != "train":
        return True
    if not problem.task.startswith(PREFIX):
        return False
    from cogling.tasks.gym import published

    return published.holds(problem.task.removeprefix(PREFIX), problem.question)


def find(folder: Path) -> list[Shard]:
    """The shards in a folder, by name. Raises CoglingError without the folder, or for a stranger in it."""
    try:
        paths = sorted(path for path in folder.iterdir() if path.suffix == ".jsonl" and path.name[0] != ".")
    except FileNotFoundError:
        raise CoglingError(f"no folder {folder}; shards are made with `cogling data problems`") from None
    except OSError as error:
        raise CoglingError(f"cannot read the folder {folder}: {error.strerror or error}") from error
    shards = []
    for path in paths:
        named = NAME.fullmatch(path.stem)
        if named is None or int(named["first"]) >= int(named["end"]):
            raise CoglingError(f"{path} is no shard of `cogling data problems`; keep it in another folder")
        numbers = (int(named[part]) for part in ("rung", "seed", "first", "end"))
        shards.append(Shard(path, named["task"], *numbers))
    return shards


class Shards:
    """The problems of a folder, by task and rung. A shard is checked when first it is read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.groups: dict[tuple[str, int], list[Shard]] = {}
        for shard in find(folder):
            self.groups.setdefault((shard.task, shard.rung), []).append(shard)
        self._starts: dict[Path, array[int]] = {}

    def check(self, tasks: list[str]) -> list[str]:
        """The names of all shards of these tasks. Raises CoglingError for a damaged one, or without any."""
        shards = [shard for group in self.groups.values() for shard in group if shard.task in tasks]
        if not shards:
            raise CoglingError(
                f"data.shards: {self.folder} holds no problems of this recipe's tasks; "
                "make them with `cogling data problems`"
            )
        for shard in shards:
            shard.check()
        return sorted(shard.path.name for shard in shards)

    def pick(self, task: str, rung: int, number: int) -> Problem | None:
        """One of the problems of a task on a rung, the same for the same number; None where there are none.

        Raises Damaged where it lies in a damaged shard.
        """
        shards = self.groups.get((task, rung))
        if shards is None:
            return None
        place = number % sum(map(len, shards))
        for shard in shards:
            if place < len(shard):
                return shard.problem(self._line(shard, place))
            place -= len(shard)
        raise AssertionError("the place is within the shards")

    def _line(self, shard: Shard, place: int) -> bytes:
        if shard.path not in self._starts:
            content = shard.content()
            shard.header(content)
            self._starts[shard.path] = array("q", _line_starts(content))
        with open(shard.path, "rb") as file:
            file.seek(self._starts[shard.path][place + 1])
            return file.readline()


def _line_starts(content: bytes) -> Iterator[int]:
    start = 0
    for line in content.split(b"\n")[:-1]:
        yield start
        start += len(line) + 1
