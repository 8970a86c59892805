"""Optimisers, how they share out a model's parameters, and learning-rate schedules."""

from cogling.optim.groups import Optimizers, build_optimizer
from cogling.optim.schedule import Schedule

__all__ = ["Optimizers", "Schedule", "build_optimizer"]
