"""Requests go to processes, and what they say comes back with the number of the request."""

from __future__ import annotations

import pytest

from cogling.processes import Died, answers


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_request_is_answered_whole_and_in_its_order(count: int) -> None:
    texts = ["one", "", "three"]
    said: dict[int, list[str]] = {number: [] for number in range(len(texts))}
    for number, message in answers("tests.echo", [{"text": text} for text in texts], count):
        assert said[number][-1:] != ["end"]
        said[number].append("end" if message.get("end") else message["letter"])
        assert message.get("seed", "0") == "0"
    assert said == {number: [*text, "end"] for number, text in enumerate(texts)}


def test_no_request_needs_no_process() -> None:
    assert list(answers("tests.no_such_module", [], 3)) == []


def test_a_process_that_ends_too_early_is_told_with_its_request_and_exit_code() -> None:
    with pytest.raises(Died) as end:
        list(answers("tests.echo", [{"text": "a"}, {"text": "die"}], 1))
    assert (end.value.request, end.value.code) == (1, 3)


def test_a_module_that_cannot_be_run_is_told_at_once() -> None:
    with pytest.raises(Died) as end:
        list(answers("tests.no_such_module", [{"text": "a"}], 1))
    assert (end.value.request, end.value.code) == (0, 1)
