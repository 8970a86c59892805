"""Evaluation: questions of every task in and out of distribution, every step of every reply verified.

`evaluate` is what eval.json holds, `validate` the lighter one for the training loop, `judge` the verdict on
one reply, `tasks_of` the tasks of a suite.
"""

from cogling.evaluate.run import SEED, SPLITS, evaluate, validate
from cogling.evaluate.suites import SUITES, tasks_of
from cogling.evaluate.verdict import Verdict, judge

__all__ = ["SEED", "SPLITS", "SUITES", "Verdict", "evaluate", "judge", "tasks_of", "validate"]
