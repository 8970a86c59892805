"""The bridge to reasoning-gym (Stojanovski et al. 2025). Its task `lcm` is Cogling's task `gym.lcm`.

A tracer is one file and one line in `TRACERS`; `levels.json` has each task's level, its easy and hard
settings, and the published scores (open-thought/reasoning-gym and reasoning-gym-eval, Apache-2.0).
"""

from __future__ import annotations

PREFIX = "gym."

TRACERS: dict[str, str] = {
    "acre": "cogling.tasks.gym.basic.acre",
    "arc_1d": "cogling.tasks.gym.basic.arc_1d",
    "base_conversion": "cogling.tasks.gym.basic.base_conversion",
    "basic_arithmetic": "cogling.tasks.gym.basic.basic_arithmetic",
    "binary_alternation": "cogling.tasks.gym.basic.binary_alternation",
    "bitwise_arithmetic": "cogling.tasks.gym.basic.bitwise_arithmetic",
    "chain_sum": "cogling.tasks.gym.basic.chain_sum",
    "circuit_logic": "cogling.tasks.gym.basic.circuit_logic",
    "count_bits": "cogling.tasks.gym.basic.count_bits",
    "count_primes": "cogling.tasks.gym.basic.count_primes",
    "decimal_arithmetic": "cogling.tasks.gym.basic.decimal_arithmetic",
    "decimal_chain_sum": "cogling.tasks.gym.basic.decimal_chain_sum",
    "fraction_simplification": "cogling.tasks.gym.basic.fraction_simplification",
    "gcd": "cogling.tasks.gym.basic.gcd",
    "isomorphic_strings": "cogling.tasks.gym.basic.isomorphic_strings",
    "knights_knaves": "cogling.tasks.gym.basic.knights_knaves",
    "lcm": "cogling.tasks.gym.basic.lcm",
    "letter_counting": "cogling.tasks.gym.basic.letter_counting",
    "list_functions": "cogling.tasks.gym.basic.list_functions",
    "number_filtering": "cogling.tasks.gym.basic.number_filtering",
    "number_format": "cogling.tasks.gym.basic.number_format",
    "number_sequence": "cogling.tasks.gym.basic.number_sequence",
    "number_sorting": "cogling.tasks.gym.basic.number_sorting",
    "prime_factorization": "cogling.tasks.gym.basic.prime_factorization",
    "products": "cogling.tasks.gym.basic.products",
    "propositional_logic": "cogling.tasks.gym.basic.propositional_logic",
    "spell_backward": "cogling.tasks.gym.basic.spell_backward",
    "syllogism": "cogling.tasks.gym.basic.syllogism",
    "ab": "cogling.tasks.gym.symbolic.ab",
    "bf": "cogling.tasks.gym.symbolic.bf",
    "caesar_cipher": "cogling.tasks.gym.symbolic.caesar_cipher",
    "complex_arithmetic": "cogling.tasks.gym.symbolic.complex_arithmetic",
    "cryptarithm": "cogling.tasks.gym.symbolic.cryptarithm",
    "intermediate_integration": "cogling.tasks.gym.symbolic.intermediate_integration",
    "polynomial_equations": "cogling.tasks.gym.symbolic.polynomial_equations",
    "polynomial_multiplication": "cogling.tasks.gym.symbolic.polynomial_multiplication",
    "power_function": "cogling.tasks.gym.symbolic.power_function",
    "simple_equations": "cogling.tasks.gym.symbolic.simple_equations",
    "simple_integration": "cogling.tasks.gym.symbolic.simple_integration",
    "string_insertion": "cogling.tasks.gym.symbolic.string_insertion",
    "string_manipulation": "cogling.tasks.gym.symbolic.string_manipulation",
    "string_splitting": "cogling.tasks.gym.symbolic.string_splitting",
    "string_synthesis": "cogling.tasks.gym.symbolic.string_synthesis",
    "tsumego": "cogling.tasks.gym.symbolic.tsumego",
    "aiw": "cogling.tasks.gym.multistep.aiw",
    "calendar_arithmetic": "cogling.tasks.gym.multistep.calendar_arithmetic",
    "color_cube_rotation": "cogling.tasks.gym.multistep.color_cube_rotation",
    "course_schedule": "cogling.tasks.gym.multistep.course_schedule",
    "dice": "cogling.tasks.gym.multistep.dice",
    "family_relationships": "cogling.tasks.gym.multistep.family_relationships",
    "game_of_life_halting": "cogling.tasks.gym.multistep.game_of_life_halting",
    "jugs": "cogling.tasks.gym.multistep.jugs",
    "largest_island": "cogling.tasks.gym.multistep.largest_island",
    "leg_counting": "cogling.tasks.gym.multistep.leg_counting",
    "maze": "cogling.tasks.gym.multistep.maze",
    "mini_sudoku": "cogling.tasks.gym.multistep.mini_sudoku",
    "n_queens": "cogling.tasks.gym.multistep.n_queens",
    "puzzle24": "cogling.tasks.gym.multistep.puzzle24",
    "quantum_lock": "cogling.tasks.gym.multistep.quantum_lock",
    "self_reference": "cogling.tasks.gym.multistep.self_reference",
    "shortest_path": "cogling.tasks.gym.multistep.shortest_path",
    "simple_geometry": "cogling.tasks.gym.multistep.simple_geometry",
    "time_intervals": "cogling.tasks.gym.multistep.time_intervals",
    "zebra_puzzles": "cogling.tasks.gym.multistep.zebra_puzzles",
}
"""The module that works each task out; a task without one can be asked but not taught."""


DRILL_PREFIX = "drill."
DRILLS = ("bf", "string_manipulation")
"""The tasks whose tracers have a drill (`cogling.tasks.gym.drill`)."""


def traced() -> list[str]:
    """The names of the tasks that can be taught, as `cogling.tasks.get_task` knows them."""
    return [PREFIX + name for name in TRACERS]
