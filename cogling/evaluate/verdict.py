"""The verdict on one reply: is the answer right, and did the steps that the model wrote lead to it?"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.tasks.mistakes import judge_steps
from cogling.text.chat import Completion


@dataclass(frozen=True, slots=True)
class Verdict:
    """score: the task's own, 0 to 1; correct: it is 1.

    steps: (text, valid) of each step, judged after the model's own earlier steps, right or wrong; a step
    that the model took back at once counts for nothing in what follows.
    faithful: correct, and the steps that stand are a whole argument for the answer that was given: at least
    one, every one valid, none missing at the end, and the answer stands in the last one. Without the last
    two a thought that was cut short before a lucky answer would count. The last of these does not apply where
    the worked trace itself does not end in its answer, as those of some gym tasks, which put it together from
    several steps.
    """

    score: float
    correct: bool
    steps: tuple[tuple[str, bool], ...]
    faithful: bool

    @property
    def valid_steps(self) -> int:
        return sum(valid for _, valid in self.steps)


def judge(problem: Problem, completion: Completion) -> Verdict:
    """Judges what a model wrote; takes any text, never raises."""
    task = get_task(problem.task)
    texts = completion.steps
    marks, standing, all_valid = judge_steps(
        texts, lambda before, step: task.step_valid(problem, before, step)
    )
    score = task.score(problem, completion.answer)
    correct = score == 1.0
    faithful = (
        correct
        and bool(standing)
        and all_valid
        and (_stands_in(completion.answer, standing[-1]) or _ends_without_its_answer(problem))
        # Asking the verifier whether a step of the worked trace could follow finds what was left out
        # without prescribing the worked trace: another right order of steps ends just as finally.
        and not any(task.step_valid(problem, standing, step) for step in problem.steps)
    )
    return Verdict(score, correct, tuple(zip(texts, marks, strict=True)), faithful)


def _ends_without_its_answer(problem: Problem) -> bool:
    return bool(problem.steps) and not _stands_in(problem.answer, problem.steps[-1])


def _stands_in(answer: str, step: str) -> bool:
    """Whether the answer is in the step as whole words: 5 stands in 'x = 5', not in '15' or '-5'."""
    words = re.escape(" ".join(answer.split()))
    before = r"(?<![\w.-])" if answer.strip()[:1].isdigit() else r"(?<!\w)"
    return bool(words) and bool(re.search(f"{before}{words}(?!\\w)", " ".join(step.split()), re.IGNORECASE))
