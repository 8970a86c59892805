"""Engines that answer from a table instead of a model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cogling.evaluate.run import questions
from cogling.tasks.base import Problem
from cogling.text.tokenizer import Tokenizer

Replying = Callable[[Problem], tuple[str | None, str]]
"""Thought and answer for a problem."""


@dataclass(frozen=True)
class FakeReply:
    tokens: list[int]
    thought: str | None
    answer: str
    finish_reason: str = "end"


class FakeEngine:
    """Knows the problems of the given tasks and replies to each as told.

    asked: the questions that it was asked; calls: the groups that they came in.
    """

    def __init__(
        self, tasks: Sequence[str], reply: Replying, *, n: int = 20, seed: int = 5, context: int = 4096
    ) -> None:
        splits = ("iid", "ood", "validation")
        drawn = [p for task in tasks for split in splits for p in questions(task, split, seed, n)]
        self.problems = {problem.question: problem for problem in drawn}
        self.reply = reply
        self.tokenizer = Tokenizer.train("byte", [])
        self.context = context
        self.asked: list[str] = []
        self.calls = 0

    def groups_as_finished(self, groups, sampling, batch_size=64):
        begin = 0
        for group, keys in groups:
            prompts = [prompt for prompt, _ in zip(group, keys, strict=True)]
            self.calls += bool(prompts)
            self.asked += prompts
            for index, prompt in reversed(list(enumerate(prompts, begin))):
                yield index, self.written(prompt)
            begin += len(prompts)

    def written(self, prompt: str) -> FakeReply:
        thought, answer = self.reply(self.problems[prompt])
        return FakeReply([9] * len(thought or ""), thought, answer)


class Together(FakeEngine):
    """Takes all groups before it replies, and finishes the last question first."""

    def groups_as_finished(self, groups, sampling, batch_size=64):
        taken = [(prompt, key) for prompts, keys in groups for prompt, key in zip(prompts, keys, strict=True)]
        prompts, keys = zip(*taken, strict=True)
        yield from super().groups_as_finished([(prompts, keys)], sampling, batch_size)


def oracle(problem: Problem) -> tuple[str, str]:
    return "\n".join(problem.steps), problem.answer


def one_bad_step(problem: Problem) -> tuple[str, str]:
    """The worked trace with its first step spoilt, and the right answer all the same."""
    return "\n".join([problem.steps[0] + "!", *problem.steps[1:]]), problem.answer


def wrong(problem: Problem) -> tuple[str, str]:
    return "\n".join(problem.steps), problem.answer + "x"
