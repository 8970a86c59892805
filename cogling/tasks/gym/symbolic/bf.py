"""What a BF program prints. Runs of one command are counted, a loop [<++++>-] becomes a product.

    >[-]>[-]<>++++++++[<++++++++++++++>-]<.--.>+++[<++>-]<.<
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

A longer program is one text but for three numbers: int acc = 0; while (acc < target) { acc = acc + x;
acc = acc + y; } printint(acc). It is recognised as that, and the loop is run on numbers. Each number is
written after the commands that store it, which are its own (`<<<<[-]`, then one `<` less each time) and so
can be found, where "the second run" could only be counted off. After a target that is a product stand a `*`
and what is added:

    <<<<[-]*+2
    +3[<+5>-]
    5*3=15
    15+2=17
    target 17
    <<<[-]4
    <<[-]5

Three of the 1,100 marks of such a program are all that this asks for, and were not found after hundreds of
millions of tokens; `drill` has the beginning of a program, which stores them, and its end alone.
"""

from __future__ import annotations

import random
import re

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add, compare, multiply, subtract

_PROGRAM = re.compile(r"(?:What is the output|What would it output)\?\n\n([<>+\-.\[\]]{1,3000})\n\n")

_CLEAR = ">[-]>[-]<"
_PRODUCT = re.compile(r">(\++)\[<(\++|-+)>-\]<")
_CONSTANT = re.compile(r">\[-\](\++)\[<(\++)>-\]<(\+*|-*)|\++")
_RUN = re.compile(r"\++|-+|\.+")


def trace(question: str) -> Trace:
    m = _PROGRAM.search(question)
    if m is None:
        raise Untraceable("not a BF program")
    if m[1].startswith(_CLEAR):
        return _word(m[1].removeprefix(_CLEAR).removesuffix("<"))
    if (parts := _LOOP.fullmatch(m[1])) is not None:
        return _loop(parts)
    raise Untraceable("a program of another kind")


def _word(program: str) -> Trace:
    """Prints letter by letter; a change of the cell is counted through the alphabet."""
    steps: Steps = []
    letter, printed = "", ""
    at = 0
    while at < len(program):
        if (m := _PRODUCT.match(program, at)) is not None:
            lines, change = _product(m[1], m[2])
            steps += lines
            if not letter:
                letter = _character(change)
                steps.append(f"{change}={letter}")
            else:
                line, letter = _walk(letter, m[2][0], change)
                steps.append(line)
        elif (m := _RUN.match(program, at)) is not None and letter:
            if m[0][0] == ".":
                steps += [f".{letter}"] * len(m[0])
                printed += letter * len(m[0])
            else:
                line, letter = _walk(letter, m[0][0], len(m[0]))
                steps.append(line)
        else:
            raise Untraceable("a program that does more than print a word")
        at = m.end()
    return Trace((*steps, " ".join(printed)), printed)


def _walk(letter: str, sign: str, count: int) -> tuple[str, str]:
    """The line that counts through the alphabet, and the letter reached."""
    direction = 1 if sign == "+" else -1
    reached = [f"{_character(ord(letter) + direction * i)}{i}" for i in range(1, count + 1)]
    return " ".join([f"{letter}{sign}{count}", *reached]), reached[-1][0]


def _character(code: int) -> str:
    if not ord("`") <= code <= ord("{"):
        raise Untraceable("a character far from the letters")
    return chr(code)


def _loop(parts: re.Match[str]) -> Trace:
    """acc grows by x + y until it reaches the target."""
    x, y = len(parts["x"]), len(parts["y"])
    steps, target = _numbers(parts["target"], x, y)
    lines, growth = add(x, y)
    steps += lines
    acc = 0
    while True:
        lines, order = compare(str(acc), str(target))
        steps += lines
        if order >= 0:
            return Trace(tuple(steps), str(acc))
        lines, acc = add(acc, growth)
        steps += lines


def drill(rng: random.Random, size: int) -> tuple[str, Trace]:
    """Which numbers a program stores; x and y up to three times the size."""
    x, y = (rng.randint(1, 3 * size) for _ in range(2))
    target = "+" * rng.randint(1, 15)
    if rng.random() < 0.6:
        rest = rng.choice("+-") * rng.randint(0, 3)
        target = f">[-]{'+' * rng.randint(3, 12)}[<{'+' * rng.randint(3, 14)}>-]<{rest}"
    program = "".join(map("".join, zip(_AROUND, (target, "+" * x, "+" * y, _LAST_DIGITS), strict=True)))
    steps, value = _numbers(target, x, y)
    question = f"Which numbers does this BF (Brainf*ck) code store?\n\n{program}\n\nGive them in their order."
    return question, Trace(tuple(steps), f"{value} {x} {y}")


def _numbers(target: str, x: int, y: int) -> tuple[Steps, int]:
    """Steps that find the three numbers, and the value of the first."""
    steps, value = _constant(target)
    return [*steps, f"{_stores(3)}{x}", f"{_stores(2)}{y}"], value


def _constant(text: str) -> tuple[Steps, int]:
    """The value of a run like +++++, or of a product and what is added to it."""
    m = _CONSTANT.fullmatch(text)
    if m is None:
        raise Untraceable("a constant of no known form")
    if m[1] is None:
        return [f"{_stores(4)}{len(text)}", f"target {len(text)}"], len(text)
    steps, value = _product(m[1], m[2])
    steps.insert(0, f"{_stores(4)}*{f'{m[3][0]}{len(m[3])}' if m[3] else ''}")
    if m[3]:
        lines, value = (add if m[3][0] == "+" else subtract)(value, len(m[3]))
        steps += lines
    return [*steps, f"target {value}"], value


def _product(passes: str, step: str) -> tuple[Steps, int]:
    """What a loop adds that takes `step` on each of its passes; both are runs of one command."""
    n, size = len(passes), len(step)
    lines, product = multiply(size, n)
    return [f"+{n}[<{step[0]}{size}>-]", *lines], product


def _stores(k: int) -> str:
    """How the program goes on after a number for the variable k cells to the left, up to what tells k."""
    return f"{'<' * k}[-]"


def _load(k: int) -> str:
    """Copies the variable k cells to the left to the top of the stack."""
    left, right = "<" * k, ">" * k
    return f"[-]>[-]{left}[{right[1:]}+>+{left}-]{right}[{left}+{right}-]"


def _store(k: int) -> str:
    """Moves the top of the stack into the variable k cells to the left."""
    left, right = "<" * k, ">" * k
    return f">[-]{left}[-]{right[1:]}[>+{left}+{right[1:]}-]>[<+>-]<><"


_LESS = f"{_load(5)}{_load(5)}<<>>[-]>[-]<<[>[-]<<[>>+>+<<<-]>>[<<+>>-]+>[[-]<-<<->>>]<<-]<[-]>>[<<+>>-]<<"
"""acc < target, both on the stack."""
_GROW = [f"{_load(5)}{_load(k)}<<>[<+>-]<{_store(5)}" for k in (4, 3)]
"""acc = acc + x and acc = acc + y."""
_LAST_DIGITS = (
    ">>[>++++++[<++++++++>-]<.<<+>+>[-]]<[<[>-<-]++++++[>++++++++<-]>.[-]]<<++++++[<++++++++>-]<.[-]<<<><<<<<"
)
"""The end of every longer program, with runs of `+` that are none of its three numbers."""
_PRINT = (
    f"[-]>{_load(6)}<<>>[-]>[-]>[-]>[-]>[-]>[-]>[-]>[-]<<<<<<<<"
    ">++++++++++<[->-[>+>>]>[+[<+>-]>+>>]<<<<<]>[-]>>>++++++++++<[->-[>+>>]>[+[<+>-]>+>>]<<<<<]>[-]"
    ">>[>++++++[<++++++++>-]<.<<+>+>[-]]<[<[>-<-]++++++[>++++++++<-]>.[-]]<<++++++[<++++++++>-]<.[-]"
    "<<<><<<<<<"
)
"""printint(acc): its decimal digits."""
_AROUND = (f">>>>>[-]><{_store(5)}[-]", f"><{_store(4)}[-]", f"><{_store(3)}[-]", f"><{_store(2)}")
"""What stands before the target, x and y, and behind y."""
_LOOP = re.compile(
    re.escape(_AROUND[0])
    + r"(?P<target>[<>+\-\[\]]{1,60}?)"
    + re.escape(_AROUND[1])
    + r"(?P<x>\++)"
    + re.escape(_AROUND[2])
    + r"(?P<y>\++)"
    + re.escape(f"{_AROUND[3]}{_LESS}[{_GROW[0]}{_GROW[1]}{_LESS}]{_PRINT}")
)
