"""Packing loses nothing, changes no order, and lets no document lie over another."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.data.batch import Batch, Document, pack
from cogling.data.worker import read_batch, write_batch
from cogling.errors import CoglingError

PAD = 0
LENGTH = 12


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """Documents of all lengths, each with ids and weights of its own."""
    sizes = draw(st.lists(st.integers(2, LENGTH + 1), max_size=12))
    made, next_id = [], 1
    for number, size in enumerate(sizes):
        ids = list(range(next_id, next_id + size))
        made.append(Document(ids, [1 / i for i in ids[1:]], number % 3 - 1))
        next_id += size
    return made


def unpacked(batch: Batch) -> list[tuple[list[int], list[int], list[float], int]]:
    """(inputs, targets, weights, task) of each document of a batch; checks that each lies in one piece."""
    found = []
    for number, task in enumerate(batch.tasks.tolist()):
        rows, columns = np.nonzero(batch.documents == number)
        assert len(set(rows.tolist())) == 1
        assert columns.tolist() == list(range(columns[0], columns[0] + len(columns)))
        place = (rows, columns)
        assert batch.positions[place].tolist() == list(range(len(columns)))
        parts = (batch.tokens[place], batch.targets[place], batch.weights[place])
        found.append((*(part.tolist() for part in parts), task))
    return found


def given_as(document: Document) -> tuple[list[int], list[int], list[float], int]:
    weights = np.array(document.weights, np.float32).tolist()
    return document.ids[:-1], document.ids[1:], weights, document.task


@given(documents())
def test_with_room_for_all_every_token_is_there_once_and_in_order(made: list[Document]) -> None:
    batch = pack(made, rows=max(1, len(made)), length=LENGTH, pad_id=PAD)
    assert sorted(unpacked(batch)) == sorted(map(given_as, made))
    padding = batch.documents == len(made)
    assert padding.sum() == padding.size - sum(map(len, made))
    assert (batch.tokens[padding] == PAD).all()
    assert (batch.weights[padding] == 0).all()


@given(documents(), st.integers(1, 4))
def test_without_room_documents_are_left_out_whole(made: list[Document], rows: int) -> None:
    batch = pack(made, rows, LENGTH, PAD)
    assert batch.tokens.shape == (rows, LENGTH)
    packed, offered = unpacked(batch), list(map(given_as, made))
    for one in packed:
        offered.remove(one)
    free = [int((batch.documents[row] == len(packed)).sum()) for row in range(rows)]
    assert all(len(left[0]) > max(free) for left in offered)  # each one left out fits nowhere


def test_rows_are_filled_well() -> None:
    rng = np.random.default_rng(0)
    made = [Document(list(range(size + 1)), [1.0] * size) for size in rng.integers(10, 90, 200)]
    rows = sum(map(len, made)) // 256
    batch = pack(made, rows, 256, PAD)
    assert (batch.documents < len(batch.tasks)).mean() > 0.98


@given(documents())
def test_a_batch_crosses_a_pipe_unchanged(made: list[Document]) -> None:
    batch = pack(made, 3, LENGTH, PAD)
    stream = io.BytesIO()
    write_batch(stream, batch)
    write_batch(stream, batch)
    stream.seek(0)
    for _ in range(2):
        for name, array in read_batch(stream).arrays().items():
            assert array.dtype == batch.arrays()[name].dtype
            np.testing.assert_array_equal(array, batch.arrays()[name])
    with pytest.raises(EOFError):
        read_batch(stream)


def test_a_cut_off_batch_and_an_error_are_told_apart() -> None:
    stream = io.BytesIO()
    write_batch(stream, pack([], 1, LENGTH, PAD))
    with pytest.raises(EOFError):
        read_batch(io.BytesIO(stream.getvalue()[:-1]))
    with pytest.raises(CoglingError, match="no room"):
        read_batch(io.BytesIO(b'{"error": "no room"}\n'))
