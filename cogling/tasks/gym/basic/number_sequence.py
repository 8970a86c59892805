"""The next term by the first rule that fits the first four terms.

4, 15, 30, 56, ?
a4b15c30d56;y30z56      the first four terms and the last two
4/2=2?15                each term half of the one before? No
15+-4=15-4
15-4=11
...
p11q15r26               steps from a to b to c to d
15+-4=15-4
15-4=11
...
s11t11                  what a step exceeds the term before it by: q-a, r-b
s=t                     always 11: the next is z+y+s
56+30
...
=86
86+11
...
=97

A last term that has been there before is followed by what followed then: `9, 4, 6, 5, 5, ?` is `5,5`.
The library's rules are chains of such operations; sequences of the rarer chains are left out.
"""

from __future__ import annotations

import re

from cogling.tasks.gym.signed import multiply
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add_signed

STARTER = {"min_terms": 4, "max_terms": 5, "max_complexity": 1}

_QUESTION = re.compile(r"-?\d{1,9}(?:, -?\d{1,9}){3,29}, \?")
# A step that names the rule, or shows it: `p=q=r`, `6*2=12*2=24`, `8/2=4+3=7`, `2+4*2=12,4+12*2=32`.
_RULE = re.compile(r"[pqs]=[a-t0,=]+|-?\d+[*+/][^?:]+=[^?:]+=-?\d+")

Terms = list[int]


def kind(trace: Trace) -> str:
    """By which rule a sequence goes on. Of those that the library makes, four in ten end in one number again
    and again, and one in five hundred has steps that are equal but for the first.
    """
    steps = trace.steps
    if "," in steps[1]:
        last, after = steps[1].split(",")
        return "constant" if last == after else "repeated"
    rules = (re.sub(r"-?\d+", "9", step) for step in steps if _RULE.fullmatch(step))
    return next(rules, "half")


def trace(question: str) -> Trace:
    if _QUESTION.fullmatch(question.strip()) is None:
        raise Untraceable("not a sequence of numbers")
    terms = [int(term) for term in re.findall(r"-?\d+", question)]
    a, b, c, d = terms[:4]
    y, z = terms[-2:]
    steps = [f"a{a}b{b}c{c}d{d};y{y}z{z}"]
    before = terms[:-1]
    if z in before:
        after = terms[len(before) - before[::-1].index(z)]
        return Trace((*steps, f"{z},{after}"), str(after))
    for x, following in ((a, b), (b, c), (c, d)):
        steps.append(f"{x}/2={x // 2}?{following}")
        if x // 2 != following:
            break
    else:
        return Trace((*steps, f"{z}/2={z // 2}"), str(z // 2))
    lines, (p, q, r) = differences((b, a), (c, b), (d, c))
    steps += [*lines, f"p{p}q{q}r{r}"]
    if p == q == r:
        return continued(steps, "p=q=r", z, p)
    if (p, q, r) == (a, b, c):
        return continued(steps, "p=a,q=b,r=c", z, z)
    lines, (s, t) = differences((q, a), (r, b))
    steps += [*lines, f"s{s}t{t}"]
    if s == t == 0:
        return continued(steps, "s=t=0", z, y)
    if (s, t) == (a, b):
        return continued(steps, "s=a,t=b", z, y, y)
    if s == t:
        return continued(steps, "s=t", z, y, s)
    if (s, t) == (b, c):
        return continued(steps, "s=b,t=c", z, z, y)
    steps.append(f"p{p}q{q}r{r}")  # once more, as the rules that are left look at them
    if q == r:
        return continued(steps, "q=r", z, q)
    if p and q % p == 0 and r == q * (q // p):
        ratio = q // p
        lines, (step,) = differences((z, y))
        product, step = multiply(step, ratio)
        return continued([*steps, f"{p}*{ratio}={q}*{ratio}={r}", *lines, *product], "", z, step)
    if (b // 2 + a, c // 2 + b) == (c, d):
        halves = [f"{b}/2={b // 2}+{a}={c}", f"{c}/2={c // 2}+{b}={d}", f"{z}/2={z // 2}"]
        return continued([*steps, *halves], "", z // 2, y)
    if (2 * (a + b), 2 * (b + c)) == (c, d):
        lines, total = add_signed(z, y)
        product, total = multiply(total, 2)
        return Trace((*steps, f"{a}+{b}*2={c},{b}+{c}*2={d}", *lines, *product), str(total))
    raise Untraceable("no rule that is known")


def differences(*pairs: tuple[int, int]) -> tuple[Steps, Terms]:
    """The first less the second number of each pair."""
    steps, results = [], []
    for x, y in pairs:
        lines, difference = add_signed(x, -y)
        steps += lines
        results.append(difference)
    return steps, results


def continued(steps: Steps, rule: str, first: int, *others: int) -> Trace:
    """The trace that ends with the rule, where it is to be named, and the sum of the numbers."""
    total, steps = first, [*steps, *([rule] if rule else [])]
    for number in others:
        lines, total = add_signed(total, number)
        steps += lines
    return Trace(tuple(steps), str(total))
