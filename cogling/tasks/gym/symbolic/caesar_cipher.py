"""The first word is moved back through the alphabet until it is English; then the text, letter by letter.

One of one or two letters could be many, and is passed over. The line where a word is found pairs one letter
with its meaning; the two alphabets go on from there side by side, and each word of the text is spelled with
the meaning after every letter.

Decrypt this Caesar cipher text: CV JQOG VJG
0 J Q O G
1 I P N F
2 H O M E
j H k I l J m K n L o M ... i G
c A v T
j H q O o M g E
v T j H g E
AT HOME THE
"""

from __future__ import annotations

import math
import re
from string import ascii_uppercase as ALPHABET

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_words": 3, "max_words": 5, "max_rotation": 5}

_QUESTION = re.compile(
    r"Decrypt this Caesar cipher text: ([A-Z]+(?: [A-Z]+)*)\. Provide only the decrypted text"
)
_PROBE = 3
"""Letters that a word to try has at least: hardly two such words are moves of each other."""
_PER_MILLE_TO_M = (82, 15, 28, 43, 127, 22, 20, 61, 70, 1.5, 7.7, 40, 24)
_PER_MILLE_FROM_N = (67, 75, 19, 1, 60, 63, 91, 28, 9.8, 24, 1.5, 20, 0.7)
_WEIGHTS = [math.log(share) for share in _PER_MILLE_TO_M + _PER_MILLE_FROM_N]
"""Of the letters in English, A to Z: they say here what a reader sees, which move gives English words."""
_WORDS = (
    "A ALL AND ANY ARE BUT BY CAN DO FOR HAD HAS HAVE HER HIS I IN IS IT MR NOT OF SHE THE TO WAS WITH YOU"
)
_COMMON = frozenset(_WORDS.split())
_WEIGHT_OF_WORD = 5.0


def trace(question: str) -> Trace:
    words = _words(question)
    return _worked(words, next((word for word in words if len(word) >= _PROBE), max(words, key=len)))


def follow(question: str, first: str) -> Trace:
    """The trace with this first step: any word as long as a probe gives the key away as well as the best."""
    words = _words(question)
    begun = first.removeprefix("0 ").replace(" ", "")
    return _worked(words, begun) if begun in words and len(begun) >= _PROBE else trace(question)


def _words(question: str) -> list[str]:
    m = _QUESTION.match(question.strip())
    if m is None:
        raise Untraceable("not a Caesar cipher")
    return m[1].split()


def _worked(words: list[str], probe: str) -> Trace:
    moves = max(range(26), key=lambda k: _likelihood([_moved(word, k) for word in words]))
    steps = [f"{k} {' '.join(_moved(probe, k))}" for k in range(moves + 1)]
    first = ALPHABET.index(probe[0])
    steps.append(_paired(ALPHABET[first:] + ALPHABET[:first], moves))
    steps += [_paired(word, moves) for word in words]
    return Trace(tuple(steps), " ".join(_moved(word, moves) for word in words))


def _moved(text: str, back: int) -> str:
    return "".join(ALPHABET[ALPHABET.index(letter) - back] for letter in text)


def _paired(text: str, back: int) -> str:
    return " ".join(f"{letter.lower()} {_moved(letter, back)}" for letter in text)


def _likelihood(words: list[str]) -> float:
    letters = sum(_WEIGHTS[ALPHABET.index(letter)] for word in words for letter in word)
    return letters + _WEIGHT_OF_WORD * sum(word in _COMMON for word in words)
