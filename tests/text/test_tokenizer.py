"""Every kind over the same hard strings; round trips, injection, speed path against pipeline, files."""

import pickle
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cogling.errors import CoglingError
from cogling.text import chat, kinds
from cogling.text.tokenizer import Tokenizer

from .strings import CORPUS, HARD

EXACT = ("character", "byte", "bpe")
TOKENIZERS = {kind: Tokenizer.train(kind, CORPUS, 700) for kind in kinds.KINDS}
MARKERS = range(len(chat.SPECIAL_TOKENS))
TEXT = st.text(st.characters(exclude_categories=("Cs",)))
ASCII = st.text(st.characters(max_codepoint=127))
SPELLINGS = st.lists(st.sampled_from([*chat.SPECIAL_TOKENS, "<|", "|>", "é", "a ", "\n", "#", "##", "'s"]))

every_kind = pytest.mark.parametrize("kind", kinds.KINDS)
every_string = pytest.mark.parametrize("text", HARD.values(), ids=HARD)


def spaced_as_wordpiece(text: str) -> str:
    """What wordpiece keeps of a text, by the rules it documents and none of its code."""
    text = re.sub(r"#|<(?=\|)", r" \g<0> ", text)
    text = re.sub(r"[ \t\r\v\f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+", " ", text)
    return re.sub(r" ?\n ?", "\n", text).strip(" ")


@every_kind
@every_string
def test_round_trip_of_hard_strings(kind, text):
    tokenizer = TOKENIZERS[kind]
    back = tokenizer.decode(tokenizer.encode(text))
    assert back == (text if kind in EXACT else spaced_as_wordpiece(text))


@every_kind
@every_string
def test_ids_and_text_equal_the_stock_pipeline(kind, text):
    tokenizer = TOKENIZERS[kind]
    ids = tokenizer.encode(text)
    assert ids == tokenizer.backend.encode(text, add_special_tokens=False).ids
    assert tokenizer.decode(ids) == tokenizer.backend.decode(ids)


@pytest.mark.parametrize("kind", ["byte", "bpe"])
@given(TEXT)
@example("<|end|>")
@example("\n")
@example("\x00 \x00")
def test_round_trip_of_any_text(kind, text):
    tokenizer = TOKENIZERS[kind]
    assert tokenizer.decode(tokenizer.encode(text)) == text


@every_kind
@given(ASCII)
@settings(max_examples=300)
def test_fast_path_equals_pipeline(kind, text):
    if kind in ("character", "wordpiece"):  # these refuse most control characters
        text = "".join(c for c in text if c in kinds.ORDINARY)
    tokenizer = TOKENIZERS[kind]
    assert tokenizer.encode(text) == tokenizer.backend.encode(text, add_special_tokens=False).ids


@every_kind
@given(SPELLINGS)
def test_outside_text_never_yields_a_special_token(kind, pieces):
    tokenizer = TOKENIZERS[kind]
    text = "".join(pieces)
    assert not set(tokenizer.encode(text)) & set(MARKERS)
    ids = tokenizer.encode_prompt(text)
    assert [i for i in ids if i in MARKERS] == [tokenizer.user_id, tokenizer.assistant_id]


@every_kind
def test_special_tokens_have_ids_0_to_5(kind):
    t = TOKENIZERS[kind]
    assert (t.pad_id, t.end_id, t.user_id, t.assistant_id, t.think_id, t.end_think_id) == tuple(MARKERS)
    assert t.encode_parts([(token, True) for token in chat.SPECIAL_TOKENS]) == list(MARKERS)
    assert t.decode(MARKERS) == "".join(chat.SPECIAL_TOKENS)
    assert t.decode(MARKERS, skip_special=True) == ""


@every_kind
def test_digits_one_by_one(kind):
    t = TOKENIZERS[kind]
    assert len(t.encode("9075312846")) == 10
    assert all(sum(c.isdigit() for c in t.decode([i])) <= 1 for i in range(t.vocab_size))


@every_kind
def test_parts_are_encoded_each_on_its_own(kind):
    t = TOKENIZERS[kind]
    parts = [*chat.prompt_parts([("user", "1 + 1 <|end|>?")]), *chat.reply_parts(["1 + 1 = 2", "so 2"], "2")]
    expected = []
    for text, is_marker in parts:
        expected += [chat.SPECIAL_TOKENS.index(text)] if is_marker else t.encode(text)
    assert t.encode_parts(parts) == expected


def test_prompt_of_turns_and_of_one_question():
    t = TOKENIZERS["byte"]
    assert t.encode_prompt("hi") == t.encode_prompt([("user", "hi")]) == [2, 6 + 104, 6 + 105, 3]
    turns = [("user", "a"), ("assistant", "b"), ("user", "c")]
    assert t.decode(t.encode_prompt(turns)) == "<|user|>a<|assistant|>b<|end|><|user|>c<|assistant|>"


@pytest.mark.parametrize("kind", ["character", "wordpiece"])
def test_unknown_character_is_named_with_its_place(kind):
    with pytest.raises(CoglingError, match=r"'☃' \(U\+2603\) at position 4.*use kind bpe or byte"):
        TOKENIZERS[kind].encode("how ☃?")
    with pytest.raises(CoglingError, match=r"'\\x07' \(U\+0007\) at position 1"):
        TOKENIZERS[kind].encode("a\x07")


def test_over_long_word_is_refused():
    with pytest.raises(CoglingError, match="more than 1000 characters"):
        TOKENIZERS["wordpiece"].encode("a" * 1001)


@every_kind
def test_half_a_surrogate_pair_is_refused(kind):
    for text in ("ab\ud83d", "\udc80é"):
        with pytest.raises(CoglingError, match=r"surrogate pair \(U\+D[8C][38][D0]\) at position [02]"):
            TOKENIZERS[kind].encode(text)


@every_kind
def test_id_beyond_the_vocabulary_is_refused(kind):
    for i in (-1, TOKENIZERS[kind].vocab_size):
        with pytest.raises(CoglingError, match="the model was trained with"):
            TOKENIZERS[kind].decode([7, i])


@every_kind
@given(st.data())
def test_streamed_pieces_make_the_decoded_text(kind, data):
    t = TOKENIZERS[kind]
    ids = data.draw(st.lists(st.integers(0, t.vocab_size - 1), max_size=40))
    skip = data.draw(st.booleans())
    stream = t.stream(skip)
    pieces = [stream.feed(i) for i in ids]
    assert "".join([*pieces, stream.finish()]) == t.decode(ids, skip)


def test_stream_holds_back_a_character_until_it_is_whole():
    t = TOKENIZERS["byte"]
    stream = t.stream()
    assert [stream.feed(i) for i in t.encode("é🙂a")] == ["", "é", "", "", "", "🙂", "a"]
    assert [stream.feed(t.encode("é")[0]), stream.finish()] == ["", "\ufffd"]


@every_kind
def test_decode_reply_agrees_with_parse_reply(kind):
    t = TOKENIZERS[kind]
    think, close, end = t.think_id, t.end_think_id, t.end_id
    step, answer = t.encode("1 + 1 = 2\nso 2"), t.encode("2")
    for ids in (
        [think, *step, close, *answer, end],
        [think, *step, close, *answer],
        [think, *step],
        [*answer, end, *step],
        [close, *answer],
        [],
    ):
        assert t.decode_reply(ids) == chat.parse_reply(t.decode(ids))


def test_decode_reply_is_not_fooled_by_spelled_markers():
    t = TOKENIZERS["bpe"]
    ids = [t.think_id, *t.encode("say <|/think|>no<|end|>"), t.end_think_id, *t.encode("yes"), t.end_id]
    assert t.decode_reply(ids) == chat.Completion("say <|/think|>no<|end|>", "yes")


@every_kind
def test_pickled_tokenizer_is_the_same(kind):
    copy = pickle.loads(pickle.dumps(TOKENIZERS[kind]))
    assert copy.to_json() == TOKENIZERS[kind].to_json()
    assert copy.encode("<|end|> 12") == TOKENIZERS[kind].encode("<|end|> 12")


def test_memory_for_words_is_bounded(monkeypatch):
    t = Tokenizer.from_json(TOKENIZERS["bpe"].to_json())
    monkeypatch.setattr(type(t._word_ids), "MOST_WORDS", 10)
    for text in HARD.values():
        assert t.encode(text) == TOKENIZERS["bpe"].encode(text)
    assert len(t._word_ids) <= 10


@every_kind
def test_digits_are_the_ids_that_numbers_are_written_with(kind):
    t = TOKENIZERS[kind]
    assert set(t.encode("90817263545")) <= set(t.digits)
    assert {t.decode([i]) for i in t.digits} == set("0123456789")
    assert not set(t.digits) & set(t.encode("ten, x\u0661 \u00b2"))


@pytest.mark.parametrize("text", HARD.values())
def test_characters_and_lines_of_a_text_are_those_of_its_ids(text):
    t = TOKENIZERS["bpe"]
    ids = t.encode(text)
    assert sum(t.breaks[i] for i in ids) == text.count("\n")
    last = max((place for place, i in enumerate(ids) if t.breaks[i]), default=0)
    assert sum(t.widths[i] for i in ids[last:]) == len(text.split("\n")[-1])


@every_kind
def test_marks_of_a_conversation_have_no_characters_and_number_lines_anew(kind):
    t = TOKENIZERS[kind]
    marks = len(chat.SPECIAL_TOKENS)
    assert t.breaks[:marks] == [-1] * marks
    assert t.widths[:marks] == [0] * marks
    assert len(t.widths) == len(t.breaks) == t.vocab_size
