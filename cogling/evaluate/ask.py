"""Questions to an engine, replies with their verdicts; evaluation and validation share every line of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cogling.errors import CoglingError
from cogling.evaluate.verdict import Verdict, judge
from cogling.tasks.base import Problem
from cogling.text.chat import Completion

REPEATS = 8
"""A reply is given up once it has said the same so many times, and counts as wrong: most of the time of an
evaluation would else go into circles that a model never leaves."""


class Reply(Protocol):
    """What an engine gives for one prompt. tokens: the generated ids."""

    @property
    def tokens(self) -> Sequence[int]: ...
    @property
    def thought(self) -> str | None: ...
    @property
    def answer(self) -> str: ...
    @property
    def finish_reason(self) -> str: ...


class Encoder(Protocol):
    def encode_prompt(self, question_or_turns: str, /) -> list[int]: ...


class Engine(Protocol):
    """The part of `cogling.generate.Engine` that evaluation needs. context: tokens, prompt and reply."""

    @property
    def tokenizer(self) -> Encoder: ...
    @property
    def context(self) -> int: ...
    def generate(
        self,
        prompts: Sequence[str],
        sampling: Any,
        *,
        batch_size: int = ...,
        progress: Callable[[int], None] | None = ...,
    ) -> Sequence[Reply]: ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One problem and what came of it.

    tokens: how many were generated. finish: the engine's finish_reason; or 'too_long' where the question
    leaves no room for a reply in the model's context, or 'unreadable' where the model's tokenizer lacks a
    character of it. Such a question was not asked and counts as wrong.
    """

    problem: Problem
    answer: str
    verdict: Verdict
    tokens: int
    finish: str


def ask(
    engine: Engine,
    problems: Sequence[Problem],
    *,
    temperature: float = 0.0,
    seed: int = 0,
    max_tokens: int | None = None,
    batch_size: int = 64,
    progress: Callable[[int], None] | None = None,
) -> list[Judged]:
    """Puts every problem's question to the engine and judges the replies; in the order of `problems`.

    max_tokens: most tokens of a reply; as many as the context holds where not given.
    seed: of the draws where the temperature is above 0. progress: called with how many replies are finished.
    """
    from cogling.generate.sampling import Sampling  # it imports torch

    refused = {i: why for i, problem in enumerate(problems) if (why := _refusal(engine, problem.question))}
    asked = [i for i in range(len(problems)) if i not in refused]
    replies: Sequence[Reply] = []
    if asked:
        replies = engine.generate(
            [problems[i].question for i in asked],
            Sampling(
                max_tokens=min(max_tokens or engine.context, engine.context),
                temperature=temperature,
                seed=seed,
                repeats=REPEATS,
            ),
            batch_size=batch_size,
            progress=progress,
        )
    by_index = dict(zip(asked, replies, strict=True))
    judged = []
    for i, problem in enumerate(problems):
        reply = by_index.get(i)
        completion = Completion(reply.thought, reply.answer) if reply else Completion(None, "")
        verdict = judge(problem, completion)
        tokens, finish = (len(reply.tokens), reply.finish_reason) if reply else (0, refused[i])
        judged.append(Judged(problem, completion.answer, verdict, tokens, finish))
    return judged


def _refusal(engine: Engine, question: str) -> str | None:
    try:
        length = len(engine.tokenizer.encode_prompt(question))
    except CoglingError:
        return "unreadable"
    return "too_long" if length >= engine.context else None
