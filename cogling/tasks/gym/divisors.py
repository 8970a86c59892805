"""The greatest common divisor in writing, by halving and subtracting (Stein 1967).

    greatest_common_divisor(301, 84)
    84
    /2=42
    /2=21
    301-21      its columns are left out here, as are those of the next
    =280
    /2=140
    /2=70
    /2=35
    35-21
    =14
    /2=7
    21/7
    2/7=0r2;0
    21/7=3r0;03
    =3r0
    g7

Against Euclid's divisions it is a third shorter in tokens, and each step is the simplest of its kind: halve
the even number right above, or take the smaller odd one from the larger. Two that begin alike are compared
digit by digit first; one digit against several is a short division.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd

from cogling.tasks.gym import long_division
from cogling.tasks.gym.written import Steps, compare, divide, subtract


def halve_while_even(number: int) -> tuple[Steps, int]:
    """The odd part of a number > 0; each line halves the number above it."""
    steps = []
    while number % 2 == 0:
        number //= 2
        steps.append(f"/2={number}")
    return steps, number


def halve_all_while_even(numbers: Sequence[int]) -> tuple[Steps, list[int], int]:
    """Numbers > 0 without the twos that all of them share; each line ends with the power of two so far."""
    steps: Steps = []
    numbers, power = list(numbers), 1
    while all(number % 2 == 0 for number in numbers):
        numbers = [number // 2 for number in numbers]
        power *= 2
        steps.append(f"{','.join(map(str, numbers))};{power}")
    return steps, numbers, power


def greatest_common_divisor(odd: int, number: int) -> tuple[Steps, int]:
    """Of an odd number that stands above, and a number > 0 that is taken up. The last step names it: g7."""
    if odd % 2 == 0 or odd < 1 or number < 1:
        raise ValueError(f"{odd} and {number}: the first must be odd, both must be positive")
    halvings, number = halve_while_even(number)
    steps, known = [str(number << len(halvings)), *halvings], odd
    while known != 1 and number != 1:
        small, large = min(known, number), max(known, number)
        if small < 10 <= large:
            division, (_, rest) = divide(large, small)
            steps += division
            known = small
            if rest == 0:
                break
            steps.append(str(rest))
        else:
            if str(known)[0] == str(number)[0] and len(str(known)) == len(str(number)):
                steps += compare(str(number), str(known))[0]
            if small == large:
                break
            difference, rest = subtract(large, small)
            steps += difference
            known = small
        halvings, number = halve_while_even(rest)
        steps += halvings
    divisor = min(known, number)
    return [*steps, f"g{divisor}"], divisor


def divide_out(number: int, divisor: int) -> tuple[Steps, int]:
    """number / divisor, which is known to leave no rest."""
    if divisor < 10 or divisor > 99 or gcd(divisor, 10) > 1:
        steps, (quotient, _) = long_division.divide(number, divisor)
        return steps, quotient
    steps, found = divide_from_below(number, divisor)
    if found is None:
        raise ValueError(f"{divisor} does not divide {number}")
    return [f"{number}/{divisor}", *steps], found


def divide_from_below(number: int, divisor: int) -> tuple[Steps, int | None]:
    """number / divisor from the low end, or None where it leaves a rest; for divisors that end in 1, 3, 7, 9.

        391/17              396/17                  15833/71
        3*17=51,39-5=34;3   8*17=136,39-13=26;8     3*71=213,183-21=162,15=1562;3
        2*17=34,3-3=0;23    8*17=136,2-13<0         2*71=142,156-14=142,1=142;23

    Only one digit of the quotient makes a product that ends like the number. It is taken away and the zero
    at the end with it, so the two last digits are left out of the difference. A trial is two or three lines
    with products known by heart; from the top a digit must be guessed and proved in a dozen. Of more than two
    digits the last two are lent a hundred; where they need it, the upper ones pay: `100-11=089,36-1=3589`.
    """
    inverse, quotient = pow(divisor, -1, 10), ""
    steps: Steps = []
    while number:
        digit = number * inverse % 10
        product = digit * divisor
        number, taken = number // 10, product // 10
        line = f"{digit}*{divisor}={product},"
        if number < taken:
            return [*steps, f"{line}{number}-{taken}<0"], None
        quotient = f"{digit}{quotient}"
        steps.append(f"{line}{_taken_away(number, taken)};{quotient}")
        number -= taken
    return steps, int(quotient)


def _taken_away(number: int, taken: int) -> str:
    """`39-5=34`, `133-21=112,15=1512`, `105-21=084,15-1=1484`: the upper digits and the two last apart."""
    upper, two = divmod(number, 100)
    if not upper:
        return f"{number}-{taken}={number - taken}"
    rest = 100 + two - taken
    return f"1{two:02}-{taken}={rest:03},{upper}{'' if rest > 99 else '-1'}={number - taken}"
