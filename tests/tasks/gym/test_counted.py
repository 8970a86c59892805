"""Tracers that count, add and multiply: example traces held verbatim, and what lies at the edges."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest

from cogling.tasks.gym import columns
from cogling.tasks.gym.multistep import aiw, dice, leg_counting, simple_geometry
from cogling.tasks.gym.symbolic import polynomial_multiplication
from cogling.tasks.gym.trace import Untraceable
from tests.tasks.gym.examples import held


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


@pytest.mark.parametrize(
    ("product", "answer"),
    [
        ("(x - 1)*(x + 1)", "1*x**2+0*x+-1"),
        ("-3*z**2*(2*z - 1)**2", "-12*z**4+12*z**3+-3*z**2+0*z+0"),
        ("9 - 48*y**3", "-48*y**3+0*y**2+0*y+9"),
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
A a9y0 b-7y2
2b A2:-7 1- A1:0 0a A0:9
B a-8y1 b-3y0
1a B1:-8 0b B0:-3
C=A*B 2+1=3
C3/3y
A2:-7*B1:-8+0
-7*-8=7*8
7*8=56
C3:56
C2/3y
A2:-7*B0:-3+0
-7*-3=7*3
7*3=21
A1:0*B1:-8+21
C2:21
C1/3y
A1:0*B0:-3+0
A0:9*B1:-8+0
9*-8=-(9*8)
9*8=72
=-72
C1:-72
C0/3y
A0:9*B0:-3+0
9*-3=-(9*3)
9*3=27
=-27
C0:-27
/3y C3:56 C2:21 C1:-72 C0:-27
-> 56*y**3+21*y**2+-72*y+-27
""",
    )
    for wrong in ("(x - 1)*(y + 1)", "(x - 1)(x + 1)", "(x - )*(x)", "(x*(x + 1))*(x)", "x+*3"):
        with pytest.raises(Untraceable):
            polynomial_multiplication.trace(f"Calculate the following: {wrong}\n")


def test_all_degrees_are_listed_be_they_0_or_not() -> None:
    found = polynomial_multiplication.trace("Calculate the following: (x**2 + 2)*(x**2 - 2)\n")
    assert (found.steps[-1], found.answer) == ("/4x C4:1 C3:0 C2:0 C1:0 C0:-4", "1*x**4+0*x**3+0*x**2+0*x+-4")


def test_what_has_been_added_of_a_degree_stands_behind_each_pair() -> None:
    found = polynomial_multiplication.trace("Calculate the following: (x + 2)*(x - 2)*(5*x + 3)\n")
    start = found.steps.index("D1/2x")
    assert found.steps[start - 2 : start + 7] == (
        "1*1=1",
        "D2:1",
        "D1/2x",
        "A1:1*B0:-2+0",
        "1*-2=-2",
        "A0:2*B1:1+-2",
        "2*1=2",
        "-2+2=2-2",
        "2-2=0",
    )
    assert "E=D*C 2+1=3" in found.steps
    assert found.answer == "5*x**3+3*x**2+-20*x+-12"


def test_factors_stay_in_their_order_whichever_is_longer() -> None:
    steps = polynomial_multiplication.trace("Calculate the following: (5*z)*(-49*z)\n").steps
    assert steps[steps.index("A1:5*B1:-49+0") + 1 :][:3] == ("5*-49=-(5*49)", "5*49", "a5*9=45+0+0=45;5")
    assert steps[-1] == "/2z C2:-245 C1:0 C0:0"


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
