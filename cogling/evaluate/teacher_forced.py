"""Where a model would have left the worked trace: read in one pass, not written.

A wrong reply shows one mistake, its first; what comes after it says little. Here the model reads the worked
reply itself, and each token that it would not have written at that place is a slip: all mistakes of a trace
at once, in a fraction of the time that writing takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import torch

from cogling.model.decoder import Decoder
from cogling.tasks.base import Problem
from cogling.text.chat import END, END_THINK, SPECIAL_TOKENS, reply_parts
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
class Line:
    """A step, or the answer. kind: its `shape`, or "answer". tokens, slips: how many, markers included."""

    kind: str
    text: str
    tokens: int
    slips: int


@dataclass(frozen=True, slots=True)
class Reading:
    """One worked reply as the model reads it. tokens: of the reply, markers included."""

    tokens: int
    slips: tuple[Slip, ...]
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Kind:
    """Lines that are alike: one of them, how many, how many with a slip, and their tokens and slips."""

    example: str
    lines: int = 0
    with_slips: int = 0
    tokens: int = 0
    slips: int = 0


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
    return Reading(len(reply), tuple(slips), _lines(tokenizer, reply, {slip.place for slip in slips}))


def by_kind(lines: Iterable[Line]) -> list[Kind]:
    """The kinds of lines, those with most slips first."""
    kinds: dict[str, Kind] = {}
    for line in lines:
        kind = kinds.setdefault(line.kind, Kind(line.text))
        kind.lines += 1
        kind.with_slips += line.slips > 0
        kind.tokens += line.tokens
        kind.slips += line.slips
    return sorted(kinds.values(), key=lambda kind: -kind.slips)


def shape(line: str) -> str:
    """What lines of one kind have in common: the word that they begin with, or else their signs.

    `move,c>d,e>f` is `move`; `a15-7-0=08;8` is `a9-9=9;9`, as each column of a subtraction is.
    """
    if word := re.match(r"[\W\d]*([A-Za-z]{3,})", line):
        return word[1]
    signs = re.sub(r"\d+", "9", re.sub(r"[A-Z]+", "A", re.sub(r"[a-z]+", "a", line)))
    while (fewer := re.sub(r"(.{1,6}?)\1+", r"\1", signs)) != signs:
        signs = fewer
    return signs


def _lines(tokenizer: Tokenizer, reply: list[int], slipped: set[int]) -> tuple[Line, ...]:
    pieces = [tokenizer.decode([token]) for token in reply]
    ends = [i for i, piece in enumerate(pieces, 1) if piece.endswith("\n") or piece in (END_THINK, END)]
    lines = []
    for begin, end in pairwise([0, *ends]):
        step = [token for token in reply[begin:end] if token >= len(SPECIAL_TOKENS)]
        text = tokenizer.decode(step).strip()
        kind = "answer" if end == len(reply) else shape(text)
        lines.append(Line(kind, text, end - begin, len(slipped.intersection(range(begin, end)))))
    return tuple(lines)
