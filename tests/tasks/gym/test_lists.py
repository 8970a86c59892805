"""Traces of the tasks on lists, held word for word, and their edge cases."""

from __future__ import annotations

import pytest

from cogling.tasks.gym.basic import (
    arc_1d,
    buckets,
    list_functions,
    number_filtering,
    number_format,
    number_sorting,
)
from cogling.tasks.gym.symbolic import polynomial_equations
from cogling.tasks.gym.trace import Untraceable


def filtering(order: str, numbers: str) -> tuple[tuple[str, ...], str]:
    text = f"{order} in this list: [{numbers}]\nReturn the new list in the same format."
    trace = number_filtering.trace(text)
    return trace.steps, trace.answer


def test_numbers_are_kept_by_their_first_digit_that_differs_from_the_bound() -> None:
    assert filtering("Keep all numbers larger than -81.7385", "'89.573', '-27', '-92.501', '-81.857'") == (
        (
            *("keep >-81.7385", "+y -<81.7385", "[;89.573y [>89.573", "573;-27 2<8y 89.573>-27"),
            *("-27;-92.501 9>8n", "501;-81.857 8=8,1=1,8>7n", "857;]", "-27>]"),
        ),
        "['89.573', '-27']",
    )
    assert filtering("Remove all numbers larger than 42.5", "'42.50', '42', '-7', '4.9', '42.51'") == (
        (
            *("keep <=42.5", "+<=42.5 -y", "[;42.50 4=4,2=2,5=5,0=0y [>42.50"),
            *(".50;42 4=4,2=2,0<5y 42.50>42", "42;-7y 42>-7", "-7;4.9 1 digits<2y -7>4.9"),
            *("4.9;42.51 4=4,2=2,5=5,1>0n", ".51;]", "4.9>]"),
        ),
        "['42.50', '42', '-7', '4.9']",
    )


def test_what_is_removed_may_be_everything_and_equal_numbers_are_written_alike() -> None:
    nothing, answer = filtering("Keep all numbers smaller than 1.5", "'2', '3.1'")
    assert (nothing[-1], answer) == ("[]", "[]")
    assert filtering("Remove all numbers smaller than 1.5", "'30', '1', '30.0'")[1] == "['30', '30']"


def test_numbers_are_sorted_by_their_leading_digits() -> None:
    question = "Sort these numbers in descending order: -25.9, 74.73, -91.0, 70.5\n"
    trace = number_sorting.trace(f"{question}Please follow the instruction below:\n...")
    assert trace.steps == (
        "+ 9;8;7:987654 74.73 3210 70.5;6;5;4;3;2;1;0",
        "- 0;1;2:012345 25.9 6789;3;4;5;6;7;8;9:01 91.0 23456789",
        "last -91.0",
    )
    assert trace.answer == "['74.73', '70.5', '-25.9', '-91.0']"


def test_numbers_below_ten_have_no_tens_and_hundreds_get_lines() -> None:
    assert buckets.sweep(["8.3", "8.25", "-16.0"]) == (
        ["- 9;8;7;6;5;4;3;2;1:9876 16.0 543210;0", "+ 0:012345678 8.25,8.3 9;1;2;3;4;5;6;7;8;9"],
        ["-16.0", "8.25", "8.3"],
    )
    steps, ordered = buckets.sweep(["310.5", "7.25", "-0.0", "342"], descending=True)
    assert steps[5:8] == ["+4", "+3 9;8;7;6;5;4:98765432 342 10;3;2;1:9876543210 310.5;0", "+2"]
    assert steps[-10] == "-0 0:0 0.0 123456789;1;2;3;4;5;6;7;8;9"
    assert ordered == ["342", "310.5", "7.25", "-0.0"]
    with pytest.raises(ValueError, match="whole digits"):
        buckets.sweep(["1000.0"])


def choice(size: str, numbers: str) -> tuple[tuple[str, ...], str]:
    trace = number_format.trace(f"Now, pick the {size} number of the following candidates: {numbers}\n")
    return trace.steps, trace.answer


def test_the_best_number_so_far_is_held_against_the_next() -> None:
    assert choice("largest", "1,412.7 1416.640000 1.416709999999999e+03") == (
        (
            *("largest", "A1412.7", "B1416.640000", "C1416.709999"),
            *("largest A?B", "a1b4c1d2e7", "A1B4C1D6E6F4G0H0I0J0", "a1A1=,b4B4=,c1C1=,d2D6<"),
            "largest A<B:B",
            *("largest B?C", "a1b4c1d6e6f4g0h0i0j0", "A1B4C1D6E7F0G9H9I9J9", "a1A1=,b4B4=,c1C1=,d6D6=,e6E7<"),
            "largest B<C:C",
            "C1416.709999",
        ),
        "1416.709999",
    )
    steps, answer = choice("smallest", "41.5 41.250000 41.25")
    assert (steps[4], steps[9], steps[-1], answer) == ("smallest A?B", "smallest B?C", "B41.25", "41.25")
    assert steps[12:14] == ("a4A4=,b1B1=,c2C2=,d5D5=,e0E0=,f0F0=,g0G0=,h0H0=", "smallest B=C:B")


def test_two_numbers_are_compared_from_their_first_digit_or_behind_the_point() -> None:
    assert choice("smallest", "4001.500000 3,999.25") == (
        (
            *("smallest", "A4001.500000", "B3999.25", "smallest A?B"),
            *("a4b0c0d1e5f0g0h0i0j0", "A3B9C9D9E2F5", "a4A3>", "smallest A>B:B", "B3999.25"),
        ),
        "3999.25",
    )
    assert choice("largest", "41.000000 41.250000") == (
        (
            *("largest", "A41.000000", "B41.250000", "largest A?B"),
            *("a4b1c0d0e0f0g0h0", "A4B1C2D5E0F0G0H0", "a4A4=,b1B1=,c0C2<"),
            *("largest A<B:B", "B41.25"),
        ),
        "41.25",
    )


def test_many_candidates_are_not_written_out_and_nothing_may_be_shared() -> None:
    assert choice("smallest", " ".join(["999,999.4"] * 20)) == (("smallest 999999.4",), "999999.4")
    few = " ".join(f"40{k}.500000" for k in range(9))
    assert choice("largest", f"{few} 395.500000")[0] == (
        *("largest", "9n8n7n6n5n4y"),
        *("largest 40", "9n8y", "largest 408.5"),
    )
    with pytest.raises(Untraceable, match="lengths"):
        choice("smallest", "9,999.5 10,000.5")


def induction(examples: list[tuple[str, str]], new: str) -> tuple[tuple[str, ...], str]:
    pairs = "".join(f"Input {i}: [{x}]\nOutput {i}: [{y}]\n" for i, (x, y) in enumerate(examples, 1))
    trace = list_functions.trace(f"Examples:\n{pairs}\n\nInput: [{new}]\nOutput:\n")
    return trace.steps, trace.answer


def test_the_rule_of_a_list_is_found_by_its_mark() -> None:
    assert induction([("56, 54, 9, 31", "31, 9, 54, 56"), ("7, 30, 8", "8, 30, 7")], "29, 81, 75") == (
        (
            *("one 1n", "same 1:56>31n", "back 1:31=31,56=56y 2:8=8,7=7y"),
            *("a29 b81 c75", "c75 b81 a29"),
        ),
        "[75, 81, 29]",
    )


@pytest.mark.parametrize(
    ("examples", "new", "answer"),
    [
        ([("15", "0"), ("40", "1")], "735", "[0]"),
        ([("15", "26")], "1", "[-2]"),
        ([("3, 8, 1, 9", "1")], "5, 6, 7", "[7]"),
        ([("3, 6, 12", "24"), ("7, 14, 28", "56")], "90, 180, 360", "[720]"),
        ([("3, 6, 13", "1"), ("9, 7, 2", "0")], "100, 100, 9", "[0]"),
        ([("3, 8, 5", "1"), ("9, 7, 2", "0")], "5, 2, 5, 5", "[3]"),
        ([("30, 80, 2, 1", "80"), ("9, 7, 0", "9")], "31, 2, 1", "[2]"),
        ([("30, 80, 12, 11", "4"), ("9, 7, 70", "3")], "31, 2, 1, 4, 4", "[5]"),
        ([("30, 80, 12, 11", "133"), ("9, 7, 70", "86")], "31, 2, 1", "[34]"),
        ([("30, 80, 12, 12", "12"), ("9, 7, 70", "16")], "30, 40, 50", "[0]"),
        ([("30, 80", "30, 80")], "30, 40, 50", None),
        ([("30, 80, 1", "30, 80, 1")], "30, 40, 50", "[30, 40, 50]"),
        ([("30, 80, 1", "30, 81, 3")], "30, 40, 50", "[30, 41, 52]"),
        ([("30, 80, 1", "31, 80, 2")], "30, 40, 50", "[31, 40, 51]"),
        ([("30, 80, 1", "1, 30, 80")], "5, 40, 5", "[5, 5, 40]"),
        ([("30, 1, 80", "80, 30, 1")], "5, 40, 100", "[100, 40, 5]"),
        ([("30, 1, 80", "1"), ("3, 1, 5", "")], "5, 41, 100, 2", "[41, 100]"),
        ([("30, 1, 80", "7, 9")], "5, 41, 100, 2", None),
    ],
)
def test_every_rule_is_found_and_worked(
    examples: list[tuple[str, str]], new: str, answer: str | None
) -> None:
    if answer is None:
        with pytest.raises(Untraceable):
            induction(examples, new)
    else:
        assert induction(examples, new)[1] == answer


def rows(examples: list[tuple[str, str]], new: str) -> tuple[tuple[str, ...], str]:
    text = "".join(
        f"Example {i}:\nInput:  {' '.join(x)}\nOutput: {' '.join(y)}\n\n"
        for i, (x, y) in enumerate(examples, 1)
    )
    trace = arc_1d.trace(
        "Find the common rule that maps an input grid to an output grid, given the examples below.\n\n"
        f"{text}Below is a test input grid. Predict.\n\nInput:\n{' '.join(new)}"
    )
    return trace.steps, trace.answer.replace(" ", "")


def test_a_block_moves_round_the_ends_of_its_row() -> None:
    assert rows([("00770000", "00077000"), ("10000000", "01000000")], "40000004") == (
        (
            *("a0b0c7d7e0f0g0h0", "c-d", "a0b0c0d7e7f0g0h0", "d-e", "one,c7y", "repeat,a0n"),
            *("move,c>d,c>d,e>f,e>f,right,1y", "a4b0c0d0e0f0g0h4", "a,h"),
            *("h>a", "a<h4,b<a4", "a4b4c0d0e0f0g0h0"),
        ),
        "44000000",
    )


def test_cells_that_move_are_named_one_by_one_with_where_they_come_from() -> None:
    moved = rows([("00770000", "00007700")], "10000004")[0]
    assert moved[-3:] == ("h>a>b", "b<h4,c<a1", "a0b4c1d0e0f0g0h0")
    turned = rows([("00766660", "00666670")], "08110000")[0]
    assert turned[-2] == "b<d1,c<c1,d<b8"
    fallen = rows([("01030140", "00001314")], "00090201")[0]
    assert fallen[-2] == "h<h1,g<f2,f<d9"
    closed = rows([("01030140", "10301400")], "60090201")[0]
    assert closed[-3:-1] == ("b", "b<c0,c<d9,d<e0,e<f2,f<g0,g<h1")


@pytest.mark.parametrize(
    ("before", "after", "new", "answer"),
    [
        ("0077777000000", "0000000777770", "0330000000000", "0003300000000"),
        ("00766660", "00666670", "08110000", "01180000"),
        ("07777770", "07000070", "00333000", "00303000"),
        ("00075550", "77775550", "02223000", "02223333"),
        ("12120000", "12121212", "56565600", None),
        ("121200000", "121212121", "568568000", "568568568"),
        ("00700070", "00777770", "10000100", "11111100"),
        ("01000550", "01550000", "33300001", "00003331"),
        ("02000550", "02055000", "33300002", "00333002"),
        ("02000550", "02222550", None, None),
        ("02000440", "04444440", "33300002", "33333333"),
        ("03000330", "05000550", "10200303", "50500505"),
        ("01020120", "22000011", "10000201", "20000011"),
        ("01030140", "11110000", "00090201", "11100000"),
        ("01030140", "00001314", "00090201", "00000921"),
        ("01030140", "10301400", "60090201", "60902010"),
        ("50300240", "53322240", "10040005", "11144445"),
        ("00444040", "00444000", "20022200", "00022200"),
        ("00440010", "03443010", "99000220", "99303223"),
    ],
)
def test_rules_of_rows(before: str, after: str, new: str | None, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(Untraceable):
            rows([(before, after)], new or before)
    else:
        assert rows([(before, after)], new or before)[1] == answer


def equation(left: str) -> tuple[tuple[str, ...], str]:
    trace = polynomial_equations.trace(f"Solve for real m: {left} = 0\nIn solving equations, please")
    return trace.steps, trace.answer


def test_a_root_is_a_quotient_rounded_by_adding_half_of_the_last_place() -> None:
    steps, answer = equation("32*m**2 - 7*m")
    assert steps[:4] == ("2:32 1:-7", "1:32 0:-7", "7/32", "roots 0 +7/32")
    assert steps[4:9] == ("7*2=14", "32*2", "a2*2=04+0+0=04;4", "b3*2=06+0+0=06;64", "=64")
    assert steps[9:13] == ("14/64", "14,0032", "140032/64", "014,0032/64:014;0")
    assert steps[-3:] == ("=2188r0", "2188: 4 digits 02188", "roots 0 +0.2188")
    assert answer == "0.0, 0.2188"
    steps, answer = equation("-47*m**3 - 22*m**2")
    assert steps[2:4] == ("22/-47=-(22/47)", "roots 0 -22/47")
    assert (steps[-1], answer) == ("roots 0 -0.4681", "0.0, -0.4681")
    steps, answer = equation("-m - 5")
    assert (*steps[1:3], steps[-1], answer) == ("5/-1=-(5/1)", "roots -5/1", "roots -5.0000", "-5.0000")


@pytest.mark.parametrize(
    ("left", "answer"),
    [
        ("140 - 69*m", "2.0290"),
        ("m**3", "0.0"),
        ("m**2 + 1", ""),
        ("m**3 + 2*m**2 + 9*m", "0.0"),
        ("-m**2 + 6*m - 9", "3.0000"),
        ("m**2 - 2", "-1.4142, 1.4142"),
        ("m**2 - 5*m + 6", "2.0000, 3.0000"),
    ],
)
def test_roots(left: str, answer: str) -> None:
    assert equation(left)[1] == answer


def test_two_roots_are_worked_by_the_formula() -> None:
    steps, answer = equation("-2*m**2 + 2*m + 7")
    assert steps[:5] == ("2:-2 1:2 0:7", "2*2=4", "2*7=14", "14*4", "a4*4=16+0+0=16;6")
    assert steps[7:10] == ("4*-2*7=-56", "4+56=60", "sqrt 60,00000000")
    line = steps.index("roots 20000-77459 20000+77459 /4")
    assert steps[line - 4 : line] == ("2:2 1:-2 0:-7", "2*2=4", "b -2", "-b 2")
    assert [step for step in steps if "root " in step] == ["root -", "root -1.4365", "root +", "root +2.4365"]
    assert steps[-1] == "roots -1.4365 2.4365"
    assert answer == "-1.4365, 2.4365"
    steps, _ = equation("3*m**3 + m**2 - 5*m")
    assert "0;2:3 1:1 0:-5" in steps
    assert [step for step in steps if "roots" in step] == [
        "roots 0 -10000-78102 -10000+78102 /6",
        "roots 0 -1.4684 1.1350",
    ]
    steps, _ = equation("3*m**3 + 8*m**2 + m")
    assert steps[-1] == "roots 0 -2.5352 -0.1315"


def test_whether_4ac_is_above_or_below_0_is_told_before_it_is_used() -> None:
    assert equation("3*m**2 + m + 5")[0][1:5] == ("1*1=1", "3*5=15", "15*4", "a5*4=20+0+0=20;0")
    assert "4*3*5=60" in equation("3*m**2 + m + 5")[0]
    assert equation("3*m**2 + 5")[0][1:] == ("3*5>0", "none")
    assert equation("3*m**2 - 5")[0][1:3] == ("3*-5<0", "3*5=15")


@pytest.mark.parametrize("left", ["m**3 - 8", "m**3 - m + 1", "m + m", "m - n", "0*m + 1"])
def test_roots_that_are_not_worked(left: str) -> None:
    with pytest.raises(Untraceable):
        equation(left)
