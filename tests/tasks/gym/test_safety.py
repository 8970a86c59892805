"""Nothing that a model could write reaches a scorer that would evaluate it, but what the task asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.tasks.gym.safety import _EVALUATED, _FORMULAS, safe

EVALUATED = sorted([*_EVALUATED, *_FORMULAS])


@pytest.mark.parametrize("task", sorted(_FORMULAS))
@pytest.mark.parametrize("answer", ["3*x**2/5 - 2*x + C", "(1 + 2)*3", "-sin(2*x)**2*exp(x)**3", "E**(2*x)"])
def test_formulas_pass(task: str, answer: str) -> None:
    assert safe(task, answer)


@pytest.mark.parametrize("task", EVALUATED)
@pytest.mark.parametrize(
    "answer",
    [
        "__import__('os').system('true')",
        "().__class__",
        "open(x)",
        "lambda: 0",
        "[1 for x in y]",
        "9**9**9",
        "9**9999",
        "((9**99)**99)**99",
        "2**(99*99*99)",
        "S(1).doit()",
        "factorial(99999)",
        "(" * 3000,
        "1+" * 5000 + "1",
        "x := 1",
        "'a'*9",
    ],
)
def test_everything_else_is_kept_away(task: str, answer: str) -> None:
    assert not safe(task, answer)


@given(st.sampled_from(EVALUATED), st.text(alphabet="0123456789+-*/().xeEsincolg_'[]\"\\\n", max_size=60))
def test_what_passes_holds_no_name_of_more_than_a_function(task: str, answer: str) -> None:
    if safe(task, answer):
        assert "_" not in answer or task == "n_queens"
        assert not set(answer) & set("'[]\"\\")
