"""Sums, products, decimals, equations: an example held word by word for each, and the corners."""

from __future__ import annotations

import math
import random

import pytest

from cogling.tasks.gym import decimals, expression, long_division, signed, square_root, written
from cogling.tasks.gym.basic import (
    basic_arithmetic,
    chain_sum,
    decimal_arithmetic,
    decimal_chain_sum,
    products,
)
from cogling.tasks.gym.symbolic import complex_arithmetic, power_function, simple_equations
from cogling.tasks.gym.trace import Untraceable


def lines(text: str) -> tuple[str, ...]:
    """The words of a text; an underscore stands for a blank within a line."""
    return tuple(word.replace("_", " ") for word in text.split())


@pytest.mark.parametrize(("a_digits", "b_digits"), [(3, 3), (6, 2), (12, 5), (4, 6)])
def test_quotients_in_writing_are_right(a_digits: int, b_digits: int) -> None:
    rng = random.Random(a_digits)
    for _ in range(200):
        a, b = rng.randrange(10**a_digits), rng.randrange(1, 10**b_digits)
        steps, (quotient, rest) = long_division.divide(a, b)
        assert (quotient, rest) == divmod(a, b)
        assert steps[-1].endswith(f"={quotient}r{rest}")


@pytest.mark.parametrize("digits", [1, 2, 3, 9, 10, 14])
def test_sums_of_any_signs_are_right(digits: int) -> None:
    rng = random.Random(digits)
    sizes = [rng.randrange(10**digits) for _ in range(100)]
    for size, other in zip(sizes, [*sizes[1:], sizes[-1]], strict=True):
        for a, b in ((size, other), (-size, other), (size, -other), (-size, -other)):
            steps, total = written.add_signed(a, b)
            assert total == a + b
            assert steps[-1].endswith(f"={total}")


def test_the_larger_of_two_sizes_is_compared_before_it_is_taken_from() -> None:
    assert written.add_signed(5, -3)[0] == list(lines("5+-3=5-3 5-3=2"))
    found = written.add_signed(-251, 823)[0]
    assert found[:4] == list(lines("-251+823 251?823:_2<8 =823-251 a13-1-0=12;2"))
    found = written.add_signed(-1000, 7)[0]
    assert found[:3] == list(lines("-1000+7 1000>7:_4_digits>1 =-(1000-7)"))
    assert found[-2:] == ["=993", "=-993"]


def test_long_numbers_are_compared_by_the_letters_of_their_copies() -> None:
    found = written.add_signed(7, -1234567890)[0]
    assert found[1:6] == list(lines("a7 A1B2C3D4E5F6G7H8I9J0 aJ< =-(A-a) J10-a7-0=03;3"))
    found = written.add_signed(1234567890, -1234067890)[0]
    assert found[3:5] == list(lines("a1A1=,b2B2=,c3C3=,d4D4=,e5E0> =a-A"))


def test_a_row_of_a_product_is_headed_by_the_digits_still_to_be_taken() -> None:
    steps, product = written.multiply(385, 607)
    assert product == 385 * 607
    heads = [step for step in steps if step.startswith("385*")]
    assert heads == ["385*607", "385*60+269;5", "385*6+26;95"]
    assert steps[-1] == "=233695"


def test_a_guess_too_large_is_taken_back() -> None:
    steps, result = long_division.divide(1990, 199)
    assert result == (10, 0)
    steps, result = long_division.divide(1780, 199)
    assert result == (8, 188)
    assert steps[2] == "1780/19:178 9*19=171,1=1,7=7,1<8;09"
    assert steps[7] == "9-1=8;08"


def test_a_digit_of_a_quotient_is_tried_from_above() -> None:
    steps, _ = long_division.divide(16327, 385)
    quotients = [step for step in steps if "/" in step]
    assert quotients[1:] == [
        "0163,27/38:016;0",
        "1632,7/38:163 5*38=190,1=1,9>6 4*38=152,1=1,5<6;04",
        "0927/38:092 3*38=114,1>0 2*38=076,0=0,7<9;042",
    ]
    assert "0120/19:012 1*19=019,0=0,1=1,9>2 0;10" in long_division.divide(2110, 199)[0]


def test_places_of_long_numbers_go_by_letters() -> None:
    steps, total = written.add(1000000385, 467)
    assert total == 1000000852
    assert steps[:3] == ["1000000385+467", "a1b0c0d0e0f0g0h3i8j5", "A4B6C7"]
    assert steps[3:7] == ["j5+C7+0=12;2", "i8+B6+1=15;52", "h3+A4+1=08;852", "g0+0+0=00;0852"]
    assert written.add(7, 10**9)[0][3:5] == ["a7+J0+0=07;7", "0+I0+0=00;07"]
    assert written.subtract(10**9, 1)[0][1:4] == ["a1b0c0d0e0f0g0h0i0j0", "A1", "j10-A1-0=09;9"]
    assert written.multiply(10**9 + 2, 12)[0][1:4] == ["a1b0c0d0e0f0g0h0i0j2", "A0", "j2*2=04+0+A0=04;4"]
    assert written.add(10**8, 1)[0][1] == "a0+1+0=01;1"
    assert written.add(10**26, 1)[0][1] == "a0+1+0=01;1"
    assert written.add(10**25, 1)[0][3] == "z0+A1+0=01;1"


def test_a_chain_is_worked_by_the_letters_of_its_terms() -> None:
    found = chain_sum.trace("State the final answer to the following arithmetic problem: 4 + 3 - 9 =")
    assert found.steps == lines("A4_B+3_C-9_D. B+3 4+3=7 C-9 7+-9=-(9-7) 9-7=2 =-2 D.")
    with pytest.raises(Untraceable, match="26 letters"):
        chain_sum.letter(["1"] * 26)


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
    assert found.steps == lines(
        "-(A5a-B8b)*C4c+D6d. -(A5a-B8b) 5+-8=-(8-5) 8-5=3 =-3 -(B-3b) B3b*C4c 3*4=12 C12c+D6d. 12+6=18"
    )
    found = basic_arithmetic.trace("Calculate 2 + 3 * ( 8 / 4 ) - 7.")
    assert found.steps[:2] == lines("A2a+B3b*(C8c/D4d)-E7e. A2a+B3b*(C8c/D4d")
    assert found.steps[-8:] == lines("A2a+B3b*(D2d) A2a+B3b*D2d 3*2=6 A2a+D6d- 2+6=8 D8d-E7e. 8+-7=8-7 8-7=1")
    for text, answer in (
        ("-( -( -( 7 ) ) )", "-7"),
        ("( ( 2 ) ) - -( 3 )", "5"),
        ("12 / -( 5 + 2 )", "-2"),
        ("0 / -5 - ( 0 )", "0"),
    ):
        assert basic_arithmetic.trace(f"Calculate {text}.").answer == answer
    with pytest.raises(Untraceable):
        basic_arithmetic.trace("Calculate 3 / ( 2 - 2 ).")
    with pytest.raises(Untraceable, match="26 numbers"):
        basic_arithmetic.trace(f"Calculate {' + '.join('1' * 27)}.")


def test_products() -> None:
    found = products.trace("Solve the following multiplication: 60 * 3 * 2. Give only the result as")
    assert found.answer == "360"
    assert found.steps[:4] == lines("60*3 a0*3=00+0+0=00;0 b6*3=18+0+0=18;80 =180")


def test_points() -> None:
    for value, places, width, text, answer in (
        (1896180, 4, 8, "h0g1f8e9.d6c1b8a0", "189.6180"),
        (-25, 3, 0, "-d0.c0b2a5", "-0.025"),
        (0, 2, 0, "c0.b0a0", "0.00"),
        (1200, 2, 0, "d1c2.b0a0", "12.00"),
    ):
        assert decimals.point(value, places, width) == text
        assert decimals.answer(text) == answer


def test_decimal_chain_sum() -> None:
    found = decimal_chain_sum.trace(
        "State the final answer to the following arithmetic problem: 0.25 + 0.7 - 0.9501 ="
    )
    assert found.answer == "-0.0001"
    assert found.steps == lines(
        "A0.a2b5_B+0.a7_C-0.a9b5c0d1_D. "
        "A0.a2b5c0d0 B+0.a7b0c0d0 2500+7000 a0+0+0=00;0 b0+0+0=00;00 c5+0+0=05;500 d2+7+0=09;9500 =9500 "
        "C-0.a9b5c0d1 9500+-9501 9500?9501:_9=9_5=5_0=0_0<1 =-(9501-9500) a11-0-0=11;1 b10-0-0=10;01 "
        "c15-5-0=10;001 "
        "d19-9-0=10;0001 =1 =-1 D. -e0.d0c0b0a1"
    )


def decimal(text: str) -> str:
    return (
        "Please solve this problem to a maximum of 12 significant digits, rounding up from the half. "
        f"Only reply with the final value.\n{text} = ?"
    )


def test_decimal_arithmetic() -> None:
    found = decimal_arithmetic.trace(decimal("(1.21-1.461)*3.105"))
    assert found.answer == "-0.77935"
    assert found.steps[:4] == lines("(A1.21a-B1.461b)*C3.105c. .3'5 (A1.21a-B1.461b) 1.210-1.461")
    assert ".3+.3-'5=!1" in found.steps
    assert found.steps[-6:] == lines(
        "-a7b7c9d3e5f5 !1,f6-1=e =-a7b7c9d3e5',5 -a7b7c9d3e5 '5,e5:5+1=f6-5=1 -a0.b7c7d9e3f5"
    )
    assert decimal_arithmetic.trace(decimal("0.001*0.2")).steps[-3:] == lines(
        "a2b0 '5,b2:5+1=f6-2=4 a0.b0c0d0e2f0"
    )
    for text, answer in (
        ("1.5+2.25", "3.75"),
        ("(1.5/3.0)*(1.5-2.0)", "-0.2500"),
        ("0.01*0.01-0.02", "-0.0199"),
        ("1.000/3.000-0.500", "-0.16667"),
    ):
        assert decimal_arithmetic.trace(decimal(text)).answer == answer
    small = f"0.{'0' * 60}1"
    for text in ("1.5/(2.5-2.5)", "1.5+", "1.5.5+2", "(1.5", small, f"3*{small}"):
        with pytest.raises(Untraceable):
            decimal_arithmetic.trace(decimal(text))


@pytest.mark.parametrize(
    ("text", "line", "answer"),
    [
        ("1.2*(1.5-2.75)", "=-15000'", "-1.5000"),
        ("1.5*2.5+1.234", "=375000'", "4.98400"),
        ("(0.5*0.0)*1.234+2.1", "=0'", "2.10000"),
        ("(1.5-2.5)*1.5*0.1234", "=-a1b8c5d1e0f0',0000", "-0.185100"),
    ],
)
def test_a_product_of_decimals_gets_the_zeros_that_it_lacks(text: str, line: str, answer: str) -> None:
    found = decimal_arithmetic.trace(decimal(text))
    assert line in found.steps
    assert found.answer == answer


def test_the_places_of_decimals_are_told_once_and_found_by_their_signs() -> None:
    steps = decimal_arithmetic.trace(decimal("0.25/(1.250+0.750)*0.128")).steps
    assert steps[1] == ".3'5"
    assert "'5-2+.3=6" in steps
    assert "'5+.3-'5=!3" in steps
    steps = decimal_arithmetic.trace(decimal("1.500-0.250")).steps
    assert steps[-3:] == lines("a1b2c5d0 .3,d4-3=a a1.b2c5d0")


def test_factors_of_decimals_stay_in_their_order() -> None:
    steps = decimal_arithmetic.trace(decimal("0.495*6.632")).steps
    assert "495*6632" in steps
    assert written.multiply(495, 6632, longer_first=False)[0][0] == "495*6632"
    assert written.multiply(495, 6632)[0][0] == "6632*495"


def test_simple_equations() -> None:
    found = simple_equations.trace("Solve for k: 14 - 9*k = -1093")
    assert found.answer == "123"
    assert found.steps == lines(
        "14+1093 a4+3+0=07;7 b1+9+0=10;07 c0+0+1=01;107 d0+1+0=01;1107 =1107 9*k=1107 "
        "1107/9 1/9=0r1;0 11/9=1r2;01 20/9=2r2;012 27/9=3r0;0123 =123r0"
    )
    for equation, solution in (
        ("x + 5 = 7", "2"),
        ("-54*x - 2 = -1838", "34"),
        ("-x = -10", "10"),
        ("3459500*x = 24389475000", "7050"),
        ("2 - 82*x = -5410", "66"),
    ):
        assert simple_equations.trace(f"Solve for x: {equation}").answer == solution
    found = simple_equations.trace("Solve for x: 3459500*x = 24389475000")
    assert found.steps[:2] == ("32,44,53,98,59,04,07;5000", "243894750/34595")
    for equation in ("0 = 0", "2*y = 4", "2*x = 5", "1 + 2*x + 3 = 8", "2*x = -4"):
        with pytest.raises(Untraceable):
            simple_equations.trace(f"Solve for x: {equation}")


@pytest.mark.parametrize("low_digits", range(12))
def test_five_digits_of_a_coefficient_are_enough(low_digits: int) -> None:
    rng = random.Random(low_digits)
    for _ in range(100):
        coefficient = rng.randrange(10**4, 10**5) * 10**low_digits + rng.randrange(10**low_digits)
        solution = rng.randint(1, 10_000)
        question = f"Solve for x: {coefficient}*x = {coefficient * solution}"
        assert simple_equations.trace(question).answer == str(solution)


def test_complex_arithmetic() -> None:
    found = complex_arithmetic.trace("Subtract the complex numbers: (-6.00) - (6.0 - 8.0i)")
    assert found.answer == "-12.0 + 8.0i"
    assert found.steps == (
        "a-6,b0,c6,d-8", "re a-c", "-6+-6=-(6+6)", "6+6=12", "=-12", "im b-d", "0+8=8", "re-12,im8"
    )  # fmt: skip
    for text, answer in (
        ("Multiply the complex numbers: (3.0 - 9.0i) × (-2.00i)", "-18.0 - 6.0i"),
        ("Divide the complex numbers: (-3286.0 + 253.0i) ÷ (16.0 + 69.0i)", "-7.0 + 46.0i"),
        ("Divide the complex numbers: (-6.00) ÷ (-2.00i)", "0.0 - 3.0i"),
        ("Divide the complex numbers: (0.00) ÷ (5.00)", "0.0 + 0.0i"),
    ):
        assert complex_arithmetic.trace(text).answer == answer
    with pytest.raises(Untraceable):
        complex_arithmetic.trace("Divide the complex numbers: (1.00) ÷ (0.00)")


def test_power_function() -> None:
    def answer(text: str) -> str:
        return power_function.trace(f"Compute {text}. Return your final answer correct to 3").answer

    found = power_function.trace("Compute -352.3345^-2. Return your final answer correct to 3")
    assert found.answer == "8.06e-6"
    assert found.steps[:8] == lines(
        "-^-2=+ 2=1+1 x1x2/x.+ a3b5c2. x1=352334e2 x2=x1*x1 352334*A4B3C3D2E5F3 A3*4+13"
    )
    assert found.steps[-2:] == lines("x=8056,-5-1+0=-6 .+805,6>4=806e-6")
    assert "/100000000/12413" in found.steps
    sixth = power_function.trace("Compute 1.6351^6. Return your final answer correct to 3").steps
    assert sixth[:4] == lines("+^6=+ 6=3+3_3=2+1_2=1+1 x1x2x3x6.+ a1.")
    assert tuple(step for step in sixth if "=x" in step) == lines("x2=x1*x1 x3=x2*x1 x6=x3*x3")
    for text, value in (
        ("-28.1985^3", "-2.24e+4"),
        ("9.9999^3", "1.00e+3"),
        ("10.0^-2", "1.00e-2"),
        ("-5.5^0", "1.00e+0"),
        ("-0.0123^-3", "-5.37e+5"),
    ):
        assert answer(text) == value
    with pytest.raises(Untraceable):
        answer("0.0^3")


@pytest.mark.parametrize(("size", "places"), [(1, 0), (2, 3), (3, 4), (5, 4), (9, 2)])
def test_square_roots_in_writing_are_right(size: int, places: int) -> None:
    rng = random.Random(size)
    for _ in range(200):
        number = rng.randrange(1, 10**size)
        steps, root = square_root.square_root(number, places)
        assert root == math.isqrt(number * 100**places)
        assert steps[-1] == f"={root}"


def test_a_digit_of_a_root_fills_the_gap_in_its_divisor() -> None:
    steps, root = square_root.square_root(14044, 1)
    assert root == 1185
    heads = [step for step in steps if "/" in step]
    assert heads == [
        "001,404400/_:1*1=001,0=0,0=0,1=1;1",
        "040,4400/2_:2*22=044,0=0,4=4,4>0 1*21=021,0=0,2<4;11",
        "1944,00/22_:194 9*22=198,1=1,9=9,8>4 8*22=176,1=1,7<9;118",
        "12000/236_:120 6*23=138,1=1,3>2 5*23=115,1=1,1<2;1185",
    ]
    assert "1-1=0;50" in square_root.square_root(2600, 0)[0]
