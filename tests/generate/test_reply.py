"""Transcripts: what a stream gives out and what a stop string leaves, for any tokens a model may write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.generate.reply import Transcript
from cogling.text.chat import Completion
from tests.generate.models import BYTES

TOKENS = st.lists(
    st.sampled_from([0, 2, 3, 4, 5, *BYTES.encode("ab \n<|é€"), 6 + 0xE2, 6 + 0x82, 6 + 0xFF]), max_size=30
)
STOPS = st.lists(st.text("ab \n<é€", min_size=1, max_size=3), max_size=2)
THINK, END_THINK = BYTES.think_id, BYTES.end_think_id


@given(TOKENS)
def test_without_stops_a_transcript_reads_as_the_tokenizer_does(tokens: list[int]) -> None:
    transcript = Transcript(BYTES)
    given_out = []
    for token in tokens:
        transcript.feed(token)
        given_out += transcript.take()
    transcript.finish()
    given_out += transcript.take()
    assert transcript.text == BYTES.decode(tokens)
    assert "".join(piece.text for piece in given_out) == transcript.text
    completion = BYTES.decode_reply(tokens)
    assert transcript.completion() == completion
    thought = "".join(piece.text for piece in given_out if piece.part == "thought")
    assert thought.strip("\n") == (completion.thought or "")


@given(TOKENS, STOPS)
def test_text_ends_before_the_stop_string_that_was_complete_first(
    tokens: list[int], stops: list[str]
) -> None:
    transcript = Transcript(BYTES, stops)
    given_out, count = "", 0
    for token in tokens:
        count += 1
        transcript.feed(token)
        given_out += "".join(piece.text for piece in transcript.take())
        if transcript.stopped:
            break
    transcript.finish()
    given_out += "".join(piece.text for piece in transcript.take())
    assert given_out == transcript.text
    # In whole characters: what a decoder that is still waiting for bytes has not given out is not text yet.
    whole = BYTES.decode(tokens)
    hits = [whole.find(stop) for stop in stops if stop in whole]
    if transcript.stopped:
        assert transcript.text in {whole[:hit] for hit in hits}
        assert not any(stop in transcript.text for stop in stops)
        assert not any(stop in BYTES.decode(tokens[: count - 1]) for stop in stops)
    else:
        assert not hits
        assert transcript.text == whole


@pytest.mark.parametrize(
    ("stop", "completion"),
    [
        ("2", Completion("1\n", "")),
        ("4", Completion("1\n2", "3")),
        ("<|/think|>", Completion("1\n2", "")),
        ("think|>3", Completion("1\n2", "")),
        ("<|think", Completion(None, "")),
    ],
)
def test_a_stop_string_leaves_thought_and_answer_as_far_as_they_came(
    stop: str, completion: Completion
) -> None:
    transcript = Transcript(BYTES, [stop])
    for token in [THINK, *BYTES.encode("1\n2"), END_THINK, *BYTES.encode("345")]:
        transcript.feed(token)
        if transcript.stopped:
            break
    assert transcript.stopped
    expected = completion.thought
    assert transcript.completion() == Completion(
        expected.strip("\n") if expected is not None else None, completion.answer
    )


def test_text_that_may_become_a_stop_string_is_held_back_until_it_is_none() -> None:
    transcript = Transcript(BYTES, ["abc"])
    taken = []
    for token in BYTES.encode("xabaabd"):
        transcript.feed(token)
        taken.append("".join(piece.text for piece in transcript.take()))
    assert taken == ["x", "", "", "ab", "a", "", "abd"]


def test_a_marker_that_the_model_spells_out_is_text() -> None:
    transcript = Transcript(BYTES)
    for token in [THINK, *BYTES.encode("<|/think|>7")]:
        transcript.feed(token)
    transcript.finish()
    assert transcript.completion() == Completion("<|/think|>7", "")
    assert {piece.part for piece in transcript.take()} == {"marker", "thought"}
