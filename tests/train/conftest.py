"""Training sets things for the whole process; other tests must not notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cogling.train.run import torch_as_before


@pytest.fixture(autouse=True)
def _torch_as_before() -> Iterator[None]:
    with torch_as_before():
        yield
