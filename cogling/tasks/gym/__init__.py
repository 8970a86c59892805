"""The bridge to reasoning-gym (Stojanovski et al. 2025). Its task `lcm` is Cogling's task `gym.lcm`.

A tracer is one file and one line in `TRACERS`; `levels.json` has each task's level, its easy and hard
settings, and the published scores (open-thought/reasoning-gym and reasoning-gym-eval, Apache-2.0).
"""

from __future__ import annotations

PREFIX = "gym."

TRACERS: dict[str, str] = {
    "basic_arithmetic": "cogling.tasks.gym.basic.basic_arithmetic",
    "chain_sum": "cogling.tasks.gym.basic.chain_sum",
    "decimal_chain_sum": "cogling.tasks.gym.basic.decimal_chain_sum",
    "number_filtering": "cogling.tasks.gym.basic.number_filtering",
    "number_format": "cogling.tasks.gym.basic.number_format",
    "number_sorting": "cogling.tasks.gym.basic.number_sorting",
    "products": "cogling.tasks.gym.basic.products",
    "complex_arithmetic": "cogling.tasks.gym.symbolic.complex_arithmetic",
    "power_function": "cogling.tasks.gym.symbolic.power_function",
    "simple_equations": "cogling.tasks.gym.symbolic.simple_equations",
    "aiw": "cogling.tasks.gym.multistep.aiw",
    "calendar_arithmetic": "cogling.tasks.gym.multistep.calendar_arithmetic",
    "color_cube_rotation": "cogling.tasks.gym.multistep.color_cube_rotation",
    "leg_counting": "cogling.tasks.gym.multistep.leg_counting",
    "mini_sudoku": "cogling.tasks.gym.multistep.mini_sudoku",
    "n_queens": "cogling.tasks.gym.multistep.n_queens",
    "puzzle24": "cogling.tasks.gym.multistep.puzzle24",
    "quantum_lock": "cogling.tasks.gym.multistep.quantum_lock",
    "self_reference": "cogling.tasks.gym.multistep.self_reference",
    "simple_geometry": "cogling.tasks.gym.multistep.simple_geometry",
    "time_intervals": "cogling.tasks.gym.multistep.time_intervals",
}
"""The module that works each task out; a task without one can be asked but not taught."""
