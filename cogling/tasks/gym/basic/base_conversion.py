"""From base to base without going through ten: the digits are divided by the new base, again and again.

Now, convert the base-11 number 4a2 to base-15
11:a4b10c2              the digits' values, lettered
15,30,45,60,75,90,...   the new base, once to nine times
a4/15=0r4
b4*11=44+10=54/15?45=9,3r9
c9*11=99+2=101/15?105>?90=11,6r11
b3c6; b                 the quotient is divided next; the rest is the last digit of the answer
b3/15=0r3
c3*11=33+6=39/15?30=9,2r9
c2; 9 b
c2/15=0r2
; 2 9 b
29b

A rest times the old base, with the digit added, is divided by the new base; where that is contained, its
multiple is taken away, that of tens before that of ones: 200/13?130=70?78>?65=5,15r5. Which multiple is
told by all but the last digits, so that it may be too large: 134/15?135>?120=14,8r14. Other products of
numbers up to the largest base are known by heart.
"""

from __future__ import annotations

import re
from string import ascii_lowercase as LETTERS
from string import digits as DIGITS

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"max_base": 10, "min_value": 1, "max_value": 60}

_BASE = r"(binary|hexadecimal|base-[1-9]\d?)"
_QUESTION = re.compile(
    r"Your task is to convert a number between two different bases\.\s+"
    r"If the target base is > 10, use lowercase letters a-z for digits above 9\.\s+"
    rf"Now, convert the {_BASE} number ([0-9a-z]{{1,24}}) to {_BASE}"
)
_NAMED = {"binary": 2, "hexadecimal": 16}
_DIGITS = DIGITS + LETTERS


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a number in one base to be written in another")
    old, new = (_NAMED.get(name) or int(name.removeprefix("base-")) for name in (m[1], m[3]))
    values = [_DIGITS.index(digit) for digit in m[2]]
    if not 2 <= old <= 36 or not 2 <= new <= 36 or max(values) >= old:
        raise Untraceable("no such number in this base")
    number = list(zip(LETTERS, values, strict=False))
    steps, answer = [f"{old}:{listed(number)}", ",".join(str(k * new) for k in range(1, 10))], ""
    while number:
        rest, quotient = 0, list[tuple[str, int]]()
        for letter, value in number:
            whole = rest * old + value
            first = letter == number[0][0]
            line = f"{letter}{value}" if first else f"{letter}{rest}*{old}={rest * old}+{value}={whole}"
            part, rest = divmod(whole, new)
            steps.append(f"{line}/{new}{_contained(whole, new)}{part}r{rest}")
            if part or quotient:
                quotient.append((letter, part))
        answer = _DIGITS[rest] + answer
        number = quotient
        steps.append(f"{listed(number)}; {' '.join(answer)}")
    return Trace(tuple(steps), answer)


def _contained(whole: int, base: int) -> str:
    """What goes into the quotient is taken away, its tens before its ones: a times table tells either.

    The multiple that is looked at is the largest that is not above the number before their last digits.
    """
    taken, looks = False, ""
    for unit in (10 * base, base):
        times = min(9, (whole // 10 * 10 + 9) // unit)
        if times * unit > whole:
            looks += f"?{times * unit}>"
            times -= 1
        if times:
            whole -= times * unit
            taken, looks = True, f"{looks}?{times * unit}={whole}"
    return f"{looks}," if taken else f"{looks}="


def listed(number: list[tuple[str, int]]) -> str:
    """a4b10c2"""
    return "".join(f"{letter}{value}" for letter, value in number)
