"""Sums, products, decimals, equations: an example held word by word for each, and the corners."""

from __future__ import annotations

import random

import pytest

from cogling.tasks.gym import expression, long_division, signed
from cogling.tasks.gym.basic import basic_arithmetic, products
from cogling.tasks.gym.trace import Untraceable


def lines(text: str) -> tuple[str, ...]:
    return tuple(text.split())


@pytest.mark.parametrize(("a_digits", "b_digits"), [(3, 3), (6, 2), (12, 5), (4, 6)])
def test_quotients_in_writing_are_right(a_digits: int, b_digits: int) -> None:
    rng = random.Random(a_digits)
    for _ in range(200):
        a, b = rng.randrange(10**a_digits), rng.randrange(1, 10**b_digits)
        steps, (quotient, rest) = long_division.divide(a, b)
        assert (quotient, rest) == divmod(a, b)
        assert steps[-1].endswith(f"={quotient}r{rest}")


def test_a_guess_too_large_is_taken_back() -> None:
    steps, result = long_division.divide(1990, 199)
    assert result == (10, 0)
    steps, result = long_division.divide(1780, 199)
    assert result == (8, 188)
    assert steps[2] == "1780/19=9;09"
    assert steps[7] == "9-1=8;08"


def test_signs() -> None:
    for a in range(-13, 14):
        for b in range(-13, 14):
            assert signed.multiply(a, b)[1] == a * b
            if b:
                assert signed.floor_divide(a, b)[1] == a // b
    assert signed.floor_divide(-12, 5)[0] == [
        "-12/5=-(12/5)",
        "12/5",
        "1/5=0r1;0",
        "12/5=2r2;02",
        "=2r2",
        "=-2-1=-3",
    ]


@pytest.mark.parametrize(
    "text", ["", "()", "1 +", "1 2", "( 1", "1 )", "* 2", "--1", "1 + ( )", "2 ( 3 )", "1.5.2", "x", "-"]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(Untraceable):
        expression.evaluate(text, lambda operator, left, right: ([], left))


def test_basic_arithmetic() -> None:
    found = basic_arithmetic.trace("Calculate -( 5 - 8 ) * 4 + 6.")
    assert found.answer == "18"
    assert found.steps == lines("(5-8) 5+-8=-(8-5) 8-5=3 =-3 3*4+6 3*4=12 12+6 12+6=18")
    for text, answer in (
        ("-( -( -( 7 ) ) )", "-7"),
        ("( ( 2 ) ) - -( 3 )", "5"),
        ("12 / -( 5 + 2 )", "-2"),
        ("0 / -5 - ( 0 )", "0"),
    ):
        assert basic_arithmetic.trace(f"Calculate {text}.").answer == answer
    with pytest.raises(Untraceable):
        basic_arithmetic.trace("Calculate 3 / ( 2 - 2 ).")


def test_products() -> None:
    found = products.trace("Solve the following multiplication: 60 * 3 * 2. Give only the result as")
    assert found.answer == "360"
    assert found.steps[:4] == lines("60*3 a0*3+0+0=00;0 b6*3+0+0=18;80 =180")
