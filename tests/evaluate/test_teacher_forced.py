"""A worked reply is read as the model would write it, token by token."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from cogling.evaluate.teacher_forced import read_reply
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


def test_what_cannot_be_read_is_none(made: tuple[Decoder, Tokenizer]) -> None:
    assert read_reply(*made, replace(PROBLEM, steps=())) is None
    assert read_reply(*made, replace(PROBLEM, steps=PROBLEM.steps * 100)) is None
