"""Tokenizers: text to ids and back. A standard `tokenizer.json` holds all of one; `kinds` trains it.

Text that came from outside never yields a special token, even where it spells one: markers get their id
through `encode_parts` alone. `byte` and `bpe` give any text back exactly. `character` does so for the
characters it knows and refuses others by name. `wordpiece` also refuses unknown characters, and loses
spacing: a run of spaces becomes one, those next to a line's ends vanish, and "#" and "<|" gain spaces.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from tokenizers import Tokenizer as Backend

from cogling.errors import CoglingError
from cogling.files import write_atomic
from cogling.text import chat, kinds

FILE_NAME = "tokenizer.json"
DIGITS = {str(digit).encode() for digit in range(10)}


class Tokenizer:
    """One trained tokenizer. Can be pickled, so worker processes get it as an argument."""

    pad_id, end_id, user_id, assistant_id, think_id, end_think_id = range(len(chat.SPECIAL_TOKENS))

    def __init__(self, backend: Backend) -> None:
        """Raises CoglingError where the backend is no Cogling tokenizer."""
        kind = kinds.kind_of(backend)
        found = tuple(backend.id_to_token(i) for i in range(len(chat.SPECIAL_TOKENS)))
        if kind is None or found != chat.SPECIAL_TOKENS:
            raise CoglingError(
                f"not a Cogling tokenizer: ids 0 to 5 are {found} and its kind is {kind or 'unknown'}; "
                "make one with `cogling tokenizer train`"
            )
        backend.encode_special_tokens = True  # spelled-out special tokens are plain text
        self.kind: str = kind
        self.backend = backend
        self.vocab_size: int = backend.get_vocab_size()
        self._specials = {token: i for i, token in enumerate(chat.SPECIAL_TOKENS)}
        tokens = {i: token for token, i in backend.get_vocab().items()}
        if set(tokens) != set(range(self.vocab_size)):
            raise CoglingError(f"damaged tokenizer: its {self.vocab_size} tokens do not have ids from 0 up")
        self._read_vocabulary([tokens[i] for i in range(self.vocab_size)])
        self._words = kinds.ASCII_WORDS.get(kind)
        self._word_ids = _WordIds(backend)

    def _read_vocabulary(self, tokens: list[str]) -> None:
        """What each id adds to the text, and, for wordpiece, which ids have a space between them."""
        first = len(chat.SPECIAL_TOKENS)
        self._bytes = [token.encode() for token in tokens]
        self._spaced_left = self._spaced_right = frozenset[int]()
        if self.kind in ("byte", "bpe"):
            byte_of = {character: byte for byte, character in kinds.byte_alphabet().items()}
            self._bytes[first:] = [bytes(byte_of[c] for c in token) for token in tokens[first:]]
        elif self.kind == "wordpiece":
            pieces = [i for i in range(first, len(tokens)) if tokens[i] != "\n"]
            self._spaced_right = frozenset(pieces)
            self._spaced_left = frozenset(i for i in pieces if not tokens[i].startswith(kinds.CONTINUED))
            self._bytes[first:] = [token.removeprefix(kinds.CONTINUED).encode() for token in tokens[first:]]
        else:
            self._character_ids = {token: i for i, token in enumerate(tokens) if i >= first}

    @classmethod
    def train(cls, kind: str, texts: Iterable[str], vocab_size: int | None = None) -> Tokenizer:
        """A new tokenizer of a kind in `kinds.KINDS`; the same texts give the same file to the byte.

        vocab_size: at most this many ids (None: 512 for bpe and wordpiece, what is needed for the others).
        Raises CoglingError for an unknown kind, too small a size, or no text.
        """
        return cls(kinds.train(kind, texts, vocab_size))

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Reads a tokenizer.json, or the one in a folder. Raises CoglingError, naming the file."""
        file = path / FILE_NAME if path.is_dir() else path
        try:
            return cls(Backend.from_str(file.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise CoglingError(f"no tokenizer at {file}") from None
        except OSError as error:
            raise CoglingError(f"cannot read {file}: {error.strerror or error}") from error
        except CoglingError as error:
            raise CoglingError(f"{file}: {error}") from None
        except Exception as error:  # `tokenizers` raises bare Exception for whatever it cannot parse
            raise CoglingError(f"{file} is damaged: {error}") from error

    def save(self, path: Path) -> None:
        """Writes `path`, or tokenizer.json in it where its name does not end in .json; all or nothing."""
        file = path if path.suffix == ".json" else path / FILE_NAME
        write_atomic(file, self.to_json())

    @property
    def digits(self) -> list[int]:
        """The ids that are one of the digits 0 to 9 and nothing else."""
        return [i for i in range(len(chat.SPECIAL_TOKENS), self.vocab_size) if self._bytes[i] in DIGITS]

    @property
    def widths(self) -> list[int]:
        """How many characters each id has after its last line break; of the bytes of one the first counts."""
        lines = [text.split(b"\n")[-1] for text in self._bytes[len(chat.SPECIAL_TOKENS) :]]
        widths = [sum(byte & 0xC0 != 0x80 for byte in line) for line in lines]
        return [0] * len(chat.SPECIAL_TOKENS) + widths

    @property
    def breaks(self) -> list[int]:
        """How many line breaks each id has; -1 of the marks of a conversation."""
        breaks = [text.count(b"\n") for text in self._bytes[len(chat.SPECIAL_TOKENS) :]]
        return [-1] * len(chat.SPECIAL_TOKENS) + breaks

    def to_json(self) -> str:
        return self.backend.to_str(pretty=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Tokenizer:
        return cls(Backend.from_str(text))

    def __reduce__(self) -> tuple:
        return Tokenizer.from_json, (self.to_json(),)

    def encode(self, text: str) -> list[int]:
        """The ids of text from outside; never a special token.

        Raises CoglingError for half a surrogate pair, and, for character and wordpiece, for a character
        that the vocabulary lacks.
        """
        if self.kind == "byte":
            first = len(chat.SPECIAL_TOKENS)
            return [first + byte for byte in kinds.utf8(text)]
        try:
            if self.kind == "character":
                return [self._character_ids[c] for c in text]
            if self._words is not None and text.isascii():
                # 4 times faster than the pipeline: words recur, and their ids do not depend on neighbours.
                return list(chain.from_iterable(map(self._word_ids.__getitem__, self._words.findall(text))))
            kinds.utf8(text)
            return self.backend.encode(text, add_special_tokens=False).ids
        except CoglingError:
            raise
        except Exception as error:  # KeyError, or the bare Exception that `tokenizers` raises
            raise self._explain(text) from error

    def _explain(self, text: str) -> CoglingError:
        """Why a character or wordpiece tokenizer could not encode a text."""
        kinds.utf8(text)
        known = set(self.backend.get_vocab())
        for i, c in enumerate(text):
            if c not in known and self.backend.pre_tokenizer.pre_tokenize_str(c):
                return CoglingError(
                    f"character {c!r} (U+{ord(c):04X}) at position {i}: not in the {self.kind} vocabulary; "
                    "train it on text that has the character, or use kind bpe or byte"
                )
        return CoglingError(f"a word of more than {kinds.LONGEST_WORD} characters; use kind bpe or byte")

    def encode_parts(self, parts: Sequence[tuple[str, bool]]) -> list[int]:
        """The ids of `chat.prompt_parts` or `chat.reply_parts`: a marker is one id, the rest outside text.

        Raises KeyError for a marker that is not in chat.SPECIAL_TOKENS.
        """
        ids: list[int] = []
        for text, is_marker in parts:
            if is_marker:
                ids.append(self._specials[text])
            else:
                ids += self.encode(text)
        return ids

    def encode_prompt(self, question_or_turns: str | Sequence[tuple[str, str]]) -> list[int]:
        """The ids of a question, or of (role, text) turns, up to where the model is to write."""
        if isinstance(question_or_turns, str):
            question_or_turns = [("user", question_or_turns)]
        return self.encode_parts(chat.prompt_parts(question_or_turns))

    def places(self, ids: Iterable[int]) -> Iterator[tuple[int, int, int]]:
        """(index, first byte, byte after the last) of each id in their common text, markers spelled out."""
        end, previous = 0, self.pad_id
        for index, i in enumerate(ids):
            begin, end = end, end + len(self.bytes_after(previous, i))
            previous = i
            yield index, begin, end

    def decode(self, ids: Iterable[int], skip_special: bool = False) -> str:
        """The text of ids, special tokens spelled out unless skipped; bytes that are no UTF-8 become U+FFFD.

        Raises CoglingError for an id that this tokenizer does not have.
        """
        pieces, previous = [], self.pad_id
        for i in ids:
            pieces.append(self.bytes_after(previous, i, skip_special))
            previous = i
        return b"".join(pieces).decode(errors="replace")

    def bytes_after(self, previous: int, token_id: int, skip_special: bool = False) -> bytes:
        """What `token_id` adds to a text that ends with `previous` (any special token: at its beginning)."""
        if not 0 <= token_id < self.vocab_size:
            raise CoglingError(
                f"token id {token_id} is not one of this tokenizer's {self.vocab_size}; "
                "use the tokenizer that the model was trained with"
            )
        if skip_special and token_id < len(chat.SPECIAL_TOKENS):
            return b""
        spaced = token_id in self._spaced_left and previous in self._spaced_right
        return b" " + self._bytes[token_id] if spaced else self._bytes[token_id]

    def decode_reply(self, ids: Sequence[int]) -> chat.Completion:
        """As `chat.parse_reply`, but on ids: only true markers count, not ones that the model spelled out."""
        body = list(ids)
        if self.end_id in body:
            body = body[: body.index(self.end_id)]
        if self.think_id not in body:
            return chat.Completion(None, self.decode(body).strip())
        inner = body[body.index(self.think_id) + 1 :]
        if self.end_think_id not in inner:
            return chat.Completion(self.decode(inner).strip("\n"), "")
        end = inner.index(self.end_think_id)
        return chat.Completion(self.decode(inner[:end]).strip("\n"), self.decode(inner[end + 1 :]).strip())

    def piece(self, token_id: int) -> str:
        """One id for a person to read: bytes that are no whole character as \\xNN, continuations as ##ing."""
        if self.kind == "wordpiece":
            return str(self.backend.id_to_token(token_id))
        return self.bytes_after(self.pad_id, token_id).decode(errors="backslashreplace")

    def stream(self, skip_special: bool = False) -> StreamDecoder:
        return StreamDecoder(self, skip_special)


class StreamDecoder:
    """Turns ids, one at a time, into text to print; a character is held back until its last byte is there."""

    def __init__(self, tokenizer: Tokenizer, skip_special: bool = False) -> None:
        self._tokenizer = tokenizer
        self._skip_special = skip_special
        self._previous = tokenizer.pad_id
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def feed(self, token_id: int) -> str:
        """The text that this id completes; may be empty."""
        piece = self._tokenizer.bytes_after(self._previous, token_id, self._skip_special)
        self._previous = token_id
        return self._decoder.decode(piece)

    def finish(self) -> str:
        """What was held back, as U+FFFD. All pieces together are what `Tokenizer.decode` gives."""
        return self._decoder.decode(b"", final=True)


class _WordIds(dict[str, list[int]]):
    """The ids of words seen before; bounded, so that no text can fill the memory with them."""

    MOST_WORDS = 1 << 16
    LONGEST = 32

    def __init__(self, backend: Backend) -> None:
        super().__init__()
        self._backend = backend

    def __missing__(self, word: str) -> list[int]:
        ids: list[int] = self._backend.encode(word, add_special_tokens=False).ids
        if len(self) < self.MOST_WORDS and len(word) <= self.LONGEST:
            self[word] = ids
        return ids
