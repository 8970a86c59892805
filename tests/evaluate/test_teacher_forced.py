"""A worked reply is read as the model would write it, token by token."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest
import torch

from cogling.evaluate.teacher_forced import Kind, Line, by_kind, read_reply, shape
from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.tasks import get_task
from cogling.tasks.sample import draw_distinct
from cogling.text.chat import reply_parts
from cogling.text.tokenizer import Tokenizer
from tests.tiny import tiny, tokenizer

PROBLEM = draw_distinct(get_task("addition"), "iid", 3, 1)[0]


@pytest.fixture(scope="module")
def made() -> tuple[Decoder, Tokenizer]:
    words = tokenizer(tiny())
    torch.manual_seed(7)
    config = DecoderConfig(
        words.vocab_size, context=256, depth=2, width=32, heads=2, kv_heads=2, head_width=16, mlp_width=64
    )
    return Decoder(config).eval(), words


def test_a_slip_is_where_the_next_token_would_be_another(made: tuple[Decoder, Tokenizer]) -> None:
    decoder, words = made
    prompt = words.encode_prompt(PROBLEM.question)
    reply = words.encode_parts(reply_parts(PROBLEM.steps, PROBLEM.answer))
    with torch.inference_mode():
        begun = [torch.tensor([prompt + reply[:i]]) for i in range(len(reply))]
        written = [int(decoder(tokens_1T)[0, -1].argmax()) for tokens_1T in begun]
    reading = read_reply(decoder, words, PROBLEM)
    assert reading is not None
    assert reading.tokens == len(reply)
    expected = [i for i, token in enumerate(reply) if written[i] != token]
    assert [slip.place for slip in reading.slips] == expected
    assert [slip.written for slip in reading.slips] == [words.decode([written[i]]) for i in expected]
    slip = reading.slips[len(expected) // 2]
    assert slip.worked == words.decode([reply[slip.place]])
    whole = words.decode(reply)
    assert slip.before + slip.worked + slip.after in whole


def test_each_slip_stands_in_one_line_which_is_a_step_or_the_answer(made: tuple[Decoder, Tokenizer]) -> None:
    reading = read_reply(*made, PROBLEM)
    assert reading is not None
    assert tuple(line.text for line in reading.lines) == (*PROBLEM.steps, PROBLEM.answer)
    assert sum(line.tokens for line in reading.lines) == reading.tokens
    ends = list(accumulate(line.tokens for line in reading.lines))
    for line, begin, end in zip(reading.lines, [0, *ends], ends, strict=False):
        assert line.slips == sum(begin <= slip.place < end for slip in reading.slips)
    assert [line.kind for line in reading.lines] == [*map(shape, PROBLEM.steps), "answer"]


def test_lines_are_summed_up_by_kind_with_most_slips_first() -> None:
    lines = [
        Line("a", "b1", 4, 0),
        Line("move", "move,b", 7, 2),
        Line("a", "c2", 5, 1),
        Line("a", "d3", 3, 0),
    ]
    assert by_kind(lines) == [
        Kind("move,b", lines=1, with_slips=1, tokens=7, slips=2),
        Kind("b1", lines=3, with_slips=1, tokens=12, slips=1),
    ]


@pytest.mark.parametrize(
    "alike",
    [
        ["move,c>d,e>f,right,1y", "move,-n"],
        ["1. If the string ends with 'ba'", "12. If the string prefix is 'ab'"],
        ["a15-7-0=08;8", "c9-12-1=3;11108"],
        ["a0b0(c7d7)e0", "a4(b1)c0d0e5", "a0(b2c2)d0e0(f3)g0"],
        ["157*157", "2747070*43"],
        ["d b c c a", "e a", "f a b c d"],
    ],
)
def test_steps_of_one_kind_have_one_shape(alike: list[str]) -> None:
    assert len({shape(line) for line in alike}) == 1


def test_other_signs_are_another_shape() -> None:
    assert len({shape(line) for line in ["7+5", "7-5", "7", "=7", "a7", "root 7", "seen"]}) == 7


def test_what_cannot_be_read_is_none(made: tuple[Decoder, Tokenizer]) -> None:
    assert read_reply(*made, replace(PROBLEM, steps=())) is None
    assert read_reply(*made, replace(PROBLEM, steps=PROBLEM.steps * 100)) is None
