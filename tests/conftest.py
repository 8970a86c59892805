"""What all tests share: a tiny model that has been grown for real."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# On cores that others use, too, time says nothing about a test.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(autouse=True)
def _denormals_as_before() -> Iterator[None]:
    """`Compute` has the whole process flush denormals to zero, where hypothesis makes no floats."""
    yield
    if "torch" in sys.modules:
        sys.modules["torch"].set_flush_denormal(False)


@pytest.fixture(scope="session")
def _grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from cogling.grow import train
    from tests.tiny import Silent, tiny

    recipe = tiny("checkpoint.keep=4")
    folder = tmp_path_factory.mktemp("grown") / "run"
    train(recipe, out=folder, display=Silent(recipe))
    return folder


@pytest.fixture
def grown(_grown: Path, tmp_path: Path) -> Path:
    """A finished run of `tests.tiny.TINY` with all its checkpoints, to be changed at will."""
    return Path(shutil.copytree(_grown, tmp_path / "grown"))
