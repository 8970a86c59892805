"""Whole numbers: divisors, primes, bases, bits, sequences; an example of each word by word, and corners."""

from __future__ import annotations

import importlib
import math
import random
from string import ascii_uppercase

import pytest

from cogling.tasks.gym import divisors, hexadecimal
from cogling.tasks.gym.basic import count_primes, number_sequence
from cogling.tasks.gym.trace import Trace, Untraceable

GCD = "Find the Greatest Common Divisor (GCD) of these numbers: {}. Give only the GCD as your final answer."
LCM = "Find the Least Common Multiple (LCM) of these numbers: {}"
FRACTION = (
    "Simplify the fraction {} to its lowest terms. Give only the simplified fraction as your final answer."
)
FACTORS = (
    "Find the prime factorization of {}. Write the factors separated by × "
    "(Example: for 12 the answer would be: 2 × 2 × 3)"
)
BASES = (
    "Your task is to convert a number between two different bases.\n\n"
    "If the target base is > 10, use lowercase letters a-z for digits above 9.\n\n"
    "Now, convert the {} number {} to {}\n"
)
BITS = "How many 1 bits are there in the binary representation of the number {}?"
PRIMES = "Count how many prime numbers there are between {} and {} (inclusive) ?"
HEXADECIMAL = (
    "Please solve this problem. Assume there is arbitrary bit depth and that there are signed integers. "
    "If the answer is negative, reply as a negative value (ex., -0x3), not the two's-compliment form. "
    "Reply only with the final hexidecimal value.\n{}"
)


def worked(task: str, question: str) -> Trace:
    found = importlib.import_module(f"cogling.tasks.gym.basic.{task}").trace(question)
    assert isinstance(found, Trace)
    return found


EXAMPLES = {
    "gcd": (
        GCD.format("60, 42"),
        "30,21;2 30 /2=15 21 21-15 "
        "a11-5-0=06;6 b12-1-1=10;06 =6 /2=3 15/3 1/3=0r1;0 15/3=5r0;05 =5r0 g3 3*2=6",
        "6",
    ),
    "lcm": (
        LCM.format("15, 10"),
        "15=;15:;10 15,10 15 10 /2=5 15/5 1/5=0r1;0 15/5=3r0;03 =3r0 g5 10/5 1/5=0r1;0 10/5=2r0;02 =2r0 "
        "15=15;:;2 15*2 a5*2=10+0+0=10;0 b1*2=02+1+0=03;30 =30",
        "30",
    ),
    "fraction_simplification": (
        FRACTION.format("$12/42$"),
        "6,21;2 6 /2=3 21 21/3 2/3=0r2;0 21/3=7r0;07 =7r0 g3 "
        "6/3 6/3=2r0;2 =2r0 21/3 2/3=0r2;0 21/3=7r0;07 =7r0",
        "$2/7$",
    ),
    "count_bits": (BITS.format(13), "6r1;1 3r0;1 1r1;2 0r1;3", "3"),
    "count_primes": (
        PRIMES.format(5306, 5341),
        "<=53,41:702 03;703 09;704 23;705 33;706 47>41 <53,06:702 03;703 09>06 "
        "706-703 a16-3-0=13;3 b10-0-0=10;03 c17-7-0=10;003 =3",
        "3",
    ),
    "number_sequence": (
        "4, 15, 30, 56, ?",
        "a4b15c30d56;y30z56 4/2=2?15 15+-4=15-4 15-4=11 30+-15 30?15:_3>1 =30-15 a10-5-0=05;5 b13-1-1=11;15 "
        "=15 56+-30 56?30:_5>3 =56-30 a16-0-0=16;6 b15-3-0=12;26 =26 p11q15r26 15+-4=15-4 15-4=11 "
        "26+-15 26?15:_2>1 =26-15 a16-5-0=11;1 b12-1-0=11;11 =11 s11t11 s=t 56+30 a6+0+0=06;6 "
        "b5+3+0=08;86 =86 86+11 a6+1+0=07;7 b8+1+0=09;97 =97",
        "97",
    ),
}


@pytest.mark.parametrize("task", list(EXAMPLES))
def test_the_worked_example(task: str) -> None:
    question, steps, answer = EXAMPLES[task]
    assert worked(task, question) == Trace(tuple(step.replace("_", " ") for step in steps.split(" ")), answer)


def test_factors_are_kept_beside_what_is_left() -> None:
    found = worked("prime_factorization", FACTORS.format(442))
    assert found.steps[:3] == ("2*2=4<442: 1 digits<3", "2 × 221", "2*2=4<221: 1 digits<3")
    assert found.steps[-6:] == (
        "1*11=11,0-1<0",
        "13*13=169?221: 1<2",
        "7*13=91,22-9=13;7",
        "1*13=13,1-1=0;17",
        "2 × 13 × 17",
        "13*13=169>17: 3 digits>2",
    )
    assert found.answer == "2 × 13 × 17"
    assert worked("prime_factorization", FACTORS.format(49)).steps[-3:] == (
        "=7r0",
        "7 × 7",
        "7*7=49>7: 2 digits>1",
    )
    assert worked("prime_factorization", FACTORS.format(2)) == Trace(("2*2=4?2: 4>2",), "2")


def test_digits_change_their_base() -> None:
    found = worked("base_conversion", BASES.format("base-11", "4a2", "base-15"))
    assert found == Trace(
        (
            "11:a4b10c2",
            "15,30,45,60,75,90,105,120,135",
            "a4/15=0r4",
            "b4*11=44+10=54/15?45=9,3r9",
            "c9*11=99+2=101/15?105>?90=11,6r11",
            "b3c6; b",
            "b3/15=0r3",
            "c3*11=33+6=39/15?30=9,2r9",
            "c2; 9 b",
            "c2/15=0r2",
            "; 2 9 b",
        ),
        "29b",
    )
    assert worked("base_conversion", BASES.format("binary", "0", "hexadecimal")).answer == "0"
    lines = worked("base_conversion", BASES.format("base-19", "aa3", "base-13")).steps
    assert {"b10*19=190+10=200/13?130=70?78>?65=5,15r5", "c5*19=95+3=98/13?91=7,7r7"} <= set(lines)
    for old, digits in (("base-7", "17"), ("base-1", "0"), ("base-37", "1"), ("base-7", "")):
        with pytest.raises(Untraceable):
            worked("base_conversion", BASES.format(old, digits, "binary"))


def test_brackets_are_named_as_they_close() -> None:
    found = worked("bitwise_arithmetic", HEXADECIMAL.format("((0x138b - 0xd33f) >> 0x1)"))
    assert found == Trace(
        (
            "A=0x138b-0xd33f B=A>>1 .",
            "A=0x138b-0xd33f",
            "z1y3x8w11:d z13y3x3w15:d",
            "d1c3b8a11,d13c3b3a15",
            "d,d=",
            "d1,13<",
            "0xd33f-0x138b:A-",
            "d13c3b3a15-d1c3b8a11",
            "a31-11-0=20:1rA4",
            "b19-8-0=11:0rB11",
            "c19-3-1=15:0rC15",
            "d29-1-1=27:1rD11",
            "A:-d11c15b11a4",
            "B=A>>1",
            "A-:B-",
            "d11c15b11a4/2",
            "d11/2=5r1+0*8=5",
            "c15/2=7r1+1*8=15",
            "b11/2=5r1+1*8=13",
            "a4/2=2r0+1*8=10",
            "B:-d5c15b13a10",
            ". - 0 x 5 f d a",
        ),
        "-0x5fda",
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("((0x100 - 0x103) >> 0x1)", -2),
        ("((0x100 - 0x103) >> 0x0)", -3),
        ("((0x100 - 0x103) << 0x2)", -12),
        ("((0x100 - 0x103) * (0x100 - 0x102))", 6),
        ("((0x100 - 0x103) - (0x100 - 0x103))", 0),
        ("((0x100 - 0x103) - 0x200)", -515),
        ("0x1f3", 0x1F3),
    ],
)
def test_signs_and_zeros_in_hexadecimal(expression: str, value: int) -> None:
    assert worked("bitwise_arithmetic", HEXADECIMAL.format(expression)).answer == hex(value)


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("((0x1 - 0x102) + 0x2)", ["z2:a", "A-", "c1b0a1,a2", "c,a>", "A-0x2:B-"]),
        ("((0x1 - 0x102) - 0x1002)", ["z1y0x0w2:d", "A-", "A+0x1002:B-", "c1b0a1+d1c0b0a2"]),
        ("((0x1 - 0x102) * 0x2)", ["z2:a", "A-:B-", "c1b0a1*a2"]),
        ("((0x1 - 0x102) - (0x1 - 0x102))", ["A-,B-", "c,c=", "c1,1=", "b0,0=", "a1,1=", "A-B:C+"]),
    ],
)
def test_signs_of_results_are_looked_up_before_their_digits(expression: str, lines: list[str]) -> None:
    steps = list(worked("bitwise_arithmetic", HEXADECIMAL.format(expression)).steps)
    start = steps.index(lines[0], steps.index("A:-c1b0a1"))
    assert [step for step in steps[start:] if step in lines] == lines


@pytest.mark.parametrize("expression", ["(0x1 + )", "(0x1 0x2)", "0x1)", "((0x1 + 0x2)", "(0x1 << 0x9)", ""])
def test_no_expression_is_untraceable(expression: str) -> None:
    with pytest.raises(Untraceable):
        worked("bitwise_arithmetic", HEXADECIMAL.format(expression))


def test_hexadecimal_products_are_right_in_every_column() -> None:
    rng = random.Random(3)
    for _ in range(200):
        a, b = rng.getrandbits(rng.choice([4, 16, 40])), rng.getrandbits(rng.choice([4, 16, 40]))
        steps = hexadecimal.multiply(a, b)
        assert steps[-1] == hexadecimal.listed(a * b)
        for step in steps:
            if step.count("=") == 2:
                _, terms, rest = step.split("=")
                product, carried, so_far = terms.split("+")
                total, split = rest.split(":")
                carry, digit = split.split("r")
                assert int(product) + int(carried) + int(so_far.lstrip(ascii_uppercase)) == int(total)
                assert 16 * int(carry) + int(digit.lstrip(ascii_uppercase)) == int(total)


def test_a_product_has_its_digits_by_the_letters_of_their_places() -> None:
    assert hexadecimal.multiply(0x138B, 0x29) == [
        "d1c3b8a11*b2a9",
        "*a9",
        "a11*9=99+0+0=99:6rA3",
        "b8*9=72+6+0=78:4rB14",
        "c3*9=27+4+0=31:1rC15",
        "d1*9=9+1+0=10:0rD10",
        "rE0",
        "*b2",
        "a11*2=22+0+B14=36:2rB4",
        "b8*2=16+2+C15=33:2rC1",
        "c3*2=6+2+D10=18:1rD2",
        "d1*2=2+1+E0=3:0rE3",
        "rF0",
        "e3d2c1b4a3",
    ]
    with pytest.raises(ValueError, match="more than 26 digits"):
        hexadecimal.multiply(16**20, 16**8)


def test_divisors_are_right() -> None:
    rng = random.Random(1)
    for _ in range(500):
        odd, number = 2 * rng.randrange(5000) + 1, rng.randrange(1, 10000)
        steps, divisor = divisors.greatest_common_divisor(odd, number)
        assert divisor == math.gcd(odd, number)
        assert steps[-1] == f"g{divisor}"
        small = rng.choice([11, 13, 49, 97])
        assert divisors.divide_out(number * small, small)[1] == number
        assert divisors.divide_from_below(number, small)[1] == (None if number % small else number // small)
    assert divisors.divide_from_below(1207, 17) == (["1*17=17,120-1=119,1=119;1", "7*17=119,11-11=0;71"], 71)
    assert divisors.divide_from_below(36001, 37)[0][0] == "3*37=111,100-11=089,36-1=3589;3"


def test_two_even_numbers_are_named_before_both_are_halved() -> None:
    assert worked("lcm", LCM.format("12, 20")).steps[1:4] == ("12,20", "6,10;2", "3,5;4")


def test_where_a_multiple_stands_is_said_before_each_divisor() -> None:
    steps = worked("lcm", LCM.format("4, 6, 4, 10")).steps
    assert [step for step in steps if ":" in step] == [
        "4=;4:4,10;6",
        "4=4;:4,10;3",
        "12=;4,3:10;4",
        "12=4;3:10;1",
        "12=4,3;:10;1",
        "12=;4,3:;10",
        "12=4;3:;5",
        "12=4,3;:;5",
    ]


def test_least_common_multiples_of_several_numbers() -> None:
    rng = random.Random(2)
    for _ in range(200):
        numbers = [rng.randrange(1, 400) * rng.choice([1, 2, 6, 12]) for _ in range(rng.randint(2, 4))]
        found = worked("lcm", LCM.format(", ".join(map(str, numbers))))
        assert found.answer == str(math.lcm(*numbers))


@pytest.mark.parametrize(
    ("fraction", "answer"),
    [
        (r"$\frac{50}{75}$", r"$\frac{2}{3}$"),
        (r"$\dfrac{14}{6}$", r"$\dfrac{7}{3}$"),
        ("7/7", "1/1"),
        ("3/8", "3/8"),
    ],
)
def test_fractions_keep_their_form(fraction: str, answer: str) -> None:
    assert worked("fraction_simplification", FRACTION.format(fraction)).answer == answer


def test_primes_are_counted_at_both_ends() -> None:
    primes = count_primes.known_primes()
    assert sum(prime <= count_primes.LARGEST for prime in primes) == 5133
    assert primes[-1] > count_primes.LARGEST
    for start, end in ((1, 1), (2, 2), (1, 50_000), (97, 101), (98, 100), (49_999, 49_999)):
        expected = sum(start <= prime <= end for prime in primes)
        assert worked("count_primes", PRIMES.format(start, end)).answer == str(expected)
    for start, end in ((5, 4), (1, 50_001)):
        with pytest.raises(Untraceable):
            worked("count_primes", PRIMES.format(start, end))


@pytest.mark.parametrize(
    ("sequence", "rule", "answer"),
    [
        ("9, 4, 6, 5, 5", "5,5", "5"),
        ("-6, 15, -6, 15", "15,-6", "-6"),
        ("-9, -5, -3, -2", "-2/2=-1", "-1"),
        ("5, 19, 33, 47, 61", "p=q=r", "75"),
        ("7, 14, 28, 56, 112", "p=a,q=b,r=c", "224"),
        ("5, 5, 10, 15, 25", "s=t=0", "40"),
        ("-1, -1, -3, -5, -11, -21", "s=a,t=b", "-43"),
        ("2, 4, 10, 24, 58", "s=b,t=c", "140"),
        ("-4, -6, -10, -18, -34", "-2*2=-4*2=-8", "-66"),
        ("10, -20, 40, -80, 160", "-30*-2=60*-2=-120", "-320"),
        ("7, 3, 8, 7, 11", "8/2=4+3=7", "12"),
        ("5, -2, -8, -14, -20", "q=r", "-26"),
        ("2, 4, 12, 32, 88, 240", "2+4*2=12,4+12*2=32", "656"),
    ],
)
def test_rules_of_sequences(sequence: str, rule: str, answer: str) -> None:
    found = worked("number_sequence", f"{sequence}, ?")
    assert rule in found.steps
    assert found.answer == answer


@pytest.mark.parametrize(
    ("sequence", "kind"),
    [
        ("3, 5, 7, 9", "p=q=r"),
        ("9, 8, 8, 8", "constant"),
        ("7, -7, 7, -7", "repeated"),
        ("-100, -50, -25, -13", "half"),
        ("7, 3, 8, 7, 11", "9/9=9+9=9"),
        ("10, -20, 40, -80, 160", "9*9=9*9=9"),
        ("2, 4, 12, 32, 88, 240", "9+9*9=9,9+9*9=9"),
    ],
)
def test_kinds_of_sequences(sequence: str, kind: str) -> None:
    found = worked("number_sequence", f"{sequence}, ?")
    assert number_sequence.kind(found) == kind


def test_a_sequence_without_a_rule_is_untraceable() -> None:
    with pytest.raises(Untraceable):
        worked("number_sequence", "1, 7, 2, 40, ?")
