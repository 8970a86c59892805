"""Optimisers, how they share out a model's parameters, and learning-rate schedules."""
