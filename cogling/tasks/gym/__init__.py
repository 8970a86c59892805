"""The bridge to reasoning-gym (Stojanovski et al. 2025). Its task `lcm` is Cogling's task `gym.lcm`.

A tracer is one file and one line in `TRACERS`; `levels.json` has each task's level, its easy and hard
settings, and the published scores (open-thought/reasoning-gym and reasoning-gym-eval, Apache-2.0).
"""

from __future__ import annotations

PREFIX = "gym."

TRACERS: dict[str, str] = {
    "basic_arithmetic": "cogling.tasks.gym.basic.basic_arithmetic",
    "chain_sum": "cogling.tasks.gym.basic.chain_sum",
    "products": "cogling.tasks.gym.basic.products",
    "mini_sudoku": "cogling.tasks.gym.multistep.mini_sudoku",
    "n_queens": "cogling.tasks.gym.multistep.n_queens",
    "puzzle24": "cogling.tasks.gym.multistep.puzzle24",
}
"""The module that works each task out; a task without one can be asked but not taught."""
