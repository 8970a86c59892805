"""The chat format: the one place that knows how a conversation becomes text and back.

    <|user|>QUESTION<|assistant|><|think|>STEP
    STEP
    STEP<|/think|>ANSWER<|end|>

Every marker is one token in every tokenizer. Text that came from outside never yields a marker:
`cogling.text.tokenizer` encodes it with the markers switched off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

PAD = "<|pad|>"
END = "<|end|>"
USER = "<|user|>"
ASSISTANT = "<|assistant|>"
THINK = "<|think|>"
END_THINK = "<|/think|>"

SPECIAL_TOKENS: tuple[str, ...] = (PAD, END, USER, ASSISTANT, THINK, END_THINK)
"""In this order they take token ids 0 to 5."""


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote, taken apart. `thought` is None where no thought was opened."""

    thought: str | None
    answer: str

    @property
    def steps(self) -> list[str]:
        """The non-empty lines of the thought."""
        return [line for line in (self.thought or "").split("\n") if line.strip()]


def prompt_parts(turns: Sequence[tuple[str, str]]) -> list[tuple[str, bool]]:
    """A conversation, ending where the model is to write, as (text, is_marker) parts.

    turns: (role, text) with role 'user' or 'assistant'; the last one is the user's.
    """
    parts: list[tuple[str, bool]] = []
    for role, text in turns:
        if role not in ("user", "assistant"):
            raise ValueError(f"unknown role '{role}'; a turn is by 'user' or 'assistant'")
        parts.append((USER if role == "user" else ASSISTANT, True))
        parts.append((text, False))
        if role == "assistant":
            parts.append((END, True))
    parts.append((ASSISTANT, True))
    return parts


def reply_parts(steps: Sequence[str], answer: str) -> list[tuple[str, bool]]:
    """A worked reply, as (text, is_marker) parts, from the thought to the end marker.

    An answer that the last step spells out, as `c a b`, is spelled too: each of its letters is a part, and so
    a token, that can be copied from there.
    """
    if not steps:
        return [(answer, False), (END, True)]
    thought = [(THINK, True), ("\n".join(steps), False), (END_THINK, True)]
    spelled = steps[-1].endswith(" ".join(answer))
    return [*thought, *((part, False) for part in (answer if spelled else [answer])), (END, True)]


def parse_reply(text: str) -> Completion:
    """Takes a reply apart; an unclosed thought is all thought and no answer."""
    body = text.split(END, 1)[0]
    if THINK not in body:
        return Completion(None, body.strip())
    thought, closed, answer = body.split(THINK, 1)[1].partition(END_THINK)
    return Completion(thought.strip("\n"), answer.strip() if closed else "")
