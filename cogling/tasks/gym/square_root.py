"""Square roots in writing: two digits of the number are brought down for each digit of the root.

    square_root(14044, 1)                                  118.5, as 1185
    sqrt 14044,00
    001,404400/_:1*1=001,0=0,0=0,1=1;1                     1 of the root: 1*1 can be taken from 1
    1-1=0
    1+1=2
    040,4400/2_:2*22=044,0=0,4=4,4>0 1*21=021,0=0,2<4;11   1*21 can be taken from 40
    ...
    21+1=22
    1944,00/22_:194 9*22=198,1=1,9=9,8>4 8*22=176,1=1,7<9;118
    1944-8*228
    a4-8*8=64+0=64,64-64=0;0
    ...

A line holds what is left with two digits more, after the comma the digits still to come, twice the root so
far with a gap for its next digit, the tries, and the root with that digit: the largest d so that d times the
number with d in its gap can be taken away. Below 100 these products are tried whole, from above. Beyond, the
digit is guessed from the top digits and taken away column by column, as in `long_division`, and one that was
too large is taken back. The number with its gap filled, plus that digit, is twice the root again.
"""

from __future__ import annotations

import math

from cogling.tasks.gym.long_division import guess_digit, take_away
from cogling.tasks.gym.written import LONGEST, Steps, compare_digits, subtract


def square_root(number: int, places: int) -> tuple[Steps, int]:
    """The root of a number from 1 up, cut after so many places, without its point."""
    if number < 1:
        raise ValueError(f"the root of {number}: only of numbers from 1 up")
    digits = f"{number}{'00' * places}"
    if len(digits) > LONGEST - 2:
        raise ValueError(f"{len(digits)} digits, but there are letters for {LONGEST} columns")
    steps = [f"sqrt {number},{'00' * places}"]
    digits = digits if len(digits) % 2 == 0 else f"0{digits}"
    root, twice, rest = "", 0, 0
    for begin in range(0, len(digits), 2):
        tail = digits[begin + 2 :]
        rest = 100 * rest + int(digits[begin : begin + 2])
        gap = f"{twice}_" if root else "_"
        if twice < 10:
            looks, digit = _tried(rest, twice)
            steps.append(f"{rest:03}{_after(tail)}/{gap}:{looks};{root}{digit}")
            taken = digit * (10 * twice + digit)
            lines, rest = subtract(rest, taken)
            steps += lines
        else:
            width = len(str(twice)) + 2
            whole = f"{rest:0{width}}"
            looks, digit = guess_digit(whole[:3], str(twice)[:2])
            steps.append(f"{whole}{_after(tail)}/{gap}:{looks};{root}{digit}")
            while digit:
                lines, left, lent = take_away(whole, 10 * twice + digit, digit)
                steps += [f"{whole}-{digit}*{twice}{digit}", *lines]
                if not lent:
                    rest = int(left)
                    break
                steps.append(f"{digit}-1={digit - 1};{root}{digit - 1}")
                digit -= 1
        filled, root = 10 * twice + digit, f"{root}{digit}"
        if tail:
            steps.append(f"{filled}+{digit}={filled + digit}")
        twice = filled + digit
    return [*steps, f"={int(root)}"], int(root)


def _after(tail: str) -> str:
    return f",{tail}" if tail else ""


def _tried(rest: int, twice: int) -> tuple[str, int]:
    """`2*22=044,0=0,4>3 1*21=021,0=0,2<3` and 1: whole products, from the most that can come to as much."""
    digit = min(9, rest // (10 * twice)) if twice else math.isqrt(rest)
    looks: list[str] = []
    while digit:
        product = f"{digit * (10 * twice + digit):03}"
        looks.append(
            ",".join([f"{digit}*{10 * twice + digit}={product}", *compare_digits(product, f"{rest:03}")])
        )
        if int(product) <= rest:
            break
        digit -= 1
    return " ".join([*looks, *([] if digit else ["0"])]), digit
