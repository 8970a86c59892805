"""Rows of colours: every cell gets a letter, then known rules are tried in turn by a cheap mark.

A cell of a line of letters stands where it stands in its row, so that it is found by its place. The line
after it has the runs of colours, where rules look first. A rule's line shows what is looked at and the
verdict, on the first example that decides. The rule is worked on the new
row, cell by cell where cells move (`d<c7`: d is what c was, 7), and the new cells are written with their
letters. Most of the library's rules are known.

Example 1:                          a0b0c7d7e0f0g0h0
Input:  0 0 7 7 0 0 0 0             c-d
Output: 0 0 0 7 7 0 0 0             a0b0c0d7e7f0g0h0
...                                 d-e
Input:                              one,c7y
4 0 0 0 0 0 0 4                     repeat,a0n
-> 4 4 0 0 0 0 0 0                  move,c>d,c>d,e>f,e>f,right,1y
                                    a4b0c0d0e0f0g0h4
                                    a,h
                                    h>a
                                    a<h4,b<a4
                                    a4b4c0d0e0f0g0h0
"""

from __future__ import annotations

import re

from cogling.tasks.gym.basic.arc_many import OF_MANY
from cogling.tasks.gym.basic.arc_one import OF_ONE
from cogling.tasks.gym.basic.arc_rules import LETTERS, Row, Undecided, Work, cells, runs, starts
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_size": 10, "max_size": 12}

_ROW = r"\d(?: \d){7,51}"
_EXAMPLE = re.compile(rf"Example \d:\nInput:  ({_ROW})\nOutput: ({_ROW})\n\n")
_QUESTION = re.compile(
    rf"Find the common rule that maps an input grid to an output grid, given the examples below\.\n\n"
    rf"((?:Example \d:\nInput:  {_ROW}\nOutput: {_ROW}\n\n)+)"
    rf"Below is a test input grid\. [^\n]*\n\nInput:\n({_ROW})\s*"
)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question)
    if m is None:
        raise Untraceable("no rows to find a rule for")
    examples = [(_row(x[1]), _row(x[2])) for x in _EXAMPLE.finditer(m[1])]
    new = _row(m[2])
    if len({len(row) for pair in examples for row in pair} | {len(new)}) > 1:
        raise Untraceable("rows of different lengths")
    steps, found = _find(examples)
    if found is None:
        raise Untraceable("none of the rules that are tried")
    before, after, work = found
    if any(_worked(work, before, after, given) != result for given, result in examples):
        raise Untraceable("the examples do not fit the rule found")
    lines, result = work(before, after, new)
    lines = [*steps, *_read(new), *filter(None, lines), _written(result)]
    # A letter after a space is another token than the one that names the cell.
    return Trace(tuple(line.replace(" ", ",") for line in lines), " ".join(map(str, result)))


def _find(examples: list[tuple[Row, Row]]) -> tuple[list[str], tuple[Row, Row, Work] | None]:
    """Steps, and the rule with the example that it was found in: the first one that decides."""
    steps: list[str] = []
    for before, after in examples:
        begins = starts(before)
        look = ",".join(f"{LETTERS[i]}{before[i]}" for i in begins[:2])
        one = len(begins) == 1
        steps += [*_read(before), *_read(after), f"one {look or '-'}{'y' if one else 'n'}"]
        if not begins:
            continue
        try:
            for name, (mark, work) in (OF_ONE if one else OF_MANY).items():
                look, holds = mark(before, after)
                steps.append(f"{name} {look}{'y' if holds else 'n'}")
                if holds:
                    return steps, (before, after, work)
        except Undecided as error:
            steps.append(str(error))
        else:
            break
    return steps, None


def _row(text: str) -> Row:
    return tuple(int(cell) for cell in text.split(" "))


def _read(row: Row) -> list[str]:
    """The row, and its runs of colours: `a4b4c0d2`, `a-b,d`."""
    ends = ([LETTERS[i] for i in sorted({*run})] for run in runs(row))
    return [_written(row), ",".join(map("-".join, ends)) or "-"]


def _written(row: Row) -> str:
    """Each cell by its letter and colour."""
    return cells(row, *range(len(row)))


def _worked(work: Work, before: Row, after: Row, given: Row) -> Row | None:
    try:
        return work(before, after, given)[1]
    except (Untraceable, IndexError, ValueError):
        return None
