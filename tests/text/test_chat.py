"""The chat format takes apart what it put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.text import chat

PLAIN = st.text(st.characters(exclude_characters="<|>\n", exclude_categories=("Cs",)), min_size=1)


def joined(parts):
    return "".join(text for text, _ in parts)


def test_prompt_ends_where_the_model_is_to_write():
    parts = chat.prompt_parts([("user", "2 + 2?")])
    assert parts == [(chat.USER, True), ("2 + 2?", False), (chat.ASSISTANT, True)]


def test_earlier_replies_are_closed_by_the_end_marker():
    parts = chat.prompt_parts([("user", "hi"), ("assistant", "hello"), ("user", "2 + 2?")])
    assert joined(parts) == "<|user|>hi<|assistant|>hello<|end|><|user|>2 + 2?<|assistant|>"


def test_unknown_role_is_refused():
    with pytest.raises(ValueError, match="unknown role 'system'"):
        chat.prompt_parts([("system", "be kind")])


@given(st.lists(PLAIN.filter(str.strip)), PLAIN)
def test_reply_round_trip(steps, answer):
    completion = chat.parse_reply(joined(chat.reply_parts(steps, answer)))
    assert completion.steps == steps
    assert completion.thought == ("\n".join(steps) if steps else None)
    assert completion.answer == answer.strip()


def test_reply_without_thought():
    assert chat.parse_reply(" 4 <|end|>") == chat.Completion(None, "4")


def test_unclosed_thought_is_no_answer():
    assert chat.parse_reply("<|think|>2 + 2 = 4\nso 4") == chat.Completion("2 + 2 = 4\nso 4", "")


def test_nothing_after_the_end_marker_counts():
    assert chat.parse_reply("4<|end|><|user|>5") == chat.Completion(None, "4")


def test_blank_lines_are_no_steps():
    assert chat.Completion("a\n\n  \nb\n", "").steps == ["a", "b"]


def test_special_tokens_are_distinct_and_spelled_alike():
    assert len(set(chat.SPECIAL_TOKENS)) == 6
    assert all(token.startswith("<|") and token.endswith("|>") for token in chat.SPECIAL_TOKENS)


def test_an_answer_that_the_last_step_spells_is_spelled_too() -> None:
    marker = (chat.END, True)
    assert chat.reply_parts(["x", "; c a b"], "cab")[3:] == [("c", False), ("a", False), ("b", False), marker]
    assert chat.reply_parts(["x", "= cab"], "cab")[3:] == [("cab", False), marker]
    assert chat.reply_parts([], "cab") == [("cab", False), marker]
