"""The engine against the plain loop: whatever it does to be fast must not show."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

from cogling.errors import CoglingError
from cogling.generate import batch as batch_module
from cogling.generate.batch import Batch, Row
from cogling.generate.caches import Caches
from cogling.generate.engine import Engine
from cogling.generate.sampling import Sampling, choose, stream_key, uniforms
from tests.generate.models import BYTES, plain_greedy, random_engine
from tests.generate.test_cached_decode import LINES


def questions(n: int, longest: int = 40) -> list[str]:
    rng = random.Random(5)
    return ["".join(rng.choices("abcdef 0123456789", k=rng.randint(1, longest))) + "?" for _ in range(n)]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return random_engine(seed=3, end_bias=2.5)


@pytest.fixture(scope="module")
def expected(engine: Engine) -> list[list[int]]:
    return [plain_greedy(engine, question, 30) for question in questions(40)]


@pytest.mark.parametrize("batch_size", [1, 3, 8, 64])
def test_greedy_replies_in_batches_equal_the_loop_without_a_cache(
    engine: Engine, expected: list[list[int]], batch_size: int
) -> None:
    lengths = {len(tokens) for tokens in expected}
    assert len(lengths) > 5, "rows must finish at different times for this test to mean anything"
    assert max(lengths) == 30
    replies = engine.generate(questions(40), Sampling(max_tokens=30), batch_size)
    assert [reply.tokens for reply in replies] == expected
    for reply in replies:
        ended = reply.tokens[-1] == BYTES.end_id
        assert reply.finish_reason == ("stop" if ended else "length")
        body = reply.tokens[:-1] if ended else reply.tokens
        assert reply.text == BYTES.decode(body)
        assert reply.completion == BYTES.decode_reply(reply.tokens)


def test_long_prompts_read_in_several_parts_give_the_same_replies(
    engine: Engine, expected: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch_module, "PREFILL_TOKENS", 100)
    replies = engine.generate(questions(40), Sampling(max_tokens=30), batch_size=16)
    assert [reply.tokens for reply in replies] == expected


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"positions": "learned", "loops": 2},
        {"positions": "alibi", "window": 7, "kv_heads": 2},
        {"mixer": "average", "positions": "none"},
        {"place_values": 8, "digits": tuple(range(54, 64))},
        {"runs": 5},
        {"number_places": 5, "digits": tuple(range(54, 64))},
        {"line_places": 60, "line_numbers": 4, **LINES},
        {"ngrams": 30},
    ],
)
def test_prompts_that_begin_alike_get_the_same_replies(
    changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = random_engine(seed=3, end_bias=2.5, **{"context": 200, **changes})
    # The last one ends where the others part, one goes on with the token that is shared last, and one is so
    # long that others start behind what is shared.
    starts = "what all of them begin with, to 12"
    prompts = [starts + end for end in (*questions(9), "3" * 90, "2 and 2", "3")]
    expected = [plain_greedy(engine, prompt, 12) for prompt in prompts]
    for most in (batch_module.PREFILL_TOKENS, 60):
        monkeypatch.setattr(batch_module, "PREFILL_TOKENS", most)
        replies = engine.generate(prompts, Sampling(max_tokens=12))
        assert [reply.tokens for reply in replies] == expected


def test_what_prompts_begin_with_is_read_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[int, int]] = []
    hidden = engine.decoder.hidden

    def counting(tokens_BT: torch.Tensor, **options: Any) -> torch.Tensor:
        read.append((tokens_BT.shape[0], tokens_BT.shape[1]))
        return hidden(tokens_BT, **options)

    monkeypatch.setattr(engine.decoder, "hidden", counting)
    beginning = "the beginning of all: "
    engine.generate([beginning + letter for letter in "abc"], Sampling(max_tokens=1))
    same = 1 + len(beginning)  # the marker of the user's turn comes first
    assert read == [(1, same), (3, len(engine.encode(beginning + "a")) - same)]
    read.clear()
    engine.generate(["short a", "short b"], Sampling(max_tokens=1))
    assert read == [(2, len(engine.encode("short a")))]


@pytest.mark.parametrize("positions", ["rope", "learned", "alibi"])
def test_replies_that_outgrow_the_first_cache_and_fill_the_context_equal_the_plain_loop(
    positions: str,
) -> None:
    engine = random_engine(seed=1, context=330, depth=1, positions=positions)
    prompts = questions(5)
    replies = engine.generate(prompts, Sampling(max_tokens=1000))
    assert [reply.tokens for reply in engine.generate(prompts, Sampling())] == [r.tokens for r in replies]
    for prompt, reply in zip(prompts, replies, strict=True):
        assert reply.tokens == plain_greedy(engine, prompt, 1000)
    full = [reply for reply in replies if reply.finish_reason == "length"]
    assert full
    assert all(reply.prompt_tokens + len(reply.tokens) == 330 for reply in full)


def test_rows_fill_the_context_where_one_of_them_has_left() -> None:
    engine = random_engine(seed=0, context=200, depth=1, positions="learned")
    prompts = ["x" * 190, *questions(7, longest=5)]
    replies = engine.generate(prompts, Sampling(max_tokens=1000), batch_size=8)
    assert [reply.tokens for reply in replies] == [plain_greedy(engine, p, 1000) for p in prompts]


def test_sampled_replies_do_not_depend_on_the_batch(engine: Engine) -> None:
    prompts = questions(24)
    sampling = Sampling(max_tokens=25, temperature=1.2, top_p=0.95, seed=7)
    whole = engine.generate(prompts, sampling)
    assert engine.generate(prompts, sampling, batch_size=5) == whole
    alone = [engine.generate([prompt], sampling, keys=[i])[0] for i, prompt in enumerate(prompts)]
    assert alone == whole
    streamed = [list(engine.stream(p, sampling, key=i))[-1].generated for i, p in enumerate(prompts)]
    assert streamed == whole


def test_sampled_replies_equal_the_plain_loop_with_the_same_random_numbers(engine: Engine) -> None:
    sampling = Sampling(max_tokens=20, temperature=0.9, top_k=40, repetition_penalty=1.3, seed=11)
    for index, (prompt, reply) in enumerate(
        zip(questions(6), engine.generate(questions(6), sampling), strict=True)
    ):
        ids, key = engine.encode(prompt), np.array([stream_key(11, index)], dtype=np.uint64)
        for count, token in enumerate(reply.tokens):
            with torch.inference_mode():
                logits_BV = engine.decoder(torch.tensor([ids]))[:, -1]
            seen_BV = torch.zeros_like(logits_BV, dtype=torch.bool)
            seen_BV[0, ids] = True
            uniform_B = torch.from_numpy(uniforms(key, np.array([count], dtype=np.uint64)))
            assert choose(logits_BV, sampling, seen_BV, uniform_B).item() == token
            ids.append(token)


def test_other_seeds_and_other_places_in_the_list_give_other_replies(engine: Engine) -> None:
    sampling = Sampling(max_tokens=20, temperature=1.0)
    same = engine.generate(["why?"] * 8, sampling)
    assert len({tuple(reply.tokens) for reply in same}) == 8
    other = engine.generate(["why?"] * 8, Sampling(max_tokens=20, temperature=1.0, seed=1))
    assert all(a.tokens != b.tokens for a, b in zip(same, other, strict=True))
    assert engine.generate(["why?"] * 8, sampling) == same


@pytest.mark.parametrize("temperature", [0.0, 1.3])
def test_a_stop_string_ends_the_text_before_it(engine: Engine, temperature: float) -> None:
    prompts = questions(20)
    free = engine.generate(prompts, Sampling(max_tokens=30, temperature=temperature))
    stop = free[0].text[3:5]
    cut = engine.generate(prompts, Sampling(max_tokens=30, temperature=temperature, stop=(stop, "\x00\x00")))
    assert cut[0].finish_reason == "stop"
    for a, b in zip(free, cut, strict=True):
        assert b.text == a.text.split(stop)[0]
        assert b.tokens == a.tokens[: len(b.tokens)]
        assert stop in BYTES.decode(b.tokens) or b.tokens == a.tokens


@pytest.mark.parametrize("stop", [(), ("0",), ("zq", "e")])
def test_streamed_pieces_together_are_the_text(engine: Engine, stop: tuple[str, ...]) -> None:
    sampling = Sampling(max_tokens=30, temperature=1.0, stop=stop)
    for index, prompt in enumerate(questions(6)):
        *pieces, last = engine.stream(prompt, sampling, key=index)
        assert last.generated == engine.generate([prompt], sampling, keys=[index])[0]
        assert last.text == ""
        assert "".join(piece.text for piece in pieces) == last.generated.text
        assert all(piece.text and piece.generated is None for piece in pieces)


def test_torch_is_left_as_it_was_found(engine: Engine) -> None:
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    try:
        torch.set_num_threads(2)
        for _ in engine.stream("a", Sampling(max_tokens=3, temperature=1.0)):
            assert not torch.is_inference_mode_enabled()
            assert torch.get_num_threads() == 2
        for _ in engine.as_finished(["a", "b"], Sampling(max_tokens=3)):
            assert not torch.is_inference_mode_enabled()
            assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(parameter.requires_grad for parameter in engine.decoder.parameters())


def test_progress_counts_finished_replies(engine: Engine) -> None:
    counts: list[int] = []
    engine.generate(questions(10), Sampling(max_tokens=5), batch_size=4, progress=counts.append)
    assert counts == list(range(1, 11))


def test_groups_are_read_apart_and_reply_as_ever(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[list[int]] = []
    whole = Engine._batch

    def watched(self: Engine, sampling: Sampling, rows: list[Row], caches: Caches) -> Batch:
        read.append([row.index for row in rows])
        return whole(self, sampling, rows, caches)

    monkeypatch.setattr(Engine, "_batch", watched)
    prompts, taken = questions(16), []

    def groups() -> Iterator[tuple[list[str], range]]:
        for begin, end in ((0, 5), (5, 5), (5, 10), (10, 16)):
            taken.append((begin, len(read)))
            yield prompts[begin:end], range(begin, end)

    found = dict(engine.groups_as_finished(groups(), Sampling(max_tokens=9), 4))
    assert [sorted({i // 5 for i in batch if i < 15}) for batch in read] == [[0], [0], [1], [1], [2], [2]]
    assert taken == [(0, 0), (5, 2), (5, 2), (10, 4)]  # only when there was room
    assert [found[i] for i in range(16)] == engine.generate(prompts, Sampling(max_tokens=9))


def test_no_prompts_give_no_replies(engine: Engine) -> None:
    assert engine.generate([]) == []


def test_conversations_are_prompts(engine: Engine) -> None:
    turns = [("user", "1+1?"), ("assistant", "2"), ("user", "and 1 more?")]
    assert engine.encode(turns) == BYTES.encode_prompt(turns)
    first, second = engine.generate([turns, "x"], Sampling(max_tokens=8))
    assert engine.generate([turns], Sampling(max_tokens=8)) == [first]
    assert first != second


@pytest.mark.parametrize(
    ("prompt", "message"),
    [
        ("", "empty prompt"),
        (" \n", "empty prompt"),
        ("x" * 94, r"96 tokens, where the model's context of 96 leaves room for 95"),
        ("\ud800", "surrogate"),
        ([], "last turn"),
        ([("user", "a"), ("assistant", "b")], "last turn"),
        ([("system", "a"), ("user", "b")], "unknown role 'system'"),
        ([("user", ""), ("assistant", "b"), ("user", "c")], "empty prompt"),
    ],
)
def test_a_prompt_that_cannot_be_answered_is_an_error_that_names_it(
    engine: Engine, prompt: str | list, message: str
) -> None:
    with pytest.raises(CoglingError, match=r"^prompt 1: .*" + message):
        engine.generate(["fine", prompt])
    with pytest.raises(CoglingError, match=message):
        next(engine.stream(prompt))


def test_the_longest_prompt_that_fits_gets_one_token(engine: Engine) -> None:
    reply = engine.generate(["x" * 93])[0]
    assert len(reply.tokens) == 1


def test_bad_arguments_are_errors(engine: Engine) -> None:
    with pytest.raises(CoglingError, match="batch_size"):
        engine.generate(["a"], batch_size=0)
    with pytest.raises(CoglingError, match="list of prompts"):
        engine.generate("a question")
    with pytest.raises(CoglingError, match="threads"):
        Engine(engine.decoder, BYTES, threads=0)
