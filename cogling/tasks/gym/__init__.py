"""The bridge to reasoning-gym (Stojanovski et al. 2025). Its task `lcm` is Cogling's task `gym.lcm`.

A tracer is one file and one line in `TRACERS`; `levels.json` has each task's level, its easy and hard
settings, and the published scores (open-thought/reasoning-gym and reasoning-gym-eval, Apache-2.0).
"""

from __future__ import annotations

TRACERS: dict[str, str] = {
    "chain_sum": "cogling.tasks.gym.basic.chain_sum",
}
"""The module that works each task out; a task without one can be asked but not taught."""
