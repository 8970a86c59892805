"""Three words a line, copied and then spelled; the count so far begins the line and follows each hit.

The marks that end the words (, ; :) stand again where the spelling of each begins.

How many times does the letter "h" appear in the text: "With their heads bent"?
0 With, their; heads: w i t h=1, t h=2 e i r; h=3 e a d s
3 bent: b e n t
3
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_words": 2, "max_words": 4}

_QUESTION = re.compile(r'How many times does the letter "(\w)" appear in the text: "([\w ]+)"\?')
_WORDS_A_LINE = 3


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a letter to count")
    letter, words = m[1], m[2].split()
    steps, count = [], 0
    for start in range(0, len(words), _WORDS_A_LINE):
        line = words[start : start + _WORDS_A_LINE]
        names, spellings, before = "", "", count
        for i, word in enumerate(line):
            last = i == len(line) - 1
            names += f" {word}{':' if last else ',;'[i]}"
            for character in word.lower():
                count += character == letter
                spellings += f" {character}={count}" if character == letter else f" {character}"
            spellings += "" if last else ",;"[i]
        steps.append(f"{before}{names}{spellings}")
    return Trace((*steps, str(count)), str(count))
