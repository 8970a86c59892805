"""The basic level: arithmetic, order, truth and patterns, one file a task."""
