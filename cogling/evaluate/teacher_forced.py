"""Where a model would have left the worked trace: read in one pass, not written.

A wrong reply shows one mistake, its first; what comes after it says little. Here the model reads the worked
reply itself, and each token that it would not have written at that place is a slip: all mistakes of a trace
at once, in a fraction of the time that writing takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from cogling.model.decoder import Decoder
from cogling.tasks.base import Problem
from cogling.text.chat import reply_parts
from cogling.text.tokenizer import Tokenizer

SHOWN_BEFORE, SHOWN_AFTER = 40, 8
"""Tokens of the reply that are kept on either side of a slip."""


@dataclass(frozen=True, slots=True)
class Slip:
    """One token that the model would not have written.

    place: which token of the reply, from 0. before, after: the worked reply on either side. worked: the token
    that stands there; written: the one that the model holds likelier.
    """

    place: int
    before: str
    worked: str
    written: str
    after: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One worked reply as the model reads it. tokens: of the reply, markers included."""

    tokens: int
    slips: tuple[Slip, ...]


def encode_worked(tokenizer: Tokenizer, problem: Problem, context: int) -> tuple[list[int], list[int]] | None:
    """The tokens of a prompt and of its worked reply; None where it has no steps or does not fit."""
    if not problem.steps:
        return None
    prompt = tokenizer.encode_prompt(problem.question)
    reply = tokenizer.encode_parts(reply_parts(problem.steps, problem.answer))
    return (prompt, reply) if len(prompt) + len(reply) <= context else None


def read_reply(decoder: Decoder, tokenizer: Tokenizer, problem: Problem) -> Reading | None:
    """The slips of a problem's worked reply; None where it has no steps or does not fit the context."""
    encoded = encode_worked(tokenizer, problem, decoder.config.context)
    if encoded is None:
        return None
    prompt, reply = encoded
    tokens_1T = torch.tensor([prompt + reply[:-1]], device=decoder.embedding.weight.device)
    with torch.inference_mode():
        likeliest = decoder(tokens_1T)[0, len(prompt) - 1 :].argmax(-1).tolist()
    slips = [
        Slip(
            place,
            tokenizer.decode(reply[max(0, place - SHOWN_BEFORE) : place]),
            tokenizer.decode([worked]),
            tokenizer.decode([written]),
            tokenizer.decode(reply[place + 1 : place + 1 + SHOWN_AFTER]),
        )
        for place, (worked, written) in enumerate(zip(reply, likeliest, strict=True))
        if worked != written
    ]
    return Reading(len(reply), tuple(slips))
