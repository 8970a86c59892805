"""Which answers the library's scorers may see.

Some scorers evaluate an answer as Python, or hand it to sympy, which does the same. Text that a model wrote
must never get there as it is: to those scorers only what their task could ask for is passed on.
"""

from __future__ import annotations

import ast
import math
import re

_EVALUATED: dict[str, re.Pattern[str]] = {
    "string_insertion": re.compile(r"[A-E]*"),
    "spiral_matrix": re.compile(r"[0-9 ]*"),
    "binary_matrix": re.compile(r"[0-9 \n]*"),
    "n_queens": re.compile(r"[Q_ \n]*"),
}
_FORMULAS = frozenset(
    {"countdown", "puzzle24", "simple_integration", "intermediate_integration", "polynomial_multiplication"}
)
_FUNCTIONS = frozenset({"sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "sqrt"})
_CHARACTERS = re.compile(r"[A-Za-z0-9+\-*/(). ]*")
_LONGEST = 4000
_MOST_DIGITS = 1000
"""Of any number that an answer's sums, products and powers could come to."""


def safe(task: str, answer: str) -> bool:
    """Whether the library's scorer of that task may see the answer."""
    if task in _FORMULAS:
        return _is_formula(answer)
    pattern = _EVALUATED.get(task)
    return pattern is None or (len(answer) <= _LONGEST and pattern.fullmatch(answer) is not None)


def _is_formula(text: str) -> bool:
    """Whether it is arithmetic on numbers, one-letter names and well-known functions, of bearable size."""
    if len(text) > _LONGEST or not _CHARACTERS.fullmatch(text):
        return False
    try:
        return _digits(ast.parse(text.strip(), mode="eval").body) <= _MOST_DIGITS
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        return False


def _digits(node: ast.expr) -> float:
    """A bound on the digits of a formula's value, letters taken as single digits. ValueError for all else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(len(repr(node.value)))
    if isinstance(node, ast.Name) and len(node.id) == 1:
        return 1.0
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _digits(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _digits(node.left), _digits(node.right)
        if isinstance(node.op, ast.Pow):
            return left * _largest(node.right)
        if isinstance(node.op, ast.Add | ast.Sub):
            return max(left, right) + 1
        if isinstance(node.op, ast.Mult | ast.Div):
            return left + right
    match node:
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _digits(argument)
    raise ValueError("not a formula")


def _largest(node: ast.expr) -> float:
    """A bound on the size of an exponent, letters taken as 1."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return abs(node.value)
    if isinstance(node, ast.Name):
        return 1.0
    if isinstance(node, ast.UnaryOp):
        return _largest(node.operand)
    if isinstance(node, ast.BinOp):
        left, right = _largest(node.left), _largest(node.right)
        if isinstance(node.op, ast.Pow):
            return math.inf
        if isinstance(node.op, ast.Add | ast.Sub):
            return left + right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            return left
    raise ValueError("no exponent")
