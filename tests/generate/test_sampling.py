"""Sampling against Hugging Face transformers, which computes the same."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from cogling.errors import CoglingError
from cogling.generate.sampling import (
    Sampling,
    choose,
    draw,
    keep_min_p,
    keep_top_k,
    keep_top_p,
    narrow,
    penalise,
    stream_key,
    uniforms,
)

IDS = torch.zeros(6, 0, dtype=torch.long)


@pytest.fixture
def logits_BV() -> torch.Tensor:
    logits = 3 * torch.randn(6, 50, generator=torch.Generator().manual_seed(0))
    logits[1, 7] = 40.0  # one token has it all
    logits[2] = 0.5  # none is likelier than another
    return logits


@pytest.mark.parametrize("k", [1, 5, 49, 50, 500])
def test_top_k_equals_transformers(logits_BV: torch.Tensor, k: int) -> None:
    from transformers import TopKLogitsWarper

    assert torch.equal(keep_top_k(logits_BV, k), TopKLogitsWarper(k)(IDS, logits_BV))


@pytest.mark.parametrize("p", [1e-6, 0.3, 0.9, 0.999])
def test_top_p_equals_transformers(logits_BV: torch.Tensor, p: float) -> None:
    from transformers import TopPLogitsWarper

    assert torch.equal(keep_top_p(logits_BV, p), TopPLogitsWarper(p)(IDS, logits_BV))


@pytest.mark.parametrize("p", [0.01, 0.3, 1.0])
def test_min_p_equals_transformers(logits_BV: torch.Tensor, p: float) -> None:
    from transformers import MinPLogitsWarper

    assert torch.equal(keep_min_p(logits_BV, p), MinPLogitsWarper(p)(IDS, logits_BV))


@pytest.mark.parametrize("penalty", [0.5, 1.0, 1.8])
def test_repetition_penalty_equals_transformers(logits_BV: torch.Tensor, penalty: float) -> None:
    from transformers import RepetitionPenaltyLogitsProcessor

    ids = torch.randint(50, (6, 20), generator=torch.Generator().manual_seed(1))
    seen_BV = torch.zeros_like(logits_BV, dtype=torch.bool).scatter_(1, ids, True)
    expected = RepetitionPenaltyLogitsProcessor(penalty)(ids, logits_BV.clone())
    torch.testing.assert_close(penalise(logits_BV, seen_BV, penalty), expected)


def test_all_together_equal_transformers_in_its_order(logits_BV: torch.Tensor) -> None:
    from transformers import (
        LogitsProcessorList,
        MinPLogitsWarper,
        TemperatureLogitsWarper,
        TopKLogitsWarper,
        TopPLogitsWarper,
    )

    theirs = LogitsProcessorList(
        [TemperatureLogitsWarper(0.7), TopKLogitsWarper(20), TopPLogitsWarper(0.9), MinPLogitsWarper(0.05)]
    )
    ours = narrow(logits_BV, Sampling(temperature=0.7, top_k=20, top_p=0.9, min_p=0.05))
    torch.testing.assert_close(ours.softmax(-1), theirs(IDS, logits_BV).softmax(-1))


def test_draws_come_at_the_rates_of_the_softmax() -> None:
    logits_V = torch.tensor([0.0, 1.0, -torch.inf, 2.0, -3.0])
    n = 20_000
    counts = np.arange(n, dtype=np.uint64)
    uniforms_B = torch.from_numpy(uniforms(np.full(n, stream_key(0, 0), dtype=np.uint64), counts))
    drawn = draw(logits_V.expand(n, 5), uniforms_B)
    rates = torch.bincount(drawn, minlength=5) / n
    assert rates[2] == 0
    torch.testing.assert_close(rates, logits_V.softmax(-1), atol=0.012, rtol=0)


def test_the_ends_of_the_interval_draw_the_first_and_the_last_token_that_is_left() -> None:
    logits_BV = torch.tensor([[-torch.inf, 1.0, 0.3, 0.1, -torch.inf]]).expand(2, 5)
    ends_B = torch.tensor([0.0, np.nextafter(1.0, 0.0)], dtype=torch.float64)
    assert draw(logits_BV, ends_B).tolist() == [1, 3]


def test_a_tiny_temperature_is_as_good_as_greedy() -> None:
    logits_BV = torch.tensor([[3.0, 80.0, 79.0]])
    uniforms_B = torch.tensor([0.999], dtype=torch.float64)
    assert choose(logits_BV, Sampling(temperature=1e-30), None, uniforms_B).tolist() == [1]


def test_uniforms_are_those_of_splitmix64() -> None:
    # The published outputs of the reference implementation for the state 1234567.
    published = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    keys = np.full(4, 1234567, dtype=np.uint64)
    found = uniforms(keys, np.arange(4, dtype=np.uint64))
    assert found.tolist() == [(value >> 11) / 2**53 for value in published]


def test_streams_of_rows_and_seeds_differ() -> None:
    keys = {stream_key(seed, row) for seed in range(20) for row in range(20)}
    assert len(keys) == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_tokens", 0),
        ("max_tokens", 2.5),
        ("max_tokens", True),
        ("temperature", -0.1),
        ("temperature", math.inf),
        ("temperature", math.nan),
        ("temperature", "hot"),
        ("top_k", -1),
        ("top_p", 0.0),
        ("top_p", 1.01),
        ("min_p", -0.01),
        ("min_p", 1.01),
        ("repetition_penalty", 0.0),
        ("repetition_penalty", math.inf),
        ("stop", "a string"),
        ("stop", ("",)),
        ("stop", (3,)),
        ("seed", 0.5),
    ],
)
def test_a_value_out_of_range_is_an_error_that_names_the_field_and_the_range(
    field: str, value: object
) -> None:
    with pytest.raises(CoglingError, match=rf"^{field} is .*; it must be "):
        Sampling(**{field: value})  # type: ignore[arg-type]


def test_a_list_of_stop_strings_is_kept_as_a_tuple() -> None:
    assert hash(Sampling(stop=["a", "b"])) == hash(Sampling(stop=("a", "b")))  # type: ignore[arg-type]
