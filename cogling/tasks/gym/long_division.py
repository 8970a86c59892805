"""Division by numbers of several digits, in writing, shorter than product and difference by turns.

    divide(16327, 385)
    16327/385
    0163,27/38:016;0
    1632,7/38:163 5*38=190,1=1,9>6 4*38=152,1=1,5<6;04
    a2-4*5=20+0=20,22-20=2;2
    b3-4*8=32+2=34,43-34=9;92
    c6-4*3=12+4=16,16-16=0;092
    d1-4*0=00+1=01,01-01=0;0092
    0927/38:092 3*38=114,1>0 2*38=076,0=0,7<9;042
    ...
    =42r157

A line of the quotient holds what is left, one digit wider than the divisor, after the comma the digits still
to be brought down, the two top digits of the divisor, and the three top digits that they are to be held
against. Tries begin at two digits by one, 9 at most, and go down to the first product that is not larger, as
its digits show, or to 0; such a guess is never too small. Then guess times divisor is taken away by columns:
a product of digits, with the tens lent to the column before, from the digit above with as many tens as it
needs, and what stays so far. Where the last column has to lend, the guess was too large by one: `4-1=3;03`,
and the columns anew.
"""

from __future__ import annotations

from cogling.tasks.gym import written
from cogling.tasks.gym.written import COLUMNS, LONGEST, Steps


def divide(a: int, b: int) -> tuple[Steps, tuple[int, int]]:
    """(a // b, a % b) for a >= 0, b > 0."""
    if a < 0 or b <= 0:
        raise ValueError(f"{a}/{b}: only numbers from 0 up by numbers from 1 up can be written out")
    if b == 1:
        return [f"{a}/1={a}r0"], (a, 0)
    if b < 10:
        return written.divide(a, b)
    digits, width = str(a), len(str(b))
    if len(digits) < width:
        return [f"{a}/{b}=0r{a}"], (0, a)
    if width + 1 > LONGEST:
        raise ValueError(f"{width} digits, but there are letters for {LONGEST} columns")
    top = str(b)[:2]
    steps, quotient = [f"{a}/{b}"], ""
    rest = f"0{digits[:width]}"
    tail = digits[width:]
    while True:
        tries, guess = guess_digit(rest[:3], top)
        steps.append(f"{rest}{',' if tail else ''}{tail}/{top}:{tries};{quotient}{guess}")
        left = rest
        if guess:
            lines, left, lent = take_away(rest, b, guess)
            steps += lines
            while lent:
                steps.append(f"{guess}-1={guess - 1};{quotient}{guess - 1}")
                guess -= 1
                lines, left, lent = take_away(rest, b, guess)
                steps += lines
        quotient += str(guess)
        if not tail:
            return [*steps, f"={int(quotient)}r{int(left)}"], (int(quotient), int(left))
        rest, tail = left[1:] + tail[0], tail[1:]


def guess_digit(left: str, top: str) -> tuple[str, int]:
    """`163 5*38=190,1=1,9>6 4*38=152,1=1,5<6` and 4: three digits by two, tried from above."""
    guess = min(9, int(left[:2]) // int(top[0]))
    looks = [left]
    while guess:
        product = f"{guess * int(top):0{len(left)}}"
        looks.append(",".join([f"{guess}*{top}={product}", *written.compare_digits(product, left)]))
        if product <= left:
            break
        guess -= 1
        looks += [] if guess else ["0"]
    return " ".join(looks), guess


def take_away(rest: str, b: int, times: int) -> tuple[Steps, str, int]:
    """rest - times * b by columns: the lines, what stays, and the tens that the last column had to lend."""
    lines, left, lent = [], "", 0
    for letter, x, y in zip(COLUMNS, reversed(rest), reversed(f"0{b}"), strict=False):
        product = times * int(y)
        taken = product + lent
        work = f"{letter}{x}-{times}*{y}={product:02}+{lent}={taken:02}"
        lent = max(0, -((int(x) - taken) // 10))
        left = f"{int(x) + 10 * lent - taken}{left}"
        lines.append(f"{work},{lent}{x}-{taken:02}={left[0]};{left}")
    return lines, left, lent
