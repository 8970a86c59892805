"""The questions of the published evaluation, by their hashes: none of them may enter training.

`published.json` is written by `python -m cogling.tasks.gym.published`, for the tasks and settings in
`levels.json`; questions take seconds to minutes to make, so their hashes are kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from functools import cache
from importlib import resources
from pathlib import Path

from cogling.errors import CoglingError
from cogling.hashing import fix_hashes
from cogling.tasks.gym import library

_BYTES = 6


def holds(task: str, question: str) -> bool:
    """Whether the published evaluation asks this question of the task, in either setting."""
    return _hash(question) in _hashes().get(task, frozenset())


def _hash(question: str) -> bytes:
    """Of the question without regard to spacing, as `cogling.tasks.sample.split_of` has it."""
    return hashlib.blake2b(" ".join(question.split()).encode(), digest_size=_BYTES).digest()


@cache
def _hashes() -> dict[str, frozenset[bytes]]:
    text = resources.files("cogling.tasks.gym").joinpath("published.json").read_text("utf-8")
    found = {}
    for task, packed in json.loads(text).items():
        data = base64.b64decode(packed)
        found[task] = frozenset(data[i : i + _BYTES] for i in range(0, len(data), _BYTES))
    return found


def main() -> None:
    """Writes `published.json` anew, naming what the library cannot make."""
    packed: dict[str, str] = {}
    for task, settings in library.levels().items():
        hashes: set[bytes] = set()
        for name in library.SETTINGS:
            if name not in settings:
                continue
            try:
                hashes |= {_hash(entry["question"]) for entry in library.published(task, name)}
            except CoglingError:
                raise
            except Exception as error:  # a generator of the library may raise anything
                print(f"{task} {name}: {type(error).__name__}: {error}", file=sys.stderr)
        packed[task] = base64.b64encode(b"".join(sorted(hashes))).decode()
    lines = ",\n".join(f"  {json.dumps(task)}: {json.dumps(data)}" for task, data in packed.items())
    Path(__file__).with_suffix(".json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    fix_hashes()
    main()
