"""The decoder: maths only. Nothing here knows files, devices or training."""
