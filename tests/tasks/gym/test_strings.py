"""Letters and counts: an example held word by word for each task, and the corners."""

from __future__ import annotations

import random
from types import ModuleType

import pytest

from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.tasks.gym.basic import binary_alternation, isomorphic_strings, letter_counting, spell_backward
from cogling.tasks.gym.symbolic import (
    ab,
    caesar_cipher,
    string_insertion,
    string_manipulation,
    string_splitting,
    string_synthesis,
)
from cogling.tasks.gym.trace import Untraceable

ALTERNATING = "the minimum number of swaps to make the following binary string alternating: {}\n"
ISOMORPHIC = "Return True if the following two strings are isomorphic, or False otherwise:\n{}\n"
COUNTING = 'How many times does the letter "h" appear in the text: "{}"?'
BACKWARD = "Spell this word backward (example: sun -> nus): {}"
AB = "Now, consider the following program:\n\n{}\n\nReturn the final state of the program.\n"
CAESAR = "Decrypt this Caesar cipher text: {}. Provide only the decrypted text as your final answer."
INSERTION = "provide the answer after inserting the characters according to the pattern: {}\n"
MACHINES = "Now, you have {} machine A, {} machine B, and {} machine C. Provide"
BLOCKS = "Now, you have {} [A], {} [B], and {} [C] blocks. Provide"
TRIVIAL_RULES = (
    "If the string prefix is 'bc', delete the first two characters and append 'aa' to the end.",
    "If the string suffix is 'bb', delete the last two characters.",
)


def rules(*texts: str, string: str) -> str:
    numbered = "\n".join(f"{i}. {text}" for i, text in enumerate(texts, start=1))
    return (
        f"apply the first applicable rule to the string:\n{numbered}\n\nOnce you have applied a rule\n"
        f"Transform the following string according to the above list of rules:\n{string}\n"
    )


def test_any_word_may_give_the_key_of_a_cipher_away() -> None:
    pytest.importorskip("reasoning_gym")
    task = get_task("gym.caesar_cipher")
    question = CAESAR.format("CV JQOG VJG")
    problem = Problem(task.name, question, caesar_cipher.trace(question).steps, "AT HOME THE")
    other = caesar_cipher.follow(question, "0 J Q O G").steps
    assert other[:3] == ("0 J Q O G", "1 I P N F", "2 H O M E")
    assert other[-3:] == problem.steps[-3:]
    for i, step in enumerate(other):
        assert task.step_valid(problem, other[:i], step)
    assert not task.step_valid(problem, other[:2], "2 T H E")
    assert not task.step_valid(problem, other[:3], "3 G N L D")
    for word in ("0 C V", "0 J Q O", "0 H O M E"):
        assert not task.step_valid(problem, (), word)


@pytest.mark.parametrize(
    ("tracer", "question"),
    [
        (spell_backward, BACKWARD.format("turn")),
        (letter_counting, COUNTING.format("With their heads bent")),
        (isomorphic_strings, ISOMORPHIC.format("fnhfbnt ginivit")),
        (binary_alternation, ALTERNATING.format("00011001100")),
        (string_insertion, INSERTION.format("BDABCDECAE")),
        (ab, AB.format("#A B# #B A# A# B# #A")),
        (caesar_cipher, CAESAR.format("CV JQOG VJG")),
        (string_splitting, MACHINES.format(5, 2, 3)),
        (string_synthesis, BLOCKS.format(2, 1, 3)),
        (string_manipulation, rules(*TRIVIAL_RULES, string="bcabb")),
    ],
    ids=lambda value: value.__name__.rpartition(".")[2] if isinstance(value, ModuleType) else "",
)
def test_the_example_in_the_docstring_is_the_trace(tracer: ModuleType, question: str) -> None:
    found = tracer.trace(question)
    shown = (tracer.__doc__ or "").strip().split("\n")
    written = [*found.steps, found.answer]
    assert shown[-1] == found.answer
    begin = shown.index(written[0])
    for line in shown[begin:]:
        if line == "...":
            continue
        if " ... " in line:
            head, tail = line.split(" ... ")
            assert any(step.startswith(head) and step.endswith(tail) for step in written)
            continue
        assert line in written


def test_backward_asks_for_a_digit_a_letter() -> None:
    assert spell_backward.trace(BACKWARD.format("abcdefghij")).answer == "jihgfedcba"
    with pytest.raises(Untraceable):
        spell_backward.trace(BACKWARD.format("abcdefghijk"))


def test_a_letter_is_counted_in_either_case() -> None:
    assert letter_counting.trace(COUNTING.format("How Hot it was")).answer == "2"
    assert letter_counting.trace(COUNTING.format("no")).answer == "0"


@pytest.mark.parametrize(
    ("strings", "answer"),
    [("ab cc", "False"), ("aa bc", "False"), ("abab cdcd", "True"), ("ab ba", "True"), ("z z", "True")],
)
def test_isomorphic(strings: str, answer: str) -> None:
    assert isomorphic_strings.trace(ISOMORPHIC.format(strings)).answer == answer


def test_isomorphic_pairs_are_looked_up_from_both_sides() -> None:
    assert isomorphic_strings.trace(ISOMORPHIC.format("aba xyx")).steps[-2:] == (
        "0 a . X b . Y a X X",
        "0;X,.,a;Y,.,b;X,a,a",
    )
    assert isomorphic_strings.trace(ISOMORPHIC.format("ab xx")).steps[-1] == "0;X,.,a;X,a,b !"


@pytest.mark.parametrize(
    ("string", "answer"),
    [("01", "0"), ("0011", "1"), ("0", "0"), ("000", "-1"), ("01" * 30, "0"), ("0" * 11 + "1" * 11, "5")],
)
def test_alternation(string: str, answer: str) -> None:
    assert binary_alternation.trace(ALTERNATING.format(string)).answer == answer


def test_fives_bear_labels_that_never_come_again() -> None:
    steps = binary_alternation.trace(ALTERNATING.format("01" * 68)).steps
    assert [step[:9] for step in steps[:2]] == ["aA01010aB", "bA01010bB"]
    labels = [step[:2] for step in steps[2:30]]
    assert len(set(labels)) == 28
    assert steps[29] == "bB1 s68"


def test_a_run_of_eight_gets_two_letters() -> None:
    found = string_insertion.trace(INSERTION.format("CDEABCDEE"))
    assert found.steps == ("CDEAC", "BCDEB", "E")
    assert found.answer == "CDEACBCDEBE"


def test_ab_agrees_with_rewriting() -> None:
    became = {("A#", "#A"): [], ("A#", "#B"): ["#B", "A#"], ("B#", "#A"): ["#A", "B#"], ("B#", "#B"): []}
    rng = random.Random(1)
    for _ in range(200):
        program = rng.choices(["A#", "B#", "#A", "#B"], k=rng.randrange(1, 27))
        answer = ab.trace(AB.format(" ".join(program))).answer
        while pairs := [i for i in range(len(program) - 1) if tuple(program[i : i + 2]) in became]:
            i = rng.choice(pairs)
            program[i : i + 2] = became[program[i], program[i + 1]]
        assert answer.split() == program


def test_the_middle_goes_at_once_where_no_rule_before_it_looks_there() -> None:
    middle = "If the string length is greater than 15, remove the middle character."
    within = "If the string contains 'bca', delete the first occurrence entirely."
    string = "aabbccaabbccaabbcc"
    found = string_manipulation.trace(rules(middle, string=string))
    assert found.answer == string[:8] + string[-7:]
    assert found.steps[4:] == (
        "a a/c c: S+",
        "15: d a a b b c e c a a f c a a b g b c c",
        "a a/c c: S-",
        "d a a b b c: a a b b c",
        "e c a a: a a b b c c a a",
        "f c a a b: a a b b c c a a c a a b",
        "g b c c: a a b b c c a a c a a b b c c",
    )
    one_by_one = string_manipulation.trace(rules(within, middle, string=string))
    assert one_by_one.answer == found.answer
    half = one_by_one.steps.index("18/2=9")
    assert one_by_one.steps[half + 1] == "d a a b b c5 e c a a b9 -b"


def test_patterns_are_marked_where_the_first_ends() -> None:
    later = (
        "If the string contains 'ca' (not at the start), remove the first occurrence found after the first "
        "character."
    )
    within = "If the string contains 'bca', delete the first occurrence entirely."
    found = string_manipulation.trace(rules(within, later, string="cabca"))
    assert found.steps[2:] == (
        "1J2Q",
        "d c a b c aJQ",
        "c a/c a: J+",
        "d c a b c aJQ=d c a",
        "d c a",
        "c a/c a: J- Q-",
        "d c a: c a",
    )
    found = string_manipulation.trace(rules(later, string="cabca"))
    assert found.steps[1:] == (
        "1Q",
        "d c a b c aQ",
        "c a/c a: Q+",
        "d c a b c aQ=d c a b",
        "d c a b",
        "c a/a b: Q-",
        "d c a b: c a b",
    )
    abc = "If the string contains 'abc', replace the first occurrence with 'cab'."
    found = string_manipulation.trace(rules(abc, string="abcabc"))
    assert found.steps[2:5] == ("d a b cI a b e c", "a b/b c: I+", "d a b cI a b=d c a b a b")


def test_a_string_that_comes_again_is_no_answer() -> None:
    texts = (
        "If the string length is greater than 15, remove the middle character.",
        "If the string contains an even number of 'b's (and at least one 'b'), append 'ab' at the end.",
    )
    found = string_manipulation.trace(rules(*texts, string="cabcabccbababab"))
    assert found.steps[6:] == (
        "c a/a b: S- R+",
        "f b a b a b=f b a b a b a b",
        "17/7: d c a b c a e b c c b a f b a b a b a b",
        "c a/a b: S+",
        "d c a b1 c a e b2 c c f b3 a b4 a b5 a b6",
        "15/6: d c a b c a e b c c f b a b a b a b",
        "seen",
        "17/2=8",
        "d c a b c a5 e b c c8 -b",
        "16/6: d c a b c a e b c c a f b a b a b a b",
        "c a/a b: S+",
        "d c a b1 c a e b2 c c f b3 a b4 a b5 a b6",
        "15/6: d c a b c a e b c c f b a b a b a b",
        "seen",
        "d c a b c a: c a b c a",
        "e b c c a: c a b c a b c c a",
        "f b a b a b a b: c a b c a b c c a b a b a b a b",
    )
    assert found.answer == "cabcabccabababab"


def test_other_rules_are_refused() -> None:
    with pytest.raises(Untraceable):
        string_manipulation.trace(rules("If it rains, stay.", string="acb"))


def test_a_string_may_vanish() -> None:
    found = string_manipulation.trace(rules(TRIVIAL_RULES[1], string="bb"))
    assert found.steps == (
        f"1. {TRIVIAL_RULES[1]} D",
        "1D",
        "d b b",
        "b b/b b: D+",
        "d b b=d .",
        ".",
        "./.: D-",
        ".",
    )
    assert found.answer == ""
