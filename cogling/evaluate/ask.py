"""Questions to an engine, replies with their verdicts; evaluation and validation share every line of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from cogling.errors import CoglingError
from cogling.evaluate.verdict import Verdict, judge
from cogling.seeds import seed_of
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
    def groups_as_finished(
        self, groups: Iterable[tuple[Sequence[str], Sequence[int]]], sampling: Any, batch_size: int = ...
    ) -> Iterator[tuple[int, Reply]]: ...


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
    engine: Engine, problems: Sequence[Problem], *, max_tokens: int | None = None, batch_size: int = 64
) -> list[Judged]:
    """One group, greedily, as `ask_together`."""
    group = ask_together(engine, [(problems, 0)], max_tokens=max_tokens, batch_size=batch_size)
    return next(judged for _, judged in group)


def ask_together(
    engine: Engine,
    groups: Iterable[tuple[Sequence[Problem], int]],
    *,
    temperature: float = 0.0,
    max_tokens: int | None = None,
    batch_size: int = 64,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[tuple[int, list[Judged]]]:
    """Puts groups of questions to the engine and judges the replies.

    Yields (a group's number, its problems judged in their order) as each is finished. The last replies of a
    group are written beside the next one's: alone they would take as long as it. A group is taken when there
    is room for it.
    groups: problems, and the seed of their draws where the temperature is above 0. max_tokens: most tokens of
    a reply; as many as the context holds where not given. progress: called with the number of a group and how
    many of its replies are finished.
    """
    from cogling.generate.sampling import Sampling  # it imports torch

    judged: list[list[Judged | None]] = []
    places: list[tuple[int, int, Problem]] = []  # of what was asked: group, number in it
    whole: deque[int] = deque()

    def asked() -> Iterator[tuple[list[str], list[int]]]:
        for number, (problems, seed) in enumerate(groups):
            judged.append([None] * len(problems))
            begin = len(places)
            for i, problem in enumerate(problems):
                if why := _refusal(engine, problem.question):
                    judged[number][i] = _judged(problem, None, why)
                else:
                    places.append((number, i, problem))
            if None not in judged[number]:
                whole.append(number)
            yield (
                [problem.question for _, _, problem in places[begin:]],
                [seed_of("asked", seed, i) for _, i, _ in places[begin:]],
            )

    def finished() -> Iterator[tuple[int, list[Judged]]]:
        while whole:
            number = whole.popleft()
            yield number, [one for one in judged[number] if one is not None]

    sampling = Sampling(
        max_tokens=min(max_tokens or engine.context, engine.context), temperature=temperature, repeats=REPEATS
    )
    for index, reply in engine.groups_as_finished(asked(), sampling, batch_size):
        number, i, problem = places[index]
        judged[number][i] = _judged(problem, reply, reply.finish_reason)
        if None not in judged[number]:
            whole.append(number)
        if progress:
            progress(number, sum(one is not None for one in judged[number]))
        yield from finished()
    yield from finished()


def _judged(problem: Problem, reply: Reply | None, finish: str) -> Judged:
    completion = Completion(reply.thought, reply.answer) if reply else Completion(None, "")
    tokens = len(reply.tokens) if reply else 0
    return Judged(problem, completion.answer, judge(problem, completion), tokens, finish)


def _refusal(engine: Engine, question: str) -> str | None:
    try:
        length = len(engine.tokenizer.encode_prompt(question))
    except CoglingError:
        return "unreadable"
    return "too_long" if length >= engine.context else None
