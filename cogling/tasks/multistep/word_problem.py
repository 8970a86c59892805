"""Short stories of gains and losses, one sentence and one small sum at a time.

    Ann has 3 bags of 4 bells. She buys 7. Bob finds 4. She doubles them. How many bells has Ann?

    Ann has 3 bags of 4: 3*4=12
    She buys 7: 12+7=19
    Bob finds 4: still 19
    She doubles them: 19+19=38

A step repeats its sentence, so that the operation and its operand stand beside the running total that the
step before ended with. No verb comes twice in a story: the verb of the last step is the key to the next
sentence, and the thought ends where the question comes next. A sentence about somebody else keeps the total;
the two people are a woman and a man, so "She" and "He" say at once whose it is.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from cogling.tasks.base import Difficulty, Knob, Problem
from cogling.tasks.multistep import MEN, WOMEN, Stepwise

GAINS = ("buys", "finds", "gets", "wins")
LOSSES = ("drops", "loses", "sells", "uses")
DOUBLES = "doubles"
THINGS = ("bells", "fans", "horns", "lamps")
MAX_DIGITS = 9  # of a number in a step that a model wrote
KNOBS = {
    "sentences": Knob(train=(1, 4), ood=(5, 6), rungs=(1, 2, 3, 4)),  # with an operation each
    "products": Knob(train=(0, 1), ood=(0, 1), rungs=(0, 1)),  # a start in bags, or a doubling
    "others": Knob(train=(0, 1), ood=(0, 1), rungs=(0, 1)),  # sentences about somebody else
}


class WordProblem(Stepwise):
    """How many are left after a short story."""

    name = "word_problem"
    summary = "short stories of gains, losses, bags and doublings: how many are there now"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        people = [(rng.choice(WOMEN), "She"), (rng.choice(MEN), "He")]
        rng.shuffle(people)
        (name, pronoun), (other, _) = people
        bags = double = False
        if difficulty["products"]:
            bags = rng.random() < 0.5
            double = not bags
        if bags:
            pair = rng.randint(2, 5), rng.randint(2, 5)
            total = pair[0] * pair[1]
            story = [[name, "has", f"{pair[0]} bags of {pair[1]}"]]
        else:
            total = rng.randint(2, 10 if double else 19)
            story = [[name, "has", str(total)]]

        gains, losses = rng.sample(GAINS, len(GAINS)), rng.sample(LOSSES, len(LOSSES))
        turning = rng.randrange(difficulty["sentences"]) if double else -1
        for i in range(difficulty["sentences"]):
            if i == turning and total <= 20:
                story.append([pronoun, DOUBLES, "them"])
                total += total
            elif losses and total > 2 and (not gains or rng.random() < 0.5):
                number = rng.randint(1, min(9, total - 1))
                story.append([pronoun, losses.pop(), str(number)])
                total -= number
            else:
                number = rng.randint(2, 9)
                story.append([pronoun, gains.pop(), str(number)])
                total += number
        for verb in rng.sample(gains + losses, difficulty["others"]):
            story.insert(rng.randint(1, len(story)), [other, verb, str(rng.randint(2, 9))])

        things = rng.choice(THINGS)
        first = f"{' '.join(story[0])} {things}."
        rest = " ".join(f"{who} {verb} {what}." for who, verb, what in story[1:])
        question = f"{first} {rest} How many {things} has {name}?"
        return self.worked(question, str(total), {"pronoun": pronoun, "story": story})

    def next_step(self, meta: Mapping[str, Any], before: Sequence[str]) -> str | None:
        story = meta["story"]
        if not before:
            return _start(" ".join(story[0]))
        words = before[-1].split(" ")
        verbs = [verb for _, verb, _ in story]
        total = _number(words[-1].rpartition("=")[2])
        if len(words) < 3 or words[1] not in verbs[:-1] or total is None:
            return None
        who, verb, what = story[verbs.index(words[1]) + 1]
        result = _count(verb, what, total) if who == meta["pronoun"] else f"still {total}"
        return f"{who} {verb} {what}: {result}"


def _start(sentence: str) -> str:
    """'Ann has 5', or 'Ann has 3 bags of 4: 3*4=12'."""
    match sentence.split(" "):
        case [_, _, bags, "bags", "of", each]:
            return f"{sentence}: {bags}*{each}={int(bags) * int(each)}"
    return sentence


def _count(verb: str, what: str, total: int) -> str:
    """What one operation makes of the running total, as '5+7=12'."""
    if verb == DOUBLES:
        return f"{total}+{total}={total + total}"
    if verb in GAINS:
        return f"{total}+{what}={total + int(what)}"
    return f"{total}-{what}={total - int(what)}"


def _number(text: str) -> int | None:
    """The whole number that a text spells the usual way, None for any other text."""
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= MAX_DIGITS):
        return None
    return int(text) if str(int(text)) == text else None
