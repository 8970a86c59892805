"""Tracers of small worlds: an example trace of each held verbatim, and what lies at the edges."""

from __future__ import annotations

import pytest

from cogling.tasks.gym.multistep import (
    color_cube_rotation,
    course_schedule,
    family_relationships,
    game_of_life_halting,
    self_reference,
)
from cogling.tasks.gym.trace import Untraceable
from tests.tasks.gym.examples import held

STATEMENTS = """Given the truthfulness of these statements, please tell me the number of possible solutions: 
 - Statement 1: 'At least 7 of these 7 statements are true.'
 - Statement 2: 'At most 4 of these 7 statements are false.'
 - Statement 3: 'Exactly 0 of these 7 statements are true.'
 - Statement 4: 'Exactly 7 of these 7 statements are false.'
 - Statement 5: 'Either Statement 3 or Statement 4 is true, but not both.'
 - Statement 6: 'The number of true statements is a prime number.'
 - Statement 7: 'The number of false statements is a composite number.'
"""


def test_each_number_of_true_statements_is_tried() -> None:
    held(
        self_reference.trace(STATEMENTS),
        """
a7 b4 c0 d7
0,7: a0-7n0 b7-4n0 c0-0y1 d7-7y2 e-yyn2 f0n2 g7n2; 0-2n0
1,6: a1-7n0 b6-4n0 c1-0n0 d6-7n0 e-nnn0 f1n0 g6y1; 1-1y1
2,5: a2-7n0 b5-4n0 c2-0n0 d5-7n0 e-nnn0 f2y1 g5n1; 2-1n1
3,4: a3-7n0 b4-4y1 c3-0n1 d4-7n1 e-nnn1 f3y2 g4y3; 3-3y2
4,3: a4-7n0 b3-4y1 c4-0n1 d3-7n1 e-nnn1 f4n1 g3n1; 4-1n2
5,2: a5-7n0 b2-4y1 c5-0n1 d2-7n1 e-nnn1 f5y2 g2n2; 5-2n2
6,1: a6-7n0 b1-4y1 c6-0n1 d1-7n1 e-nnn1 f6n1 g1n1; 6-1n2
7,0: a7-7y1 b0-4y2 c7-0n2 d0-7n2 e-nnn2 f7y3 g0n3; 7-3n2
-> 2
""",
    )


CUBE = """A cube has:
- a yellow top side
- a indigo right side
- a pink front side
- a gray left side
- a silver back side
- a magenta bottom side

The cube is rotated so that the side which was before at the back is now at the top.

Then the cube is rotated to bring the right side to the top.

What is now the color of the right side of the cube?
Provide only the color as your final answer.
"""


def test_a_cube_is_turned_letter_by_letter() -> None:
    held(
        color_cube_rotation.trace(CUBE),
        """
a yellow
b indigo
c pink
d gray
e silver
f magenta
The back: e b a d f c
Then right: b c a e f d
right: c
-> pink
""",
    )
    with pytest.raises(Untraceable):
        color_cube_rotation.trace(CUBE.replace("the right side to", "the top side to"))


FAMILY = """Charles is married to Grace. They have a child called William. William is married to Willow. \
They have children called Noah and Zoe. Finn is married to Linda. They have a child called Willow.

What is {} to {}? Respond only with the word that describes their relationship."""


def test_a_family_is_written_in_letters() -> None:
    held(
        family_relationships.trace(FAMILY.format("Finn", "Zoe")),
        """
+ Charles a m, Grace b f: William c m
+ a b: c
+ William c m, Willow d f: Noah e m, Zoe g f
+ c d: e g
+ Finn h m, Linda i f: Willow d f
+ h i: d
? Finn h, Zoe g
of h: -
of g: c d
wed h: i
of c: a b
of d: h i
grandparent h m
-> grandfather
""",
    )


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("William", "Grace", "son"),
        ("Willow", "Noah", "mother"),
        ("Zoe", "Noah", "sister"),
        ("Linda", "Finn", "wife"),
        ("Finn", "Zoe", "grandfather"),
        ("Willow", "Charles", "father-in-law"),  # what the second is to the first
        ("William", "Linda", "mother-in-law"),
    ],
)
def test_relations(first: str, second: str, word: str) -> None:
    assert family_relationships.trace(FAMILY.format(first, second)).answer == word


def test_aunts_and_nieces() -> None:
    story = (
        "Jack is married to Mary. They have children called Owen and Alice. Owen is married to Lucy. "
        "They have a child called Kai.\n\nHow is {} related to {}? Provide the relationship in one word."
    )
    assert family_relationships.trace(story.format("Alice", "Kai")).answer == "aunt"
    assert family_relationships.trace(story.format("Kai", "Alice")).answer == "niece"  # what Alice is
    for first, second in (("Kai", "Jack"), ("Alice", "Lucy"), ("Alice", "Peter")):
        with pytest.raises(Untraceable):
            family_relationships.trace(story.format(first, second))


COURSES = """There are a total of 7 courses you have to take, labeled from 0 to 6.

You are given the following list of prerequisites, where prerequisites[i] = (a_i, b_i) ...
[{}]

Return True if you can finish all courses considering the prerequisites, or False otherwise.
"""


def test_pairs_fall_round_after_round() -> None:
    held(
        course_schedule.trace(COURSES.format("(5, 6), (2, 5), (4, 2)")),
        "a:5,6!2,5+4,2+\nb:5,6-2,5!4,2+\nc:5,6-2,5-4,2!\n-> True",
    )
    held(
        course_schedule.trace(COURSES.format("(5, 6), (6, 5), (5, 12)")),
        "a:5,6+6,5+5,12!\nb:5,6+6,5+5,12-\n-> False",
    )


BOARD = """This is a 'Game of Life' grid. We consider a game halted if there are no cells alive.
Will this game halt at or before 20 steps? Assume a Moore neighborhood and wrapping topology. If it will \
halt, reply 'True'. If it won't halt, reply 'False'.

Initial board:
[[0 0 0]
 [{}]
 [0 1 0]]"""


def test_cells_that_touch_along_a_side_live_on() -> None:
    held(game_of_life_halting.trace(BOARD.format("1 0 1")), "a0b0c0\na1b0c1\na0b1c0\n-> True")
    held(game_of_life_halting.trace(BOARD.format("0 1 1")), "a0b0c0\na0b1c1!\n-> False")
    held(game_of_life_halting.trace(BOARD.format("1 1 0")), "a0b0c0\na1b1!\n-> False")
    held(game_of_life_halting.trace(BOARD.format("0 ... 0")), "...\n-> Unknown")
    with pytest.raises(Untraceable):
        game_of_life_halting.trace(BOARD.format("0 0"))
