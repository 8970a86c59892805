"""Columns in an order that leaves little to try; in each of them digits in turn, with what they force.

The words are spelled from the right, a letter a column, and the columns are read off, each with the most that
it can carry. Next comes the one with the fewest new letters, then the fewest unknown carries (a `+` each),
then the leftmost. Its carries, in and out, are `?` where they are to be tried, 1 first: `d10` has 1 in and 0
out. What is known is put in, and a short relation is left. Its first letter takes one unused digit after the
other, from 1 to 9 and then 0, until the last one can have what that forces; x marks what cannot be. Then all
digits are written with the letters that have them. Where nothing is left to try, the latest choice is undone.

      LNX                   aXbNcL
     CMUC                   aCbUcMdC
    +  MUL                  aLbUcM
    ------                  aBbUcBdM
      MBUB                  aXCL=B2 bNUU=U2 cLMM=B2 dC=M0
                            dCM+ cLMB++ bNU++ aXCLB+:d?0
                            cLB+ bNU++ aXLB+:c?.
                            bNU+ aX+:a0?
                            bNU:b..
                            d10:C+1=M C+1=M:C1M2
                            1C2M34567890
                            c11:L+2+2+1=B+10 L-5=B:L3xL4xL5B0
                            1C2M345L67890B
                            a01:X+1+5=0+10 X=4:X4
                            ...
                            -> C=1,M=2,N=3,X=4,L=5,U=6,B=0
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import product

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import COLUMNS, lettered

_QUESTION = re.compile(
    r"Solve this cryptarithm:\n\n((?: *\+? *[A-Z]{1,8}\n){2,12})-+\n *([A-Z]{1,9})\n\nEach letter stands"
)
STARTER = {"min_words": 2, "max_words": 2}

_DIGITS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 0)
_MOST_STEPS = 2_000
"""No context holds more; without an end, a question of ten words may be searched for minutes."""

Weights = dict[str, int]
"""How often a letter counts in a relation: once for each addend that it is, less one as the result."""


def trace(question: str) -> Trace:
    m = _QUESTION.match(question)
    if m is None:
        raise Untraceable("not a cryptarithm")
    search = _Search(re.findall("[A-Z]+", m[1]), m[2])
    if not search.go_on(0):
        raise Untraceable("no digits fit")
    answer = ",".join(f"{letter}={digit}" for digit, letter in search.owners().items())
    return Trace(tuple(search.steps), answer)


class _Search:
    """Depth first, the steps written on the way. Raises Untraceable after too many of them."""

    def __init__(self, words: list[str], result: str) -> None:
        if max(map(len, words)) > len(result):
            raise Untraceable("a result that is too short")
        self.columns = [
            ([word[-1 - i] for word in words if len(word) > i], result[-1 - i]) for i in range(len(result))
        ]
        self.weights = [_weights(*column) for column in self.columns]
        self.leading = {word[0] for word in [*words, result]}
        self.letters = sorted(
            {*"".join([*words, result])}, key=lambda letter: (letter not in self.leading, letter)
        )
        self.digits: dict[str, int] = {}
        self.carries = {0: 0, len(result): 0}
        self.most = [0]
        for addends, _ in self.columns:
            self.most.append((9 * len(addends) + self.most[-1]) // 10)
        self.most[-1] = 0
        read = zip(COLUMNS, self.columns, self.most[1:], strict=False)
        self.steps = [
            *(lettered(word[::-1]) for word in [*words, result]),
            " ".join(f"{name}{''.join(addends)}={low}{most}" for name, (addends, low), most in read),
        ]
        self.order = self._planned()

    def _planned(self) -> list[int]:
        """The columns in the order in which they are worked, which no digit changes."""
        left = [*range(len(self.columns))][::-1]
        letters, carries, order = set[str](), set(self.carries), list[int]()
        while left:
            new = {i: [x for x in self.weights[i] if x not in letters] for i in left}
            ends = {i: len({i, i + 1} - carries) for i in left}
            chosen = min(left, key=lambda i: (len(new[i]), ends[i]))
            looks = (f"{COLUMNS[i]}{''.join(new[i])}{'+' * ends[i]}" for i in left)
            open_ends = "".join(self._end(i, carries) for i in (chosen, chosen + 1))
            self._write(f"{' '.join(looks)}:{COLUMNS[chosen]}{open_ends}")
            letters |= set(new[chosen])
            carries |= {chosen, chosen + 1}
            order.append(chosen)
            left.remove(chosen)
        return order

    def _end(self, i: int, known: set[int]) -> str:
        """0 at the ends, `?` for a carry that is to be tried, `.` where another column has set it."""
        return "0" if i in self.carries else "." if i in known else "?"

    def owners(self) -> dict[int, str]:
        """The digits that are taken, in their order, and the letters that have them."""
        owner = {digit: letter for letter, digit in self.digits.items()}
        return {digit: owner[digit] for digit in _DIGITS if digit in owner}

    def _write(self, step: str) -> None:
        if len(self.steps) == _MOST_STEPS:
            raise Untraceable("too much to try")
        self.steps.append(step)

    def _write_digits(self) -> None:
        owners = self.owners()
        self._write("".join(f"{digit}{owners.get(digit, '')}" for digit in _DIGITS))

    def go_on(self, level: int) -> bool:
        """Whether the columns from this one of the order on can be filled."""
        if level == len(self.order):
            return self._fill_up()
        i = self.order[level]
        known = dict(self.carries)
        for carry_in, carry_out in product(self._possible(i), self._possible(i + 1)):
            self.carries = {**known, i: carry_in, i + 1: carry_out}
            if self._filled(level, f"{self._put_in(i)} "):
                return True
        self.carries = known
        return False

    def _fill_up(self) -> bool:
        """Letters that no column tells take the digits that are left."""
        free = [digit for digit in _DIGITS if digit not in self.digits.values()]
        rest = dict(zip((x for x in self.letters if x not in self.digits), free, strict=False))
        if any(digit == 0 and letter in self.leading for letter, digit in rest.items()):
            self._write("x")
            return False
        if rest:
            self.digits |= rest
            self._write_digits()
        return True

    def _possible(self, i: int) -> list[int]:
        """The carry into column i, or those that it may be: from the middle on."""
        if i in self.carries:
            return [self.carries[i]]
        middle = (self.most[i] + 1) // 2
        return sorted(range(self.most[i] + 1), key=lambda carry: abs(carry - middle))

    def _put_in(self, i: int) -> str:
        addends, result = self.columns[i]
        terms = [str(self.digits.get(letter, letter)) for letter in addends]
        terms += [str(self.carries[i])] if self.carries[i] else []
        over = f"+{10 * self.carries[i + 1]}" if self.carries[i + 1] else ""
        return f"{'+'.join(terms)}={self.digits.get(result, result)}{over}"

    def _filled(self, level: int, shown: str = "") -> bool:
        """Whether the new letters of this column and all later columns can be filled."""
        i = self.order[level]
        rest = self.carries[i] - 10 * self.carries[i + 1]
        new: Weights = {}
        for letter, weight in self.weights[i].items():
            if letter in self.digits:
                rest += weight * self.digits[letter]
            else:
                new[letter] = weight
        head = f"{COLUMNS[i]}{self.carries[i]}{self.carries[i + 1]}:"
        relation = _relation(new, rest)
        least = rest + 9 * sum(weight for weight in new.values() if weight < 0)
        greatest = rest + 9 * sum(weight for weight in new.values() if weight > 0)
        if not least <= 0 <= greatest:
            self._write(f"{head}{shown}{relation}:x")
            return False
        if not new:
            self._write(f"{head}{shown}{relation}:y")
            return self.go_on(level + 1)
        line = f"{head}{shown}{relation}:"
        for look, chosen in self._tries(new, rest):
            line += look
            if chosen is None:
                continue
            self._write(line)
            self.digits |= chosen
            self._write_digits()
            if self._filled(level) if len(new) > 2 else self.go_on(level + 1):
                return True
            for letter in chosen:
                del self.digits[letter]
            self._write(f"<{head}{''.join(f'{letter}{digit}' for letter, digit in chosen.items())}")
            self._write_digits()
            line = f"{head}{relation}:"
        self._write(line if line[-1] == "x" else f"{line}x")
        return False

    def _tries(self, new: Weights, rest: int) -> Iterator[tuple[str, dict[str, int] | None]]:
        """(what is written of a try, the digits that it gives if it can be)."""
        first, *others = new
        if not others:
            yield self._forced(first, new[first], rest)
            return
        for digit in _DIGITS:
            if not self._free(first, digit):
                continue
            if len(others) > 1:
                yield f"{first}{digit}", {first: digit}
                continue
            look, found = self._forced(others[0], new[others[0]], rest + new[first] * digit, digit)
            yield f"{first}{digit}{look}", found and {first: digit, **found}

    def _forced(
        self, letter: str, weight: int, rest: int, taken: int | None = None
    ) -> tuple[str, dict[str, int] | None]:
        """As `_tries`, for the last letter of a relation, beside a first one that has taken a digit."""
        digit, left = divmod(-rest, weight)
        if left or not 0 <= digit <= 9:
            return "x", None
        if digit == taken or not self._free(letter, digit):
            return f"{letter}{digit}x", None
        return f"{letter}{digit}", {letter: digit}

    def _free(self, letter: str, digit: int) -> bool:
        return digit not in self.digits.values() and (digit > 0 or letter not in self.leading)


def _weights(addends: list[str], result: str) -> Weights:
    """Of the letters of a column; one that is an addend and the result counts once less."""
    weights = Counter(addends)
    weights[result] -= 1
    return {letter: weight for letter, weight in weights.items() if weight}


def _relation(weights: Weights, rest: int) -> str:
    """`L+M+3=B`, `L+L=7`, `5=B`: the sum of weights times letters and the rest is 0."""
    left = [letter for letter, weight in weights.items() for _ in range(weight)]
    right = [letter for letter, weight in weights.items() if weight < 0]
    if not right:
        return f"{'+'.join(left) or 0}={-rest}"
    if not left:
        return f"{rest}={right[0]}"
    return f"{'+'.join(left)}{f'{rest:+}' if rest else ''}={right[0]}"
