"""Rolls that reach the target are counted, or those that miss it, whichever are nearer to their end. Dice
that share at most r among them without an upper limit do it in so many ways, known by heart; for each set
of dice that can be taken away whole from r, as many ways as the rest has are in turns taken off and put back.
Then what each die shares with the number is divided away.

I have these dice: 1d4, 1d3. What are the odds of rolling 5 or higher? ...
4+3=7
7-5=2           the sum may be 2 below the highest
5-3=2           a miss may be 2 above the lowest
2<=2
+A2
+A2<4           no die can be taken away from 2
+A2<3
+A2
A6              0+0, 0+1, 0+2, 1+0, 1+1, 2+0
B.
a0; A6=06 B.
=6
4:2,2
...
=2
3:3
...
=1
2*1=2
-> 1/2
"""

from __future__ import annotations

import re
from collections.abc import Callable
from math import comb

from cogling.tasks.gym import columns
from cogling.tasks.gym.divisors import divide_from_below
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add, divide, multiply, subtract

STARTER = {"num_dice": 2, "max_dice_size": 9}

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31)
LARGEST = PRIMES[-1]
"""Sides of the largest die whose primes are known by heart."""

_QUESTION = re.compile(
    r"I have these dice: (1d\d\d?(?:, 1d\d\d?){0,9})\. What are the odds of rolling (\d{1,3}) or higher\?"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no dice")
    dice = [int(die) for die in re.findall(r"1d(\d+)", m[1])]
    target = int(m[2])
    if not all(2 <= die <= LARGEST for die in dice) or not len(dice) < target <= sum(dice):
        raise Untraceable("no such dice, or nothing to find out")
    steps, sides = _chain(add, dice)
    from_top, spare = subtract(sides, target)
    from_bottom, room = subtract(target, len(dice) + 1)
    reached = spare <= room
    steps += [*from_top, *from_bottom, f"{spare}{'<=' if reached else '>'}{room}"]
    counting, count = _count(dice, min(spare, room))
    dividing, count, rests = _divide(count, dice)
    multiplying, total = _chain(multiply, rests)
    steps += [*counting, *dividing, *multiplying]
    if not reached:
        lines, count = subtract(total, count)
        steps += lines
    return Trace(tuple(steps), f"{count}/{total}")


def _chain(operation: Callable[[int, int], tuple[Steps, int]], numbers: list[int]) -> tuple[Steps, int]:
    result, steps = numbers[0], Steps()
    for number in numbers[1:]:
        lines, result = operation(result, number)
        steps += lines
    return steps, result


def _count(dice: list[int], most: int) -> tuple[Steps, int]:
    """Ways to choose a number from 0 below each die, of a sum of at most `most` (inclusion, exclusion)."""
    steps = [f"+A{most}"]
    added, taken = [most], list[int]()
    for die in dice:
        fresh: dict[str, list[int]] = {}
        for sign, rests, other in (("+", added, "-"), ("-", taken, "+")):
            onto = taken if other == "-" else added
            fresh[other] = []
            for label, rest in zip(columns.LABELS, rests, strict=False):
                if rest < die:
                    steps.append(f"{sign}{label}{rest}<{die}")
                    continue
                lines, less = subtract(rest, die)
                steps += [f"{sign}{label}{rest}>={die}", *lines]
                index = len(onto) + len(fresh[other])
                if index >= len(columns.LABELS) - 1:
                    raise Untraceable("more sets of dice than labels")
                steps.append(f"{other}{columns.LABELS[index]}{less}")
                fresh[other].append(less)
        added += fresh["+"]
        taken += fresh["-"]
    width = len(str(comb(most + len(dice), len(dice))))
    lines, count = _table("+", added, len(dice), width)
    steps += lines
    if taken:
        lines, less = _table("-", taken, len(dice), width)
        subtracting, count = subtract(count, less)
        steps += [*lines, *subtracting]
    return steps, count


def _table(sign: str, rests: list[int], dice: int, width: int) -> tuple[Steps, int]:
    """The sum of the ways without a limit, one row for each rest."""
    ways, steps = [comb(rest + dice, dice) for rest in rests], Steps()
    for i, (rest, number) in enumerate(zip(rests, ways, strict=True)):
        steps += [f"{sign}{columns.LABELS[i]}{rest}", columns.row(i, number, width)]
    lines, total = columns.add_all(ways, width)
    return [*steps, columns.end(len(rests)), *lines], total


def _divide(number: int, dice: list[int]) -> tuple[Steps, int, list[int]]:
    """number / dice in lowest terms: each prime of each die is tried until it has failed once."""
    steps, rests, failed = Steps(), list[int](), set[int]()
    for die in dice:
        primes = [prime for prime in PRIMES for power in range(1, 6) if die % prime**power == 0]
        steps.append(f"{die}:{','.join(map(str, primes))}")
        for prime in primes:
            if prime not in failed:
                lines, quotient = _exactly(number, prime)
                steps += lines
                if quotient is not None:
                    number = quotient
                    steps.append(f"{number};{die}/{prime}={die // prime}")
                    die //= prime
                    continue
                failed.add(prime)
            steps.append(f"{number};{prime}-")
        rests.append(die)
        steps.append(f"={die}")
    return steps, number, rests


def _exactly(number: int, prime: int) -> tuple[Steps, int | None]:
    """number / prime, or None where it leaves a rest; for 2 and 5 the last digit tells."""
    if prime > 10:
        return divide_from_below(number, prime)
    if prime in (2, 5) and number % prime:
        return [f"{number}/{prime}:{number % 10}"], None
    steps, (quotient, rest) = divide(number, prime)
    return steps, None if rest else quotient
