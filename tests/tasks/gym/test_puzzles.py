"""Puzzles: an example of each held verbatim, and what lies at the edges."""

from __future__ import annotations

import itertools
from math import gcd

import pytest

from cogling.tasks.gym.multistep import (
    jugs,
    largest_island,
    maze,
    mini_sudoku,
    n_queens,
    puzzle24,
    quantum_lock,
    shortest_path,
    zebra_puzzles,
)
from cogling.tasks.gym.symbolic import cryptarithm
from cogling.tasks.gym.trace import Trace, Untraceable

SUDOKU = """Solve this 4x4 Mini Sudoku puzzle:
_ 1 _ 4
_ _ 2 _
_ _ _ _
_ 4 1 _
Format your response as the puzzle above
"""


def test_mini_sudoku() -> None:
    found = mini_sudoku.trace(SUDOKU)
    assert found.steps[:3] == (
        "= a b1 c d4 e f g2 h i j k l m n4 o1 p",
        "a b1 c d4 e i m f=23",
        "c a b1 d4 g2 k o1 h=3 c3",
    )
    assert found.steps[-1] == "= a2 b1 c3 d4 e4 f3 g2 h1 i1 j2 k4 l3 m3 n4 o1 p2"
    assert found.answer == "2 1 3 4\n4 3 2 1\n1 2 4 3\n3 4 1 2"


def test_mini_sudoku_without_a_single_candidate_is_refused() -> None:
    with pytest.raises(Untraceable, match="single candidate"):
        mini_sudoku.trace(SUDOKU.replace("1", "_").replace("2", "_").replace("_ 4 _ _", "_ _ _ _"))


def puzzle24_question(*numbers: int) -> str:
    return f"Make 24 using {', '.join(map(str, numbers))}. You can only use each number once. You can use"


def test_puzzle24() -> None:
    found = puzzle24.trace(puzzle24_question(4, 4, 2, 4))
    assert found.steps == (
        "a24*4[6] 4 2 4",
        "b6*4 no",
        "b6*2[3] 4 4",
        "c4+4=8 4-4=0 4*4=16 4/4=1 no",
        "b6+4[2] 2 4",
        "c4+2=6 4-2=2",
        "4-2",
        "(4-2)+4",
    )
    assert found.answer == "((4-2)+4)*4"


def test_puzzle24_uses_the_numbers_it_was_given() -> None:
    for numbers in itertools.product((1, 3, 6, 8, 10), repeat=4):
        try:
            answer = puzzle24.trace(puzzle24_question(*numbers)).answer
        except Untraceable:
            continue
        used = "".join(c if c.isdigit() else " " for c in answer).split()
        assert sorted(map(int, used)) == sorted(numbers)


def test_puzzle24_without_a_solution_is_refused() -> None:
    with pytest.raises(Untraceable):
        puzzle24.trace(puzzle24_question(1, 1, 1, 1))


def queens_question(board: str, size: int = 8) -> str:
    return (
        f"Given the below board of size {size} x {size} your job is to place 2 queen(s) on the board such "
        f"that no two queens attack each other.\n{board}\n"
    )


def test_n_queens() -> None:
    board = """_ _ _ Q _ _ _ _
_ _ _ _ _ _ Q _
_ _ _ _ _ _ _ _
_ _ _ _ _ _ _ _
_ _ _ _ _ Q _ _
Q _ _ _ _ _ _ _
_ _ Q _ _ _ _ _
_ _ _ _ _ _ _ Q"""
    found = n_queens.trace(queens_question(board))
    assert found.steps == (
        "a123Q4",
        "b123456Q7",
        "c12345678",
        "d12345678",
        "e12345Q6",
        "fQ1",
        "g12Q3",
        "h1234567Q8",
        "c a4+2=246 b7+1=678 e6+2=468 f1+3=14 g3+4=37 h8+5=38:5",
        "d a4+3=147 b7+2=57 e6+1=567 f1+2=13 g3+3=36 h8+4=48:2",
        "1c5 d:456:2",
        "2d2",
        "a4 b7 c5 d2 e6 f1 g3 h8",
    )
    assert found.answer.splitlines()[2:4] == ["_ _ _ _ Q _ _ _", "_ Q _ _ _ _ _ _"]


def test_n_queens_that_cannot_be_placed_are_refused() -> None:
    with pytest.raises(Untraceable, match="no place"):
        n_queens.trace(queens_question("Q _ _\n_ _ _\n_ _ _", 3))
    with pytest.raises(Untraceable):
        n_queens.trace(queens_question("Q Q _\n_ _ _\n_ _ _", 3))


def lock_question(target: int, *buttons: str) -> str:
    return f"Start: 0 (red)\nTarget: {target}\nButtons:\n" + "\n".join(buttons)


def test_quantum_lock() -> None:
    found = quantum_lock.trace(
        lock_question(8, "A: Subtract 2 (when any)", "B: Multiply 2 (when any)", "C: Add 1 (when any)")
    )
    assert found.steps[:9] == (
        "red A-2 B*2 C+1",
        "green A-2 B*2 C+1",
        "a red 0",
        "0: A-2 B0 C1",
        "b green -2 0 1",
        "-2: A-4 B-4x C-1",
        "0: A-2 B0x C1",
        "1: A-1x B2 C2x",
        "c red -4 -1 -2 1 2",
    )
    assert found.steps[-1] == "a C b B c B d B e . f . g . h . i . j . k . l . m . n . o ."
    assert found.answer == "C → B → B → B"


def test_a_quantum_lock_that_never_opens_is_refused() -> None:
    with pytest.raises(Untraceable):
        quantum_lock.trace(lock_question(9, "A: Multiply 2 (when any)"))
    with pytest.raises(Untraceable):
        quantum_lock.trace(lock_question(9, "A: Add 3 (when green)"))


def path_question(grid: str) -> str:
    return f"Now, find the shortest path from * to # in the following grid:\n{grid}\n"


def test_shortest_path() -> None:
    found = shortest_path.trace(path_question("O #\n* X"))
    assert found.steps[:-1] == (
        "a0o a1#",
        "b0* b1x",
        "0 a1",
        "a1: b1x a0 right",
        "1 a0",
        "a0: a1- b0 up",
        "2 b0",
        "A b0 up",
        "B a0 right",
    )
    assert found.steps[-1] == "A up B right " + " ".join(f"{letter} ." for letter in "CDEFGHIJKLMNOP")
    assert found.answer == "up right"


def test_a_path_that_is_blocked() -> None:
    found = shortest_path.trace(path_question("O X #\n* X O"))
    assert found.steps[-3:] == ("1 b2", "b2: b1x a2-", "2")
    assert found.answer == "infeasible"


def maze_question(grid: str) -> str:
    return (
        f"Navigate from 'S' (start) to 'G' (goal):\n\n```\n{grid}\n```\nLegend: '`' = Wall, 'a' = Passage\n\n"
        "What is the minimum number of steps to reach the goal?"
    )


def test_maze() -> None:
    found = maze.trace(maze_question("`````\n`SaG`\n`````"))
    assert found.steps == (
        "a0x a1x a2x a3x a4x",
        "b0x b1* b2o b3# b4x",
        "c0x c1x c2x c3x c4x",
        "0 b3",
        "b3: b4x c3x b2 right a3x",
        "1 b2",
        "b2: b3- c2x b1 right",
        "2 b1",
    )
    assert found.answer == "2"


@pytest.mark.parametrize("grid", ["`S`G`", "`SSG`", "`SxG`", "`Sa`\n`G```", "`Sa`"])
def test_mazes_that_make_no_sense_are_refused(grid: str) -> None:
    with pytest.raises(Untraceable):
        maze.trace(maze_question(f"`````\n{grid}\n`````"))


def island_question(grid: str) -> str:
    return f"You are given the following 2 x 3 binary matrix grid:\n{grid}\n\nAn island is a group of 1's"


def test_largest_island() -> None:
    found = largest_island.trace(island_question("1 1 0\n0 0 1"))
    assert found.steps == (
        "a0# a1# a2.",
        "b0. b1. b2#",
        "a0 new",
        "1 a0: a1=2 b0.",
        "2 a1: a2. b1. a0-",
        "area 2 most 2",
        "a1- b2 new",
        "1 b2: b1. a2.",
        "area 1 most 2",
        "end",
    )
    assert found.answer == "2"
    assert largest_island.trace(island_question("0 0 0\n0 0 0")).answer == "0"


def jugs_question(jugs: str, target: int) -> str:
    return (
        f"The empty jugs hold this many litres of water: {jugs}\nAnd your target is: {target} litres.\n\n"
        "How do you defuse the bomb?"
    )


def test_jugs() -> None:
    found = jugs.trace(jugs_question("A:2, B:3, C:4, D:5, E:9", 4))
    assert found.steps[:4] == ("A2 B3 too small", "A2 C4 gcd 2 of 4 yes", "1 fill A 2,0", "2 pour A->C 4:0,2")
    found = jugs.trace(jugs_question("A:3, B:6, C:5", 4))
    assert found.steps == (
        "A3 B6 gcd 3 of 4 no",
        "A3 C5 gcd 1 of 4 yes",
        "1 fill A 3,0",
        "2 pour A->C 5:0,3",
        "3 fill A 3,3",
        "4 pour A->C 2:1,5",
        "5 empty C 1,0",
        "6 pour A->C 5:0,1",
        "7 fill A 3,1",
        "8 pour A->C 4:0,4",
    )
    assert found.answer.startswith('["fill A", "pour A->C", "fill A", "pour A->C", "empty C"')


def test_two_jugs_reach_whatever_their_divisor_divides() -> None:
    for a, b in itertools.product(range(1, 16), repeat=2):
        for target in range(1, max(a, b) + 1):
            if target % gcd(a, b) == 0:
                assert jugs.trace(jugs_question(f"A:{a}, B:{b}", target)).answer


def test_jugs_that_need_a_third_are_refused() -> None:
    with pytest.raises(Untraceable, match="no two jugs"):
        jugs.trace(jugs_question("A:6, B:10, C:15", 1))


ZEBRA = """This is a logic puzzle. There are 3 houses (numbered 1 on the left, 3 on the right), from the \
perspective of someone standing across the street from them. Each has a different person in them. They have \
different characteristics:
 - Each person has a unique name: bob, arnold, alice
 - Each mother is accompanied by their child: alice, billy, fred

{}

What is Name of the person who lives in House 1?? Provide only the name of the person as your final answer."""


def test_zebra_puzzles() -> None:
    clues = (
        "1. The person's child is named Fred is directly left of Bob.",
        "2. The person's child is named Alice is Bob.",
        "3. Alice and the person's child is named Fred are next to each other.",
        "4. Alice is in the third house.",
    )
    found = zebra_puzzles.trace(ZEBRA.format("\n".join(clues)))
    assert found.steps == (
        "a bob b arnold c alice",
        "d alice e billy f fred",
        "1 f<a",
        "2 d=a",
        "3 c~f",
        "4 c@3",
        "2 d=a a=d d>a",
        "kind a b c",
        "kind a e f",
        "1 f<a",
        "3 c~f",
        "4 c@3",
        "1 f123<a123 f12 a23",
        "3 c123~f12 c123 f12",
        "4 c123@3 c3",
        "c3: a2 b12",
        "a2: b1 e13 f1",
        "f1: e3",
        "house 1 b",
    )
    assert found.answer == "arnold"


def test_zebra_puzzles_try_and_go_back() -> None:
    others = ("Arnold", "Alice", "the person's child is named Fred")
    clues = [f"{i}. Bob and {other} are next to each other." for i, other in enumerate(others, start=1)]
    steps = zebra_puzzles.trace(ZEBRA.format("\n".join(clues))).steps
    begin = steps.index("try a1")
    assert steps[begin - 1 : begin + 6] == (
        "all a123 b123 c123 d123 e123 f123",
        "try a1",
        "a1: b23 c23",
        "1 a1~b23 a1 b2",
        "b2: c3",
        "2 a1~c3 !",
        "back a23 b123 c123 d123 e123 f123",
    )


def test_zebra_puzzles_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(Untraceable, match="contradict"):
        zebra_puzzles.trace(
            ZEBRA.format("1. Alice is directly left of Bob.\n2. Alice is in the third house.")
        )
    with pytest.raises(Untraceable, match="another kind"):
        zebra_puzzles.trace(ZEBRA.format("1. Alice likes Bob."))


def puzzle(*words: str) -> Trace:
    """The last word is the sum."""
    *addends, total = words
    rows = [*(f"  {word:>6}" for word in addends[:-1]), f"+ {addends[-1]:>6}", "-" * 8, f"  {total:>6}"]
    text = "\n".join(rows)
    return cryptarithm.trace(f"Solve this cryptarithm:\n\n{text}\n\nEach letter stands for a unique digit")


def solved(words: tuple[str, ...]) -> bool:
    digits = dict(pair.split("=") for pair in puzzle(*words).answer.split(","))
    assert sorted(digits) == sorted({*"".join(words)})
    assert len({*digits.values()}) == len(digits)
    assert all(digits[word[0]] != "0" for word in words)
    *addends, total = (int("".join(digits[letter] for letter in word)) for word in words)
    return sum(addends) == total


def test_letters_get_digits_column_by_column() -> None:
    found = puzzle("LNX", "CMUC", "MUL", "MBUB")
    assert found.steps == (
        *("aXbNcL", "aCbUcMdC", "aLbUcM", "aBbUcBdM", "aXCL=B2 bNUU=U2 cLMM=B2 dC=M0"),
        *("dCM+ cLMB++ bNU++ aXCLB+:d?0", "cLB+ bNU++ aXLB+:c?.", "bNU+ aX+:a0?", "bNU:b.."),
        *("d10:C+1=M C+1=M:C1M2", "1C2M34567890"),
        *("c11:L+2+2+1=B+10 L-5=B:L3xL4xL5B0", "1C2M345L67890B"),
        *("a01:X+1+5=0+10 X=4:X4", "1C2M34X5L67890B"),
        *("b11:N+U+U+1=U+10 N+U=9:N3U6", "1C2M3N4X5L6U7890B"),
    )
    assert found.answer == "C=1,M=2,N=3,X=4,L=5,U=6,B=0"


def test_a_choice_after_which_nothing_fits_is_undone() -> None:
    steps = puzzle("JXNI", "YGKQ", "XNKXX", "XXGNQ").steps
    undone = steps.index("<d10:J2")
    assert steps[undone - 1].startswith("d10:Y+N=6:")
    assert steps[undone - 1].endswith("x")
    assert steps[undone + 1 : undone + 3] == ("1I23456789X0K", "d10:J+Y+N=8:J3")


@pytest.mark.parametrize(
    "words",
    [
        ("SEND", "MORE", "MONEY"),
        ("LNX", "CMUC", "MUL", "MBUB"),
        ("AB", "CB", "DB"),  # B is 0, or both columns would carry
        ("ABC", "DEF", "GHI"),
        ("TWO", "TWO", "FOUR"),
    ],
)
def test_the_digits_found_make_the_sum_right(words: tuple[str, ...]) -> None:
    assert solved(words)


def test_a_letter_that_no_column_tells_takes_a_digit_that_is_left() -> None:
    found = puzzle("AB", "AC", "DC")  # B is 0; C is anything
    assert "C" not in found.steps[-2]
    assert "C" in found.steps[-1]
    assert solved(("AB", "AC", "DC"))


@pytest.mark.parametrize("words", [("ABC", "D", "EF"), ("A", "A", "A"), ("AB", "BA", "AB")])
def test_a_sum_that_no_digits_make_right_is_untraceable(words: tuple[str, ...]) -> None:
    with pytest.raises(Untraceable):
        puzzle(*words)
