"""Training is deterministic, files load elsewhere with the same ids, bad files and corpora are named."""

import json
import os
import subprocess
import sys

import pytest
from tokenizers import Tokenizer as Stock

from cogling.errors import CoglingError
from cogling.files import sha256
from cogling.text import chat, kinds
from cogling.text.tokenizer import Tokenizer

from .strings import CORPUS, HARD

every_kind = pytest.mark.parametrize("kind", kinds.KINDS)
CHAT = [*chat.prompt_parts([("user", "café 12?")]), *chat.reply_parts(["1", "2"], "12")]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A saved tokenizer of each kind."""
    root = tmp_path_factory.mktemp("tokenizers")
    for kind in kinds.KINDS:
        Tokenizer.train(kind, CORPUS, 700).save(root / kind)
    return {kind: root / kind for kind in kinds.KINDS}


PRINT_DIGESTS = """
import hashlib, json, sys
from cogling.text.tokenizer import Tokenizer
for kind in json.loads(sys.argv[1]):
    file = Tokenizer.train(kind, json.loads(sys.argv[2]), 700).to_json()
    print(hashlib.sha256(file.encode()).hexdigest())
"""


def test_training_is_deterministic_across_processes(folders):
    """In other processes, since the order of WordPieceTrainer's hash map differs between them."""
    expected = [sha256(folders[kind] / "tokenizer.json") for kind in kinds.KINDS]
    command = [sys.executable, "-c", PRINT_DIGESTS, json.dumps(kinds.KINDS), json.dumps(CORPUS)]
    for _ in range(2):
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        assert run.stdout.split() == expected


@every_kind
def test_saved_file_loads_the_same(kind, folders):
    first = Tokenizer.load(folders[kind])
    again = Tokenizer.load(folders[kind] / "tokenizer.json")
    assert first.kind == again.kind == kind
    file = (folders[kind] / "tokenizer.json").read_text(encoding="utf-8")
    assert first.to_json() == again.to_json() == file


@every_kind
def test_stock_tokenizers_gives_the_same_ids(kind, folders):
    ours, stock = Tokenizer.load(folders[kind]), Stock.from_file(str(folders[kind] / "tokenizer.json"))
    assert stock.get_vocab_size() == ours.vocab_size
    for name, text in HARD.items():
        if not name.startswith("special"):
            assert stock.encode(text).ids == ours.encode(text)
    # A stock loader takes spelled-out markers for markers: that is how it reads our chat format.
    assert stock.encode("".join(text for text, _ in CHAT)).ids == ours.encode_parts(CHAT)


def test_transformers_gives_the_same_ids(folders):
    from transformers import PreTrainedTokenizerFast

    for kind, folder in folders.items():
        ours = Tokenizer.load(folder)
        theirs = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
        assert theirs("".join(text for text, _ in CHAT))["input_ids"] == ours.encode_parts(CHAT), kind
        for name, text in HARD.items():
            if not name.startswith("special"):
                assert theirs(text)["input_ids"] == ours.encode(text), (kind, name)
                if kind in ("byte", "bpe"):
                    assert theirs.decode(ours.encode(text), clean_up_tokenization_spaces=False) == text


def test_save_to_a_file_of_any_name(tmp_path):
    t = Tokenizer.train("byte", [])
    t.save(tmp_path / "deep" / "bytes.json")
    assert Tokenizer.load(tmp_path / "deep" / "bytes.json").vocab_size == 262


def test_missing_file(tmp_path):
    with pytest.raises(CoglingError, match=r"no tokenizer at .*tokenizer\.json"):
        Tokenizer.load(tmp_path)
    with pytest.raises(CoglingError, match=r"no tokenizer at .*nowhere"):
        Tokenizer.load(tmp_path / "nowhere")


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b"\xff\xfe", b'{"model": 3}'])
def test_damaged_file(content, tmp_path):
    (tmp_path / "tokenizer.json").write_bytes(content)
    with pytest.raises(CoglingError, match=r"tokenizer\.json is damaged"):
        Tokenizer.load(tmp_path)


@every_kind
def test_every_truncation_is_noticed(kind, folders, tmp_path):
    whole = (folders[kind] / "tokenizer.json").read_bytes().rstrip()
    for size in range(0, len(whole), len(whole) // 7):
        (tmp_path / "tokenizer.json").write_bytes(whole[:size])
        with pytest.raises(CoglingError, match="damaged"):
            Tokenizer.load(tmp_path)


def edited(folder, change):
    state = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    change(state)
    return json.dumps(state)


def rename_end(state):
    state["added_tokens"][1]["content"] = "</s>"
    state["model"]["vocab"]["</s>"] = state["model"]["vocab"].pop("<|end|>")


CHANGES = {
    "special tokens of another family": (rename_end, "not a Cogling tokenizer: ids 0 to 5 are"),
    "another pipeline": (lambda s: s.update(normalizer={"type": "Lowercase"}), "its kind is unknown"),
    "a gap in the ids": (lambda s: s["model"]["vocab"].update({"é": 9999}), "do not have ids from 0 up"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
def test_tokenizer_of_another_make_is_refused(change, message, folders, tmp_path):
    (tmp_path / "tokenizer.json").write_text(edited(folders["character"], change), encoding="utf-8")
    with pytest.raises(CoglingError, match=message):
        Tokenizer.load(tmp_path)


def test_unknown_kind_names_the_nearest():
    with pytest.raises(CoglingError, match="unknown tokenizer kind 'bpee'; did you mean 'bpe'"):
        Tokenizer.train("bpee", CORPUS)


@pytest.mark.parametrize("kind", ["character", "bpe", "wordpiece"])
@pytest.mark.parametrize("texts", [[], ["", ""]])
def test_empty_corpus_is_refused(kind, texts):
    with pytest.raises(CoglingError, match="no text to train"):
        Tokenizer.train(kind, iter(texts))


@every_kind
def test_corpus_with_half_a_surrogate_pair_is_refused(kind):
    with pytest.raises(CoglingError, match="surrogate"):
        Tokenizer.train(kind, ["fine", "a\ud800"])


@every_kind
def test_too_small_a_vocabulary_says_what_is_needed(kind):
    with pytest.raises(CoglingError, match=rf"size 20 is too small: kind {kind} needs (\d+)") as error:
        Tokenizer.train(kind, CORPUS, 20)
    needed = int(str(error.value).split("needs ")[1].split()[0])
    assert Tokenizer.train(kind, CORPUS, needed).vocab_size == needed
    with pytest.raises(CoglingError, match="too small"):
        Tokenizer.train(kind, CORPUS, needed - 1)


def test_vocabulary_size_is_an_upper_bound():
    for kind in ("bpe", "wordpiece"):
        assert Tokenizer.train(kind, CORPUS, 500).vocab_size == 500
        assert Tokenizer.train(kind, ["abc"], 500).vocab_size < 500


def test_no_thread_pool_in_workers():
    Tokenizer.train("byte", [])
    assert os.environ["TOKENIZERS_PARALLELISM"]
