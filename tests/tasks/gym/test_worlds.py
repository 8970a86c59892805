"""Tracers of small worlds: an example trace of each held verbatim, and what lies at the edges."""

from __future__ import annotations

import datetime
import itertools
from fractions import Fraction

import pytest

from cogling.tasks.gym import columns
from cogling.tasks.gym.multistep import (
    aiw,
    calendar_arithmetic,
    color_cube_rotation,
    course_schedule,
    dice,
    family_relationships,
    game_of_life_halting,
    leg_counting,
    self_reference,
    simple_geometry,
    time_intervals,
)
from cogling.tasks.gym.symbolic import polynomial_multiplication
from cogling.tasks.gym.trace import Trace, Untraceable


def held(trace: Trace, text: str) -> None:
    """The trace is this text; the answer stands in its last line."""
    *steps, answer = text.strip().split("\n")
    assert trace.steps == tuple(steps)
    assert answer == f"-> {trace.answer}"


def test_a_table_is_summed_by_columns() -> None:
    steps, total = columns.add_all((316, 1266), 4)
    assert steps == [
        "a0; A6=06 B6=12 C.",
        "b1;2 A1=02 B6=08 C.",
        "c0;82 A3=03 B2=05 C.",
        "d0;582 A0=00 B1=01 C.",
        "=1582",
    ]
    assert total == 1582
    assert columns.add_all((), 2) == (["a0; A.", "b0;0 A.", "=0"], 0)
    for numbers in ((10_000,), (-1,), (1,) * 39):
        with pytest.raises(ValueError, match="no table"):
            columns.add_all(numbers, 4)


def test_legs() -> None:
    question = "how many legs are there in total if you have {}?\n"
    held(
        leg_counting.trace(question.format("7 chickens, 1 leech, 213 woodlouses, 15 dogs")),
        """
7 chickens2: a7*2+0=14
A0014
1 leech0
213 woodlouses14
B2130
213*4: a3*4+0=12 b1*4+1=05 c2*4+0=08
C0852
15 dogs4: a5*4+0=20 b1*4+2=06
D0060
E.
a0; A4=04 B0=04 C2=06 D0=06 E.
b0;6 A1=01 B3=04 C5=09 D6=15 E.
c1;56 A0=01 B1=02 C8=10 D0=10 E.
d1;056 A0=01 B2=03 C0=03 D0=03 E.
=3056
-> 3056
""",
    )
    assert leg_counting.trace(question.format("3 snakes")).answer == "0"
    assert leg_counting.trace(question.format("1 praying mantis, 2 praying mantiss")).answer == "18"
    for wrong in ("3 unicorns", "dogs", "0 dogs", "3 dogs,4 cats", "1 dogs"):
        with pytest.raises(Untraceable):
            leg_counting.trace(question.format(wrong))


def test_a_sister_is_one_more_than_her_own() -> None:
    question = "Susan has 2 brothers and she also has 6 sisters. How many sisters does Susan's brother have?"
    held(aiw.trace(question), "6 sisters\nSusan\n6+1=7\n-> 7")
    turned = "Mary has 6 sisters and she also has 2 brothers. How many sisters does Bob's brother have?"
    assert aiw.trace(turned).answer == "7"


def test_the_last_angle() -> None:
    held(
        simple_geometry.trace(
            "Consider a convex 4-gon whose first 3 interior angles are: 104.0°, 106.0°, 42.0°. Determine"
        ),
        """
A104
B106
C042
D.
a0; A4=04 B6=10 C2=12 D.
b1;2 A0=01 B0=01 C4=05 D.
c0;52 A1=01 B1=02 C0=02 D.
=252
4-2=2
180*2
a0*2=00+0+0=00;0
b8*2=16+0+0=16;60
c1*2=02+1+0=03;360
=360
360-252
a10-2-0=08;8
b16-5-1=10;08
c13-2-0=11;108
=108
-> 108
""",
    )
    with pytest.raises(Untraceable):
        simple_geometry.trace("a convex 4-gon whose first 3 interior angles are: 104.0°, 106.0°. Determine")


def test_weekdays_are_walked_after_whole_weeks() -> None:
    held(
        calendar_arithmetic.trace(
            "If today is Sunday, March 13, 2022, what day of the week was it 167 days ago? Name the day."
        ),
        """
167/7
1/7=0r1;0
16/7=2r2;02
27/7=3r6;023
=23r6
0 Sunday
1 Saturday
2 Friday
3 Thursday
4 Wednesday
5 Tuesday
6 Monday
-> Monday
""",
    )


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_of_the_year_is_known(month: int) -> None:
    day = datetime.date(2022, month, 1) + datetime.timedelta(days=month)
    question = f"What day of the week was {day:%B} {day.day}, 2022? Reply with just the weekday name."
    assert calendar_arithmetic.trace(question).answer == f"{day:%A}"
    first = f"If the first day of the year was a Saturday, what day of the week will {day:%B} {day.day} be? "
    assert calendar_arithmetic.trace(first).answer == f"{day:%A}"


@pytest.mark.parametrize(
    ("year", "answer"), [(2016, "Yes"), (2000, "Yes"), (2100, "No"), (1922, "No"), (2004, "Yes")]
)
def test_leap_years(year: int, answer: str) -> None:
    question = f"Is {year} a leap year? Answer with Yes or No."
    assert calendar_arithmetic.trace(question).answer == answer


def test_business_days_into_the_next_year() -> None:
    question = (
        "How many business days (Monday-Friday) are there from Friday, December 30, 2022 to Monday, "
        "January 2, 2022 (inclusive of both dates)? Answer with a number."
    )
    assert calendar_arithmetic.trace(question).answer == "2"


def test_times_are_subtracted_digit_by_digit() -> None:
    held(
        time_intervals.trace(
            "What is the duration between 11:24:08 and 14:55:05? Please answer in HH:MM:SS."
        ),
        """
14:55:05-11:24:08
s15-8-0=07;7
t6+0-0-1=05;57
m15-4-1=10;0:57
n6+5-2-0=09;30:57
14+-11
14?11: 1=1 4>1
=14-11
a14-1-0=13;3
b11-1-0=10;03
=3
3+0=3
3 hours
=03:30:57
-> 03:30:57
""",
    )


@pytest.mark.parametrize(
    ("start", "end", "form", "answer"),
    [
        ("2396-02-20 23:30 -0200", "2396-03-01 00:15 +1200", "D days, HH:MM:SS", "8 days, 10:45:00"),
        ("Mon Dec 30 2024 10:00:00", "Wed Jan 01 2025 09:59:59", "D days, HH:MM", "1 days, 23:59"),
        ("15 January 2024, 14:30 +0000", "15 January 2024, 14:31 +0100", "D days, HH:MM", "-1 days, 23:01"),
        ("Friday, May 18, 2373 at 12:41", "Friday, May 18, 2373 at 12:42", "D days, HH:MM", "0 days, 00:01"),
        ("2024-01-15 (Monday)", "2024-01-16 (Tuesday)", "D days", "1 days"),
        # the library forgets the time behind a weekday in brackets
        (
            "2024-01-15 (Monday) 14:30:45 +0000",
            "2024-01-16 (Tuesday) 14:30:40 +0100",
            "D days, HH:MM",
            "1 days, 00:00",
        ),
    ],
)
def test_days_zones_and_borrowed_days(start: str, end: str, form: str, answer: str) -> None:
    question = f"How much time elapsed from {start} to {end}? Give your answer in {form}."
    assert time_intervals.trace(question).answer == answer


def test_times_that_cannot_be_subtracted() -> None:
    for start, end in (
        ("23:50", "00:10"),
        ("23:50", "23:55:10"),
        ("2024-01-02", "2024-01-01"),
        ("1:50", "2"),
    ):
        with pytest.raises(Untraceable):
            time_intervals.trace(f"How much time elapsed from {start} to {end}? Give your answer in HH:MM.")


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


@pytest.mark.parametrize(
    ("product", "answer"),
    [
        ("(x - 1)*(x + 1)", "1*x**2+-1"),
        ("-3*z**2*(2*z - 1)**2", "-12*z**4+12*z**3+-3*z**2"),
        ("9 - 48*y**3", "-48*y**3+9"),
        ("0", "0"),
    ],
)
def test_products_of_polynomials(product: str, answer: str) -> None:
    question = f"Calculate the following: {product}\nWhen performing calculations"
    assert polynomial_multiplication.trace(question).answer == answer


def test_terms_are_collected_by_degree() -> None:
    held(
        polynomial_multiplication.trace("Simplify this expression: (9 - 7*y**2)*(-8*y - 3)\nWhen"),
        """
(2:-7 0:9)*(1:-8 0:-3)
y3:2+1y0+3n
2+1:-7*-8
-7*-8=7*8
7*8=56
y3=56
y2:2+0y0+2n
2+0:-7*-3
-7*-3=7*3
7*3=21
y2=21
y1:0+1y
0+1:9*-8
9*-8=-(9*8)
9*8=72
=-72
y1=-72
y0:0+0y
0+0:9*-3
9*-3=-(9*3)
9*3=27
=-27
y0=-27
(3:56 2:21 1:-72 0:-27)
-> 56*y**3+21*y**2+-72*y+-27
""",
    )
    for wrong in ("(x - 1)*(y + 1)", "(x - 1)(x + 1)", "(x - )*(x)", "(x*(x + 1))*(x)", "x+*3"):
        with pytest.raises(Untraceable):
            polynomial_multiplication.trace(f"Calculate the following: {wrong}\n")


def test_rolls_are_counted_by_inclusion_and_exclusion() -> None:
    held(
        dice.trace("I have these dice: 1d20, 1d7. What are the odds of rolling 18 or higher? (Assume"),
        """
20+7=27
27-18
a17-8-0=09;9
b12-1-1=10;09
=9
18-3=15
9<=15
+A9
+A9<20
+A9>=7
9-7=2
-A2
+A9
A55
B.
a0; A5=05 B.
b0;5 A5=05 B.
=55
-A2
A06
B.
a0; A6=06 B.
b0;6 A0=00 B.
=6
55-6
a15-6-0=09;9
b15-0-1=14;49
=49
20:2,2,5
49/2:9
49;2-
49;2-
49/5:9
49;5-
=20
7:7
49/7
4/7=0r4;0
49/7=7r0;07
=7r0
7;7/7=1
=1
20*1
a0*1=00+0+0=00;0
b2*1=02+0+0=02;20
=20
-> 7/20
""",
    )


@pytest.mark.parametrize("target", range(5, 24))
def test_the_odds_of_any_target(target: int) -> None:
    question = f"I have these dice: 1d8, 1d6, 1d6, 1d4. What are the odds of rolling {target} or higher?"
    faces = itertools.product(*(range(1, die + 1) for die in (8, 6, 6, 4)))
    odds = Fraction(sum(sum(roll) >= target for roll in faces), 8 * 6 * 6 * 4)
    assert dice.trace(question).answer == f"{odds.numerator}/{odds.denominator}"


def test_dice_without_odds() -> None:
    for sides, target in ((6, 1), (6, 7), (99, 5), (1, 1)):
        with pytest.raises(Untraceable):
            dice.trace(f"I have these dice: 1d{sides}. What are the odds of rolling {target} or higher?")
