"""Training: one loop for every stage, its curriculum, checkpoints and records."""
