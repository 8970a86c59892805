"""Tracers of logic and its neighbours: each task's format on one example, and what could go wrong in it."""

from __future__ import annotations

import pytest

from cogling.tasks.gym.basic import acre, circuit_logic, knights_knaves, propositional_logic, syllogism
from cogling.tasks.gym.symbolic import bf, intermediate_integration, simple_integration, tsumego
from cogling.tasks.gym.trace import Trace, Untraceable


def worked(found: Trace) -> list[str]:
    return [*found.steps, f"-> {found.answer}"]


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


def syllogism_of(first: str, second: str, conclusion: str) -> str:
    return (
        f"Consider these statements:\n1. {first}\n2. {second}\n\n"
        f"Does it logically follow that:\n{conclusion}?\n(Answer Yes or No)"
    )


def test_a_syllogism_is_decided_by_its_marks() -> None:
    question = syllogism_of("All dogs are doctors", "Some doctors are insects", "All dogs are insects")
    assert worked(syllogism.trace(question)) == lines("""
        1 All dogs=x doctors=y
        2 Some doctors=y insects=z
        ? All dogs=x insects=z
        negative 0 0 0 ok
        particular 0 1 0 wrong
        -> No
    """)


def test_every_figure_is_decided_as_the_library_does() -> None:
    library = pytest.importorskip("reasoning_gym.logic.syllogisms")
    terms = [library.Term(name, name) for name in ("dogs", "cats", "bees")]
    said = library.SyllogismDataset._format_quantifier_statement
    pairs = ((0, 1), (1, 2), (0, 2))
    kinds = list(library.Quantifier)
    for three in [(a, b, c) for a in kinds for b in kinds for c in kinds]:
        statements = [(kind, terms[i], terms[j]) for kind, (i, j) in zip(three, pairs, strict=True)]
        valid = library.SyllogismDataset._is_valid_syllogism(*statements)
        question = syllogism_of(*(said(None, *statement) for statement in statements))
        assert syllogism.trace(question).answer == ("Yes" if valid else "No")


@pytest.mark.parametrize(
    ("premise", "conclusion", "answer"),
    [
        ("All dogs are cats", "Some cats are dogs", "Yes"),
        ("All dogs are cats", "All cats are dogs", "No"),
        ("No dogs are cats", "No cats are dogs", "Yes"),
        ("Some dogs are not cats", "Some cats are dogs", "No"),
    ],
)
def test_a_premise_is_turned_round(premise: str, conclusion: str, answer: str) -> None:
    found = syllogism.trace(syllogism_of(premise, "No cats are bees", conclusion))
    assert found.answer == answer
    assert found.steps[-1].startswith("turned ")


BLICKETS = """Blicket experiments.

Previous experimental results:
blue rubber sphere → off
gray metal cube → on
green metal cube, gray metal cube → on

New test case:
{}

What is the detector light status?"""


def test_objects_get_letters_and_examples_are_compared_by_them() -> None:
    assert worked(acre.trace(BLICKETS.format("green metal cube, blue rubber sphere"))) == lines("""
        blue rubber sphere a: off a
        gray metal cube b: on b
        green metal cube c, gray metal cube b: on c b
        new green metal cube c, blue rubber sphere a: c a
        a off
        b no
        c in
        new c in
        on b no
        on c in b no
        -> undetermined
    """)
    assert acre.trace(BLICKETS.format("blue rubber sphere")).answer == "off"
    assert acre.trace(BLICKETS.format("blue rubber sphere, gray metal cube")).answer == "on"


def test_experiments_of_the_library_are_decided_as_it_does() -> None:
    gym = pytest.importorskip("reasoning_gym")
    for entry in gym.create_dataset("acre", seed=5, size=50):
        assert acre.trace(entry["question"]).answer == entry["answer"]


ISLAND = (
    "A very special island is inhabited only by altruists and egoists. Altruists always tell the truth, "
    "and egoists always lie. You meet 2 inhabitants: Mia, and Jack. {} "
    "So who is an altruist and who is an egoist? "
    '(Format your answer like: "Mia is a altruist/egoist, and Jack is a altruist/egoist")'
)


def test_assignments_fall_with_their_first_contradiction() -> None:
    said = (
        "Mia said that Jack is an egoist. "
        '"if (Mia is an egoist and Jack is an egoist) then Mia is an altruist" - Jack.'
    )
    assert worked(knights_knaves.trace(ISLAND.format(said))) == lines("""
        Mia altruist=X
        Mia egoist=x
        Jack altruist=Y
        Jack egoist=y
        X: Jack egoist=y
        Y: if (Mia egoist=x and Jack egoist=y) then Mia altruist=X
        X: y
        Y: if (x and y) then X
        X1 x0 Y1 y0
        X: y0 = 0 X1 no
        X1 x0 Y0 y1
        X: y1 = 1 X1 ok
        Y: if (x0 and y1)0 then X1 = if 0 then 1 = 1 Y0 no
        X0 x1 Y1 y0
        X: y0 = 0 X0 ok
        Y: if (x1 and y0)0 then X0 = if 0 then 0 = 1 Y1 ok
        Mia X0 egoist
        Jack Y1 altruist
        -> Mia is an egoist, and Jack is an altruist.
    """)


@pytest.mark.parametrize(
    "said",
    [
        "Mia said that Jack is an egoist.",
        "Mia said that Tom is an egoist. Jack said that Mia is an egoist.",
        "Mia said that (Jack is an egoist. Jack said that Mia is an egoist.",
        "Mia said that Jack is an egoist. Jack said that Jack is an egoist.",
        "Mia said that Jack is an altruist and. Jack said that Mia is an egoist.",
    ],
)
def test_an_island_that_is_none_of_the_library_is_untraceable(said: str) -> None:
    with pytest.raises(Untraceable):
        knights_knaves.trace(ISLAND.format(said))


def premises(*texts: str) -> str:
    given = "".join(f"{i}. {text}\n." for i, text in enumerate(texts, 1))
    return f"a propositional logic reasoning question.\n\nGiven:\n{given}What can we conclude?"


def test_a_premise_that_can_be_false_is_a_conclusion() -> None:
    assert worked(propositional_logic.trace(premises("((P ∨ P) → R)", "Q"))) == lines("""
        1 P+ P- R+
        1 P0 R0
        (1(2P0 ∨2P0)2=0 →1R0)1=1
        1 P1 R1
        (1(2P1 ∨2P1)2=1 →1R1)1=1
        1 P1 R0
        (1(2P1 ∨2P1)2=1 →1R0)1=0
        -> ((P ∨ P) → R)
    """)
    assert worked(propositional_logic.trace(premises("(Q → Q)", "P"))) == lines("""
        1 Q+ Q-
        1 Q0
        (1Q0 →1Q0)1=1
        1 Q1
        (1Q1 →1Q1)1=1
        2 P+
        2 P0
        P0
        -> ¬¬P
    """)


@pytest.mark.parametrize(
    "texts", [("(Q → Q)", "¬(P ↔ ¬P)"), ("(P Q)",), ("(P ∨ Q",), ("¬" * 450 + "P",), ("P)",)]
)
def test_premises_without_a_conclusion_are_untraceable(texts: tuple[str, ...]) -> None:
    with pytest.raises(Untraceable):
        propositional_logic.trace(premises(*texts))


def test_a_circuit_is_read_row_by_row() -> None:
    question = """Below is a randomly generated logic circuit.

A: ───┐
B: ─┐ │
    │ ├─>o─│↑↑──┐
    ├──────│↑↑  └─│⊕⊕
    │ │          ┌──│⊕⊕─── OUT
    │ └────│⊕⊕─┘
    └──────│⊕⊕


Legend for gates:
&&: AND
↑↑: NAND
⊕⊕: XOR
>o: Negate
⊕⊕: XOR

Given the following input assignments:
  A = 1
  B = 0

What is the final output?"""
    assert worked(circuit_logic.trace(question)) == lines("""
        last ⊕
        wires
        A=1
        B=0
        A=1>o0 ↑0
        B=0 ↑0
        ↑0=1 ⊕1
        A=1 ⊕1
        B=0 ⊕1
        ⊕1=1 ⊕0
        ⊕0=0
        -> 0
    """)
    with pytest.raises(Untraceable):
        circuit_logic.trace(question.replace("│↑↑", "│??"))


def program(text: str) -> str:
    return f"What is the output?\n\n{text}\n\nRespond only with the exact output of the program."


def test_a_program_that_prints_a_word() -> None:
    text = ">[-]>[-]<>++++++++[<++++++++++++++>-]<.--.>+++[<++>-]<.<"
    assert worked(bf.trace(program(text))) == lines("""
        +8[<+14>-]
        14*8
        a4*8=32+0+0=32;2
        b1*8=08+3+0=11;12
        =112
        112=p
        .p
        p-2 o1 n2
        .n
        +3[<+2>-]
        2*3=6
        n+6 o1 p2 q3 r4 s5 t6
        .t
        p n t
        -> pnt
    """)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        ("++++++", ["<<<<[-]6", "target 6"]),
        (">[-]+++[<+++++>-]<++", ["<<<<[-]*+2", "+3[<+5>-]", "5*3=15", "15+2=17", "target 17"]),
        (">[-]++[<+++>-]<-", ["<<<<[-]*-1", "+2[<+3>-]", "3*2=6", "6-1=5", "target 5"]),
        (">[-]++[<+++>-]<", ["<<<<[-]*", "+2[<+3>-]", "3*2=6", "target 6"]),
    ],
)
def test_a_program_that_adds_up_to_a_target_has_each_number_after_the_commands_that_store_it(
    target: str, shown: list[str]
) -> None:
    less, (grow_by_x, grow_by_y) = bf._LESS, bf._GROW
    text = f">>>>>[-]><{bf._store(5)}[-]{target}><{bf._store(4)}[-]+++><{bf._store(3)}[-]+><{bf._store(2)}"
    text = f"{text}{less}[{grow_by_x}{grow_by_y}{less}]{bf._PRINT}"
    steps = bf.trace(program(text)).steps
    assert list(steps[: len(shown) + 3]) == [*shown, "<<<[-]3", "<<[-]1", "3+1=4"]


@pytest.mark.parametrize(
    "text",
    [">[-]>[-]<>+++[<+++>-]<.<", ">[-]>[-]<.<", ">[-]>[-]<,<", "+[]", ">[-]>[-]<>++[->+<]<", ".", "[[[["],
)
def test_programs_of_another_kind_are_untraceable(text: str) -> None:
    with pytest.raises(Untraceable):
        bf.trace(program(text))


def test_the_key_of_a_white_shape() -> None:
    question = """```
   A B C D E
 5 . . . . .
 4 . . X X .
 3 . X O O X
 2 . X O . .
 1 . . X . .
```

X - Black
O - White
"""
    assert worked(tsumego.trace(question)) == lines("""
        5 a b c d e
        4 a b C# D# e
        3 a B# C+ D+ E#
        2 a B# C+ d e
        1 a b C# d e
        5:
        4:
        3:
        C3 C2+ D3+ D2.
        key D2
        -> D2
    """)
    with pytest.raises(Untraceable):
        tsumego.trace(question.replace("C2", "").replace(" 2 . X O . .", " 2 . X O X ."))


def integral(integrand: str) -> str:
    return f"Find the indefinite integral: ∫ {integrand} dx\nWhen performing calculations, please"


def test_a_polynomial_is_integrated_term_by_term() -> None:
    assert worked(simple_integration.trace(integral("-80*X**9 - 3*X**2/4 + X - 1/7"))) == lines("""
        -80*X**9: 9+1=10
        -80*X**10/10
        - 3*X**2/4: 2+1=3
        - 3*X**3/4/3
        + X: 1+1=2
        + X**2/2
        - 1*X/7
        -> -80*X**10/10 - 3*X**3/4/3 + X**2/2 - 1*X/7 + C
    """)


@pytest.mark.parametrize(
    ("integrand", "answer"),
    [
        ("-3*(5*x - 9)**3", "-3*(5*x - 9)**4/5/4 + C"),
        ("-6*sqrt(1 - 6*x)", "-6*2*(1 - 6*x)**(3/2)/3/(-6) + C"),
        ("sin(x + 1)**4*cos(x + 1)", "sin(x + 1)**5/1/5 + C"),
        ("-sin(2*x - 9)*cos(2*x - 9)**3", "-cos(2*x - 9)**4/(-2)/4 + C"),
        ("-2*sin(x)*cos(x)", "-2*sin(x)**2/1/2 + C"),
        ("10*exp(4 - 10*x)", "10*exp(4 - 10*x)/(-10) + C"),
        ("(-4*x - 8)*exp(2*x**2 + 8*x + 9)", "-4*exp(2*x**2 + 8*x + 9)/4 + C"),
        ("(2*x + 3)*exp(-x**2 - 3*x + 1)", "2*exp(-x**2 - 3*x + 1)/(-2) + C"),
        ("-log(x**3)", "-(x*log(x**3) - 3*x) + C"),
        ("3*asin(3*x)", "3*(x*asin(3*x) + sqrt(1 - (3*x)**2)/3) + C"),
        ("atan(x)", "(x*atan(x) - log(1 + (x)**2)/2/1) + C"),
        ("exp(x)*sin(x)", "exp(x)*(sin(x) - cos(x))/2 + C"),
        ("3*x*cos(2*x)", "3*(+ x*sin(2*x)/2 + 1*cos(2*x)/4) + C"),
        ("-x**2*exp(x)", "-(+ x**2*exp(x) - 2*x*exp(x) + 2*exp(x)) + C"),
    ],
)
def test_each_form_has_its_rule(integrand: str, answer: str) -> None:
    found = intermediate_integration.trace(integral(integrand)).answer
    assert found == answer
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x", positive=True)  # both sides are this test's own text
    worked_out = sympy.diff(sympy.sympify(found, locals={"x": x}), x)
    assert sympy.simplify(worked_out - sympy.sympify(integrand, locals={"x": x})) == 0
