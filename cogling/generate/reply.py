"""What comes out of the engine: a finished reply, or its pieces while it is being written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cogling.text.chat import Completion
from cogling.text.tokenizer import Tokenizer

FinishReason = Literal["stop", "length", "repeats"]
Part = Literal["thought", "answer", "marker"]


@dataclass(frozen=True, slots=True)
class Generated:
    """One reply.

    tokens: every id that was generated, the end token and those of a stop string included
    text: the reply as written, special tokens spelled out, without the end token and the stop string
    thought, answer: the text taken apart by its true markers; thought is None where none was opened
    finish_reason: "stop" (end token or stop string) "length" (max_tokens, or the context is full) or
        "repeats" (it went round in circles)
    prompt_tokens: how many tokens the prompt has
    """

    tokens: list[int]
    text: str
    thought: str | None
    answer: str
    finish_reason: FinishReason
    prompt_tokens: int

    @property
    def completion(self) -> Completion:
        return Completion(self.thought, self.answer)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some of a reply's text, as it comes. The last one has no text and holds the whole reply."""

    text: str
    part: Part
    generated: Generated | None = None


class Transcript:
    """A reply being written: the text that each token adds, and where a stop string ends it."""

    def __init__(self, tokenizer: Tokenizer, stop: Sequence[str] = ()) -> None:
        self.text = ""
        self.stopped = False
        self._tokenizer = tokenizer
        self._decoder = tokenizer.stream()
        self._stop = stop
        self._longest = max(map(len, stop), default=0)
        self._pieces: list[tuple[str, Part]] = []
        self._part: Part = "answer"  # what comes before a thought counts as answer: none may ever come
        self._opened_at: int | None = None
        self._complete = False
        self._given = 0  # characters that `take` has handed out
        self._next = (0, 0)  # the piece that it goes on with, and where in it

    def feed(self, token: int) -> None:
        """Adds a token that is not the end token; sets `stopped` where it completes a stop string."""
        part = self._part
        if token == self._tokenizer.think_id and self._opened_at is None:
            part, self._part = "marker", "thought"
        elif token == self._tokenizer.end_think_id and self._part == "thought":
            part, self._part = "marker", "answer"
        # A marker breaks off whatever character was being written, in the part before it.
        held = self._decoder.finish() if part == "marker" else ""
        if held:
            self._pieces.append((held, "answer" if self._opened_at is None else "thought"))
        if part == "marker" and self._opened_at is None:
            self._opened_at = len(self._pieces)
        self._pieces.append((self._decoder.feed(token), part))
        piece = held + self._pieces[-1][0]
        # A stop string that ends in this piece begins at most `longest - 1` characters before it.
        begin = max(0, len(self.text) - self._longest + 1)
        self.text += piece
        hits = [at for at in (self.text.find(s, begin) for s in self._stop) if at >= 0] if piece else []
        if hits:
            self.stopped = self._complete = True
            self._cut(min(hits))

    def finish(self) -> None:
        """No token follows: adds what was held back of a character that never became whole, as U+FFFD."""
        held = "" if self.stopped else self._decoder.finish()
        self._pieces.append((held, self._part))
        self.text += held
        self._complete = True

    def take(self) -> list[Piece]:
        """The text since the last call, but for an end of it that may yet become a stop string."""
        first, offset = self._next
        left = self._settled() - self._given
        self._given += max(0, left)
        taken: list[Piece] = []
        while left > 0:
            piece, part = self._pieces[first]
            text = piece[offset : offset + left]
            left -= len(text)
            if text:
                taken.append(Piece(text, part))
            offset += len(text)
            if offset == len(piece):
                first, offset = first + 1, 0
        self._next = (first, offset)
        return taken

    def completion(self) -> Completion:
        """As `Tokenizer.decode_reply`, of the text that a stop string left."""
        if self._opened_at is None or self._opened_at >= len(self._pieces):
            return Completion(None, self._join("answer", 0).strip())
        thought = self._join("thought", self._opened_at)
        return Completion(thought.strip("\n"), self._join("answer", self._opened_at).strip())

    def _join(self, part: Part, begin: int) -> str:
        return "".join(piece for piece, p in self._pieces[begin:] if p == part)

    def _cut(self, length: int) -> None:
        excess = len(self.text) - length
        self.text = self.text[:length]
        while excess:
            piece, part = self._pieces.pop()
            if len(piece) > excess:
                self._pieces.append((piece[:-excess], part))
            excess -= min(excess, len(piece))

    def _settled(self) -> int:
        """How many characters of the text can no longer become part of a stop string."""
        if not self._complete:
            for begin in range(max(0, len(self.text) - self._longest + 1), len(self.text)):
                if any(s.startswith(self.text[begin:]) for s in self._stop):
                    return begin
        return len(self.text)
