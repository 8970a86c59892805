"""Arithmetic in writing, one way for all tracers, so that what one task teaches serves the others.

Each function returns (steps, result). Steps are lines, one table look-up each:

    add(385, 467)     subtract(402, 37)   multiply(385, 67)      divide(385, 7)
    385+467           402-37              385*67                 385/7
    a5+7+0=12;2       a12-7-0=05;5        a5*7=35+0+0=35;5       3/7=0r3;0
    b8+6+1=15;52      b10-3-1=06;65       b8*7=56+3+0=59;95      38/7=5r3;5
    c3+4+1=08;852     c14-0-1=13;365      c3*7=21+5+0=26;695     35/7=5r0;55
    =852              =365                =2695                  =55r0
                                          385*6+269;5
                                          a5*6=30+0+9=39;9
                                          b8*6=48+3+6=57;79
                                          c3*6=18+5+2=25;579
                                          =2579;5
                                          =25795

Columns are lettered from the low end. A column of an addition holds both digits, the carry, a sum of exactly
two digits, and after the semicolon the result so far. A subtraction lends ten to every column: tens of 1 pay
it back, tens of 0 leave 1 to take from the next. A product goes row by row, from the low digit of the second
factor: a row is headed by what of the second factor is still to be taken, its last digit next, and adds what
the row before left (without its last digit, which is done and stands after the semicolon). Two numbers whose
sum or product one look can tell are one line: 47+8=55, 7*8=56, 12-5=7.

In numbers of ten digits and more a place is not found from the low end: what has been read of a number is
what stands before a digit, never what follows it. They are first copied with a letter before each digit, the
upper number with small ones, the lower with large ones, and a column names both places that it adds:

    1000000385+467
    a1b0c0d0e0f0g0h3i8j5
    A4B6C7
    j5+C7+0=12;2
    i8+B6+1=15;52
    h3+A4+1=08;852
    g0+0+0=00;0852
    ...
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from string import ascii_letters as COLUMNS
from typing import TypeVar

Steps = list[str]
Ordered = TypeVar("Ordered", int, str)
Place = tuple[str, int]
"""A letter, if the place goes by one, and its digit."""

LONGEST = len(COLUMNS)
"""Digits of the longest number that has a letter for every column."""

_SPELLED = 10
"""From so many digits on the numbers are copied letter by letter before they are worked on."""


def add(a: int, b: int) -> tuple[Steps, int]:
    """a + b for a, b >= 0."""
    _check(a, b)
    if max(a, b) < 100 and min(a, b) < 10:
        return [f"{a}+{b}={a + b}"], a + b
    carry, result, steps = 0, "", [f"{a}+{b}", *_spelled(a, b)]
    for (upper, x), (lower, y) in _columns(a, b):
        total = x + y + carry
        result = f"{total % 10}{result}"
        steps.append(f"{upper}{x}+{lower}{y}+{carry}={total:02};{result}")
        carry = total // 10
    return [*steps, f"={a + b}"], a + b


def subtract(a: int, b: int) -> tuple[Steps, int]:
    """a - b for a >= b >= 0."""
    _check(a, b)
    if a < b:
        raise ValueError(f"{a} - {b} is negative; turn it round")
    if a < 20 and b < 10:
        return [f"{a}-{b}={a - b}"], a - b
    return [f"{a}-{b}", *_spelled(a, b), *_differences(_columns(a, b)), f"={a - b}"], a - b


def _differences(columns: list[tuple[Place, Place]]) -> Steps:
    """The columns of a difference, the larger number's places first."""
    borrow, result, steps = 0, "", []
    for (upper, x), (lower, y) in columns:
        rest = 10 + x - y - borrow
        result = f"{rest % 10}{result}"
        steps.append(f"{upper}1{x}-{lower}{y}-{borrow}={rest:02};{result}")
        borrow = 1 - rest // 10
    return steps


def add_signed(a: int, b: int) -> tuple[Steps, int]:
    """a + b for numbers of any sign: first the turn to a sum or difference of sizes, then that.

    Which size is larger is compared first where one look cannot tell; of long numbers by their copies.

        -251+-823=-(251+823)    5+-3=5-3    -251+823         -251000000000+7
        251+823                 5-3=2       251?823: 2<8     a2b5c1d0e0f0g0h0i0j0k0l0
        ...                                 =823-251         A7
        =1074                               c13-1-0=12;2     lA>
        =-1074                              ...              =-(a-A)
                                            =572             l10-A7-0=03;3
    """
    if a >= 0 and b >= 0:
        return add(a, b)
    x, y = abs(a), abs(b)
    if a < 0 and b < 0:
        steps, total = add(x, y)
        return [f"{a}+{b}=-({x}+{y})", *steps, f"={-total}"], -total
    large, small, total = max(x, y), min(x, y), a + b
    if large < 20 and small < 10:
        turned = _of_sign(total, f"{large}-{small}")
        return [f"{a}+{b}{turned}", f"{large}-{small}={large - small}", *_minus(total)], total
    if copies := _spelled(x, y):
        sizes, columns = "a-A" if x >= y else "A-a", _columns(x, y)
        if x < y:
            columns = [(lower, upper) for upper, lower in columns]
        longer = [compare_lettered(*copies)]
    else:
        sizes, columns = f"{large}-{small}", _columns(large, small)
        longer, _ = compare(str(x), str(y))
    head = [f"{a}+{b}", *copies, *longer, _of_sign(total, sizes)]
    return [*head, *_differences(columns), f"={large - small}", *_minus(total)], total


def _of_sign(total: int, sizes: str) -> str:
    return f"=-({sizes})" if total < 0 else f"={sizes}"


def _minus(total: int) -> Steps:
    return [f"={total}"] if total < 0 else []


def compare_lettered(upper: str, lower: str) -> str:
    """Two lettered copies compared: `lM<` by their last letters, else `a4A4=,b0B7<` digit by digit.

    The sign comes last: by then both digits stand next to it.
    """
    if len(upper) != len(lower):
        return f"{upper[-2]}{lower[-2]}{'<' if len(upper) < len(lower) else '>'}"
    looks = compare_digits(upper[1::2], lower[1::2])
    places = zip(upper[::2], lower[::2], looks, strict=False)
    return ",".join(f"{high}{look[0]}{low}{look[2]}{look[1]}" for high, low, look in places)


def compare(a: str, b: str) -> tuple[Steps, int]:
    """Which of two digit strings is larger, as whole numbers without leading zeros: -1, 0 or 1.

    By length first (`3 digits<4`), then digit by digit from the top: `4=4 8<9`, a single line.
    """
    if len(a) != len(b):
        sign = "<" if len(a) < len(b) else ">"
        return [f"{a}{sign}{b}: {len(a)} digits{sign}{len(b)}"], -1 if sign == "<" else 1
    looks = compare_digits(a, b)
    return [f"{a}?{b}: {' '.join(looks)}"], (a > b) - (a < b)


def compare_digits(a: str, b: str) -> list[str]:
    """`4=4`, `8<9`: two equally long digit strings from the top, up to the first digits that differ."""
    looks = []
    for x, y in zip(a, b, strict=True):
        looks.append(f"{x}{order_sign(x, y)}{y}")
        if x != y:
            break
    return looks


def order_sign(x: Ordered, y: Ordered) -> str:
    """`<`, `=` or `>`, of numbers or of single digits."""
    return "<" if x < y else ">" if x > y else "="


def multiply(a: int, b: int, *, longer_first: bool = True) -> tuple[Steps, int]:
    """a * b for a, b >= 0; the longer factor is taken first, or a whatever its length."""
    _check(a, b)
    if max(a, b) < 10:
        return [f"{a}*{b}={a * b}"], a * b
    if longer_first and len(str(a)) < len(str(b)):
        a, b = b, a
    steps: Steps = []
    done, rest = "", 0
    for left in range(len(str(b)), 0, -1):
        by = str(b)[:left]
        head = f"{a}*{by}" + (f"+{rest};{done}" if steps else "")
        columns, rest = row(a, int(by[-1]), rest)
        steps += [head, *columns]
        if left > 1:
            done = f"{rest % 10}{done}"
            rest //= 10
            steps.append(f"={rest};{done}")
    steps.append(f"={int(f'{rest}{done}')}")
    return steps, a * b


def row(a: int, digit: int, plus: int) -> tuple[Steps, int]:
    """a * digit + plus, column by column."""
    carry, result, steps = 0, "", _spelled(a, plus)
    for (upper, x), (lower, y) in _columns(a, plus):
        total = x * digit + carry + y
        result = f"{total % 10}{result}"
        steps.append(f"{upper}{x}*{digit}={x * digit:02}+{carry}+{lower}{y}={total:02};{result}")
        carry = total // 10
    return steps, int(f"{carry}{result}")


def divide(a: int, b: int) -> tuple[Steps, tuple[int, int]]:
    """(a // b, a % b) for a >= 0, b > 0; the digits of a are brought down one by one.

    Where b has more than one digit, a digit of the quotient is shown right by its product and what is left:
    `385/48=8`, then 48*8 and 385-384 in writing.
    """
    _check(a, b)
    if b == 0:
        raise ValueError("division by zero")
    quotient, rest, steps = "", 0, [f"{a}/{b}"]
    for digit in str(a):
        rest = 10 * rest + int(digit)
        k = rest // b
        quotient += str(k)
        if b < 10 or k == 0:
            steps.append(f"{rest}/{b}={k}r{rest - k * b};{quotient}")
        else:
            steps.append(f"{rest}/{b}={k}")
            product_steps, product = multiply(b, k)
            rest_steps, left = subtract(rest, product)
            steps += [*product_steps, *rest_steps, f"r{left};{quotient}"]
        rest -= k * b
    return [*steps, f"={int(quotient)}r{rest}"], (int(quotient), rest)


def lettered(digits: Iterable[str | int], letters: str = COLUMNS) -> str:
    """`a1b0c3`: each digit after a letter."""
    return "".join(f"{letter}{digit}" for letter, digit in zip(letters, digits, strict=False))


def _columns(a: int, b: int) -> list[tuple[Place, Place]]:
    """The places of a and of b, column by column from the low end; missing digits are 0."""
    length = max(len(str(a)), len(str(b)))
    if length > LONGEST:
        raise ValueError(f"{length} digits, but there are letters for {LONGEST} columns")
    if _is_spelled(a, b):
        upper, lower = _places(a, COLUMNS), _places(b, COLUMNS.upper())
    else:
        upper = list(zip(COLUMNS[length - 1 :: -1], map(int, f"{a:0{length}}"), strict=False))
        lower = [("", int(digit)) for digit in str(b)]
    return list(zip_longest(reversed(upper), reversed(lower), fillvalue=("", 0)))


def _places(number: int, letters: str) -> list[Place]:
    return [(letter, int(digit)) for letter, digit in zip(letters, str(number), strict=False)]


def _is_spelled(a: int, b: int) -> bool:
    """Whether one of them is long; there are letters for two of up to 26 digits."""
    return _SPELLED <= max(len(str(a)), len(str(b))) <= LONGEST // 2


def _spelled(a: int, b: int) -> Steps:
    if not _is_spelled(a, b):
        return []
    return [lettered(str(a)), lettered(str(b), COLUMNS.upper())]


def _check(a: int, b: int) -> None:
    if a < 0 or b < 0:
        raise ValueError(f"{a} and {b}: only numbers from 0 up can be written out")
