"""The four kinds of tokenizer, as Hugging Face `tokenizers` pipelines, and how each is trained.

    character   one id a character; a character that training never saw is refused
    byte        one id a byte of the UTF-8 text: 262 ids, nothing is ever unknown
    bpe         byte-level BPE (Radford et al. 2019) behind Qwen2's split pattern: digits stay single
    wordpiece   pieces of words, the longest first (Schuster & Nakajima 2012); "##" continues a word

The pipeline is all that tells the kinds apart, so the kind of a saved file is read off its pipeline.
"""

from __future__ import annotations

import json
import os
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from tokenizers import AddedToken, Regex, decoders, models, pre_tokenizers, trainers
from tokenizers import Tokenizer as Backend

from cogling.errors import CoglingError, nearest
from cogling.text.chat import SPECIAL_TOKENS

KINDS = ("character", "byte", "bpe", "wordpiece")
DEFAULT_VOCAB_SIZE = 512
CONTINUED = "##"
LONGEST_WORD = 1000
"""In characters. WordPiece takes time quadratic in a word's length, so it refuses longer ones."""

QWEN2_SPLIT = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Letter for letter the pattern in Qwen2's tokenizer.json; llama.cpp knows it as pre="qwen2"."""

ASCII_WORDS = {
    "bpe": re.compile(
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\nA-Za-z0-9]?[A-Za-z]+|[0-9]"
        r"| ?[^\sA-Za-z0-9]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
        re.ASCII,
    ),
    "wordpiece": re.compile(r"\n|#|<(?=\|)|(?:[^\s#<]|<(?!\|))+", re.ASCII),
}
"""What the pre-tokenizers below do to ASCII text, for `re`: it finds words faster than the pipeline."""

ORDINARY = string.digits + string.ascii_letters + string.punctuation + " \t\n\r"
"""What every `character` and `wordpiece` tokenizer knows, so that no plain English question is refused."""


def build(kind: str, vocabulary: Sequence[str] = (), merges: Sequence[tuple[str, str]] = ()) -> Backend:
    """The pipeline of a kind over a vocabulary in the order of its ids (special tokens included)."""
    # Worker processes are Cogling's parallelism; a thread pool in each would fight over the cores.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    ids = {token: i for i, token in enumerate(vocabulary)}
    if kind == "character":
        # Without an unknown token in the vocabulary, stock loaders too raise instead of guessing.
        backend = Backend(models.WordLevel(ids, unk_token="<|unknown|>"))
        backend.pre_tokenizer = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
        backend.decoder = decoders.Fuse()
    elif kind == "byte":
        backend = Backend(models.BPE(ids, []))
        backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        backend.decoder = decoders.ByteLevel()
    elif kind == "bpe":
        backend = Backend(models.BPE(ids, list(merges)))
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(QWEN2_SPLIT), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        backend.decoder = decoders.ByteLevel()
    elif kind == "wordpiece":
        backend = Backend(
            models.WordPiece(
                ids,
                unk_token="<|unknown|>",
                max_input_chars_per_word=LONGEST_WORD,
                continuing_subword_prefix=CONTINUED,
            )
        )
        # Words end at spaces only, so "-5" and "f(x)" come back as they were; newlines are words, since
        # they end the steps of a trace. "#" and the "<" of "<|" stand alone: a word that begins with
        # "##" or spells a special token would otherwise be looked up as that very token.
        backend.pre_tokenizer = pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(r"[^\S\n]+"), "removed"),
                pre_tokenizers.Split(Regex(r"\n|#|<(?=\|)"), "isolated"),
            ]
        )
        backend.decoder = decoders.Sequence(
            [
                decoders.WordPiece(prefix=CONTINUED, cleanup=False),
                decoders.Fuse(),
                decoders.Replace(Regex(r" ?\n ?"), "\n"),
            ]
        )
    else:
        raise CoglingError(f"unknown tokenizer kind '{kind}'; {nearest(kind, KINDS)}")
    if ids:
        backend.add_special_tokens(special_tokens())
    return backend


def special_tokens() -> list[AddedToken]:
    return [AddedToken(token, special=True, normalized=False) for token in SPECIAL_TOKENS]


def kind_of(backend: Backend) -> str | None:
    """The kind whose pipeline this is, or None where it is none of ours."""
    return next((kind for kind in KINDS if _pipeline(build(kind)) == _pipeline(backend)), None)


def _pipeline(backend: Backend) -> dict:
    """Everything that decides how text is cut, but the vocabulary, the merges and the added tokens."""
    state = json.loads(backend.to_str())
    model = {key: value for key, value in state["model"].items() if key not in ("vocab", "merges")}
    return {**state, "model": model, "added_tokens": None}


def train(kind: str, texts: Iterable[str], vocab_size: int | None = None) -> Backend:
    """Trains a kind; the same texts in the same order give the same bytes.

    vocab_size: at most this many ids, special tokens included (None: 512 for bpe and wordpiece, as many
    as needed for the others). Raises CoglingError where that is too few for the kind, or without text.
    """
    if kind not in KINDS:
        raise CoglingError(f"unknown tokenizer kind '{kind}'; {nearest(kind, KINDS)}")
    if kind == "byte":
        _require_ids(kind, 256, vocab_size)
        for text in texts:  # it needs none, but a bad one is reported as for any kind
            utf8(text)
        alphabet = byte_alphabet()
        return build(kind, [*SPECIAL_TOKENS, *(alphabet[byte] for byte in range(256))])
    if kind == "character":
        characters = set(ORDINARY).union(*_checked(texts))
        _require_ids(kind, len(characters), vocab_size)
        return build(kind, [*SPECIAL_TOKENS, *sorted(characters)])
    size = DEFAULT_VOCAB_SIZE if vocab_size is None else vocab_size
    if kind == "bpe":
        return _train_bpe(texts, size)
    return _train_wordpiece(texts, size)


def _train_bpe(texts: Iterable[str], size: int) -> Backend:
    _require_ids("bpe", 256, size)
    backend = build("bpe")
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        min_frequency=2,
        special_tokens=special_tokens(),
        initial_alphabet=sorted(byte_alphabet().values()),
        show_progress=False,
    )
    backend.train_from_iterator(_checked(texts), trainer)
    return backend


def _train_wordpiece(texts: Iterable[str], size: int) -> Backend:
    """Trains on whole words, then keeps pieces of letters: digits and signs stay single characters.

    Every character is in the vocabulary both as a word's beginning and as its continuation, so a word
    of known characters is never unknown.
    """
    corpus = list(_checked(texts))
    backend = build("wordpiece")
    is_word = backend.pre_tokenizer.pre_tokenize_str
    characters = sorted(c for c in set(ORDINARY).union(*corpus) if is_word(c))
    begin = [*SPECIAL_TOKENS, *characters, *(CONTINUED + c for c in characters if c not in "#\n")]
    _require_ids("wordpiece", len(begin) - len(SPECIAL_TOKENS), size)
    # Given as special tokens, the characters get ids in this order; the trainer would number the
    # continuations in the order of a hash map, and break ties between merges by those numbers.
    # Pieces that hold digits or signs are dropped below; eight times the size leaves enough of the others.
    trainer = trainers.WordPieceTrainer(
        vocab_size=8 * size,
        min_frequency=2,
        special_tokens=begin,
        continuing_subword_prefix=CONTINUED,
        show_progress=False,
    )
    backend.train_from_iterator(corpus, trainer)
    trained = sorted(backend.get_vocab().items(), key=lambda item: item[1])
    letters = (piece for piece, _ in trained if _only_letters(piece.removeprefix(CONTINUED)))
    return build("wordpiece", list(dict.fromkeys([*begin, *letters]))[:size])


def _only_letters(piece: str) -> bool:
    return all(unicodedata.category(c)[0] in "LM" for c in piece)


def byte_alphabet() -> dict[int, str]:
    """The printable character that stands for each byte in a byte-level vocabulary (GPT-2's encoder.py)."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {b: chr(b) for b in printable} | {b: chr(256 + i) for i, b in enumerate(others)}


def _require_ids(kind: str, pieces: int, vocab_size: int | None) -> None:
    needed = len(SPECIAL_TOKENS) + pieces
    if vocab_size is not None and vocab_size < needed:
        raise CoglingError(f"vocabulary size {vocab_size} is too small: kind {kind} needs {needed} here")


def _checked(texts: Iterable[str]) -> Iterator[str]:
    """The texts as they come. Raises CoglingError where all are empty or one cannot be written as UTF-8."""
    empty = True
    for text in texts:
        empty = empty and not text
        utf8(text)
        yield text
    if empty:
        raise CoglingError("no text to train a tokenizer on; give at least one file or task that has some")


def utf8(text: str) -> bytes:
    """The text's bytes. Raises CoglingError on half of a surrogate pair, which UTF-8 cannot hold."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise CoglingError(
            f"half a surrogate pair (U+{ord(text[error.start]):04X}) at position {error.start} of the text; "
            "read its source as UTF-8 or remove it"
        ) from None
