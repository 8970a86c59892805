"""Whether a model notices a mistake: a wrong step is put into a right trace, and it goes on from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cogling.errors import CoglingError
from cogling.evaluate.intervals import wilson
from cogling.evaluate.questions import questions
from cogling.evaluate.suites import AskedSplit
from cogling.generate.engine import Engine
from cogling.generate.sampling import Sampling
from cogling.seeds import rng_of
from cogling.tasks import get_task
from cogling.tasks.mistakes import WRONG, with_mistakes
from cogling.text.chat import END_THINK


@dataclass(frozen=True, slots=True)
class Corrections:
    """Of `n` wrong steps injected: how many the next line took back (`noticed`), after how many of these the
    right step followed (`corrected`), and how many replies ended in the right answer (`right`).
    """

    n: int
    noticed: int
    corrected: int
    right: int

    @property
    def ci95(self) -> tuple[float, float]:
        """Wilson's interval of the share corrected."""
        return wilson(self.corrected, self.n)


def corrections(
    engine: Engine, task: str, split: AskedSplit, n: int, seed: int, batch_size: int = 64
) -> Corrections:
    """Injects one mistake into each of up to `n` new problems of a task.

    Passed over are problems without a trace, those that do not fit the context, and mistakes that happen
    to be valid steps. Raises CoglingError where none is left.
    """
    judge = get_task(task)
    asked, begun, right_steps = [], [], []
    for index, problem in enumerate(questions(task, split, seed, n)):
        steps, places = with_mistakes(problem.steps, rng_of("injected", seed, index))
        if not places or judge.step_valid(problem, steps[: places[0]], steps[places[0]]):
            continue
        at = places[0]
        thought = "".join(f"{step}\n" for step in steps[: at + 1])
        if len(engine.encode(problem.question)) + len(engine.tokenizer.encode(thought)) + 64 > engine.context:
            continue
        asked.append(problem)
        begun.append(thought)
        right_steps.append(steps[at + 2])
    if not asked:
        raise CoglingError(f"task '{task}' has no {split} problem that a mistake could be put into")
    prompts = [problem.question for problem in asked]
    sampling = Sampling(max_tokens=engine.context)
    replies = engine.generate(prompts, sampling, batch_size, begun=begun)
    noticed = corrected = right = 0
    for problem, step, reply in zip(asked, right_steps, replies, strict=True):
        thought, _, answer = reply.text.partition(END_THINK)
        added = [line for line in thought.split("\n") if line.strip()]
        noticed += added[:1] == [WRONG]
        corrected += added[:2] == [WRONG, step]
        right += judge.score(problem, answer.strip()) == 1
    return Corrections(len(asked), noticed, corrected, right)


def total(parts: Sequence[Corrections]) -> Corrections:
    """The sums over several tasks."""
    return Corrections(
        sum(part.n for part in parts),
        sum(part.noticed for part in parts),
        sum(part.corrected for part in parts),
        sum(part.right for part in parts),
    )
