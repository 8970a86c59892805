"""A reasoning-gym task as a Cogling task: the library's problems and scores, Cogling's traces."""

from __future__ import annotations

import importlib
import json
import random
from collections.abc import Callable, Sequence
from functools import lru_cache

from cogling.errors import CoglingError
from cogling.tasks.base import Difficulty, Knob, Level, Problem
from cogling.tasks.gym import PREFIX, TRACERS, library, published
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER, EASY, HARD = 0, 1, 1 + library.STEPS
"""Values of the knob `level`: easier than easy (the tracer's own), easy, two steps between, and hard."""

KNOBS = {"level": Knob(train=(STARTER, HARD), ood=(HARD, HARD), rungs=tuple(range(STARTER, HARD + 1)))}

_RARE_SHARE = 0.3
"""Of the problems above the easy level of a tracer that has parameters `RARE`."""

_KINDS_AMONG = 48
"""Problems made for each that is given of a tracer that tells kinds apart: rare ones are among so many."""

_FAILURES = 50
"""Problems in a row that may fail before the task is given up."""


class GymTask:
    """One task of the library. Without a tracer it can be asked but not taught."""

    knobs = KNOBS

    def __init__(self, name: str) -> None:
        self.name = name
        self.gym = name.removeprefix(PREFIX)
        self.level: Level = library.levels()[self.gym]["level"] or "multistep"
        self.summary = f"reasoning-gym: {self.gym.replace('_', ' ')}"
        self.failures: dict[str, int] = {}
        self._module = importlib.import_module(TRACERS[self.gym]) if self.gym in TRACERS else None

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """level: STARTER, or EASY to HARD. Never a question of the published evaluation.

        What the generator fails on, the tracer cannot work out, or the library scores wrong (its own gold
        is at times no right answer) is passed over and counted in `failures` by its reason.
        Of a tracer with a function `kind` each kind comes about as often, however rare the library makes it.
        Raises CoglingError for a task without a tracer, and where too many fail in a row.
        """
        if self._module is None:
            raise CoglingError(f"task '{self.name}' has no tracer, so there are no worked problems of it")
        kind = getattr(self._module, "kind", None)
        if kind is None:
            return self._as_made(rng, difficulty)
        of_kinds: dict[str, Problem] = {}
        for _ in range(_KINDS_AMONG):
            problem = self._as_made(rng, difficulty)
            of_kinds.setdefault(kind(Trace(problem.steps, problem.answer)), problem)
        return rng.choice(list(of_kinds.values()))

    def _as_made(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """A problem as `problem` says, whose kind is as rare as the library makes it."""
        params = self._drawn(difficulty["level"], rng)
        for _ in range(_FAILURES):
            try:
                entry = library.entry(self.gym, params, rng.getrandbits(61))
                trace = self.trace(entry["question"])
            except CoglingError:
                raise
            except Untraceable as error:
                self._count(str(error))
            except Exception as error:  # a generator of the library may raise anything
                self._count(f"{type(error).__name__}: {error}")
            else:
                if published.holds(self.gym, entry["question"]):
                    self._count("published")
                elif library.score(self.gym, trace.answer, entry) < 1:
                    self._count("the library scores the worked answer below 1")
                else:
                    return Problem(self.name, entry["question"], trace.steps, trace.answer, {"entry": entry})
        worst = max(self.failures, key=self.failures.__getitem__)
        raise CoglingError(
            f"task '{self.name}': {_FAILURES} problems in a row failed at level {difficulty['level']} "
            f"(most often: {worst}); leave it out, or lower the level"
        )

    def question(self, setting: str, number: int) -> Problem:
        """Problem `number` of the easy or hard setting, to be asked: whether traceable or not.

        Without a trace its steps are empty and its answer is the library's. May raise what the library does.
        """
        return self.asked(self.entry(setting, number))

    def entry(self, setting: str, number: int) -> library.Entry:
        """The entry of that question, which is not worked out yet: most that are drawn are not asked."""
        return library.entry(self.gym, json.dumps(library.setting(self.gym, setting)), number)

    def published(self, setting: str, n: int = library.PUBLISHED_SIZE) -> list[Problem]:
        """The first `n` questions of the published evaluation."""
        return [self.asked(entry) for entry in library.published(self.gym, setting, n)]

    def asked(self, entry: library.Entry) -> Problem:
        """A problem of an entry of the library; see `question`."""
        meta = {"entry": entry}
        try:
            trace = self.trace(entry["question"])
        except Exception:  # a question that cannot be worked out is asked all the same
            return Problem(self.name, entry["question"], (), entry["answer"] or "", meta)
        if library.score(self.gym, trace.answer, entry) < 1:
            return Problem(self.name, entry["question"], trace.steps, entry["answer"] or "", meta)
        return Problem(self.name, entry["question"], trace.steps, trace.answer, meta)

    def params(self, level: int) -> str:
        """The library's parameters at a level, as JSON."""
        if level == STARTER and (starter := getattr(self._module, "STARTER", None)) is not None:
            return json.dumps(starter)
        return library.params_at(self.gym, max(0, level - EASY))

    def _drawn(self, level: int, rng: random.Random) -> str:
        """The parameters at a level, or at times those in which what is rare there comes often."""
        rare = getattr(self._module, "RARE", None)
        if rare is None or level <= EASY or rng.random() >= _RARE_SHARE:
            return self.params(level)
        return json.dumps(json.loads(self.params(level)) | rare)

    def trace(self, question: str) -> Trace:
        """The worked trace. Raises Untraceable."""
        if self._module is None:
            raise Untraceable("no tracer")
        return _trace(self._module.trace, question)

    def _following(self, question: str, first: str) -> Trace:
        follow = getattr(self._module, "follow", None)
        return self.trace(question) if follow is None else _trace(follow, question, first)

    def score(self, problem: Problem, answer: str) -> float:
        return library.score(self.gym, answer.strip(), problem.meta["entry"])

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether it is the step of the worked trace that follows `before`, all of which stand right.

        A tracer that may begin in several ways has a function `follow`, which goes on from what was chosen.
        """
        try:
            steps = self._following(problem.question, (*before, step)[0].strip()).steps
        except Exception:  # arbitrary questions reach the parser of a tracer
            return False
        done = len(before)
        if done >= len(steps) or step.strip() != steps[done]:
            return False
        return all(given.strip() == right for given, right in zip(before, steps, strict=False))

    def _count(self, reason: str) -> None:
        self.failures[reason] = self.failures.get(reason, 0) + 1


@lru_cache(maxsize=512)  # a verdict asks for the same trace once a step
def _trace(tracer: Callable[..., Trace], *given: str) -> Trace:
    return tracer(*given)
