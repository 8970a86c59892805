"""Hexadecimal sums, differences, products and shifts: bracket by bracket as they close, each a named result.

All brackets stand in one line first, so that after the work on one the next is found by its name. A result is
found by its name too, which stands before it with its sign. The signs of results are looked up before the
work on their digits, where they decide what is to be done, and the new sign is told as soon as it is known:
`A-,B+` for a difference of A < 0 and B, after which `A+B:C-` adds them.

...
((0x16ce + 0x2408) << 0x3)
A=0x16ce+0x2408 B=A<<3 .
A=0x16ce+0x2408
z1y6x12w14:d z2y4x0w8:d forwards: the last letter tells the one of the highest place, counted from the low end
d1c6b12a14+d2c4b0a8     digit values, lettered by place (`hexadecimal`)
a14+8+0=22:1rA6
b12+0+1=13:0rB13
c6+4+0=10:0rC10
d1+2+0=3:0rD3
A:+d3c10b13a6
B=A<<3                  times 8
A+:B+
d3c10b13a6*a8
a6*8=48+0+0=48:3rA0
...
B:+e1d13c6b11a0
. 0 x 1 d 6 b 0
0x1d6b0
"""

from __future__ import annotations

import re
from itertools import product
from string import ascii_lowercase, ascii_uppercase

from cogling.tasks.gym.hexadecimal import (
    LONGEST,
    add,
    compare,
    digits_of,
    listed,
    multiply,
    shift_right,
    subtract,
)
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import COLUMNS, Steps, lettered

STARTER = {"difficulty": 1}

_QUESTION = re.compile(
    r"Please solve this problem\. Assume there is arbitrary bit depth [^\n]{,300}\n([()0-9a-fx+*<> -]{,4000})"
)
_TOKEN = re.compile(r"0x([0-9a-f]{1,26})|<<|>>|[()+*-]")
_FORWARDS = ascii_lowercase[::-1]
_NAMES = [*ascii_uppercase, *map("".join, product("AB", ascii_uppercase))]

Operand = tuple[str, int]
"""Its name, or the literal, and its value."""


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a hexadecimal expression")
    waiting: list[str | Operand] = []
    plan: Steps = []
    steps: Steps = []
    names = iter(_NAMES)
    for token in _TOKEN.finditer(m[1]):
        if token[1]:
            waiting.append((token[0], int(token[1], 16)))
        elif token[0] != ")":
            waiting.append(token[0])
        else:
            lines, result = closed(waiting[-4:], next(names, ""))
            plan.append(lines[0])
            steps += lines
            waiting[-4:] = [result]
    if len(waiting) != 1 or isinstance(waiting[0], str):
        raise Untraceable("not one expression")
    answer = f"{waiting[0][1]:#x}"
    return Trace((" ".join([*plan, "."]), *steps, f". {' '.join(answer)}"), answer)


def closed(bracket: list[str | Operand], name: str) -> tuple[Steps, Operand]:
    """The result of a bracket `( left operation right`, under a new name."""
    if not name:
        raise Untraceable(f"more than {len(_NAMES)} operations")
    if len(bracket) != 4:
        raise Untraceable("brackets do not match")
    opening, left, operation, right = bracket
    if opening != "(" or isinstance(left, str) or not isinstance(operation, str) or isinstance(right, str):
        raise Untraceable("brackets do not match")
    (first, a), (second, b) = left, right
    if operation in ("<<", ">>"):
        if not second.startswith("0x") or not 0 <= b <= 3:
            raise Untraceable("a shift by more than three bits")
        second = str(b)
    if len(digits_of(abs(a))) + len(digits_of(abs(b))) > LONGEST:
        raise Untraceable("numbers too long")
    signs = ",".join(f"{operand}{_sign(value)}" for operand, value in (left, right) if operand in _NAMES)
    if operation in ("+", "-"):
        steps, value = sum_of(first, a, second, b if operation == "+" else -b, name)
    elif operation == "*":
        steps, value = multiply(abs(a), abs(b)), a * b
    elif operation == "<<":
        steps, value = multiply(abs(a), 1 << b) if b else [listed(abs(a))], a << b
    else:
        steps, value = shifted_right(a, b), a >> b
    if signs and operation not in ("+", "-"):  # a sum's sign is known only once its operands are compared
        signs += f":{name}{_sign(value)}"
    *worked, result = steps
    asked = [f"{name}={first}{operation}{second}", *_spelled((first, a), (second, b))]
    looked_up = [signs] if signs else []
    return [*asked, *looked_up, *worked, f"{name}:{_sign(value)}{result}"], (name, value)


def _sign(value: int) -> str:
    return "-" if value < 0 else "+"


def _spelled(*operands: Operand) -> Steps:
    """The digits of those that are literals, from the high end; a result has its letters already."""
    literals = [digits_of(value)[::-1] for operand, value in operands if operand.startswith("0x")]
    spelled = (f"{lettered(digits, _FORWARDS)}:{COLUMNS[len(digits) - 1]}" for digits in literals)
    return [" ".join(spelled)] if literals else []


def sum_of(first: str, a: int, second: str, b: int, name: str) -> tuple[Steps, int]:
    """a + b of any signs, of operands and a result with these names: sizes added, or larger less smaller."""
    sign = _sign(a + b)
    if (a < 0) == (b < 0):
        told = [f"{first}+{second}:{name}{sign}"] if {first, second} & {*_NAMES} else []
        return [*told, *add(abs(a), abs(b))], a + b
    looks, order = compare(abs(a), abs(b))
    if order < 0:
        return [*looks, f"{second}-{first}:{name}{sign}", *subtract(abs(b), abs(a))], a + b
    return [*looks, f"{first}-{second}:{name}{sign}", *subtract(abs(a), abs(b))], a + b


def shifted_right(a: int, bits: int) -> Steps:
    """Rounded down: a negative number that loses bits grows by one in size."""
    if bits == 0:
        return [listed(abs(a))]
    steps, lost = shift_right(abs(a), bits)
    return steps + add(abs(a) >> bits, 1) if a < 0 and lost else steps
