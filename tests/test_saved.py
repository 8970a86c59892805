"""Model folders: written whole, read back to the bit, and every damage named by its file."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from cogling import saved
from cogling.errors import CoglingError
from cogling.files import sha256, write_json
from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.saved import load_model, resolve_model, save_model
from cogling.text.tokenizer import Tokenizer

BYTES = Tokenizer.train("byte", [])


def small(seed: int = 0, **changes: object) -> Decoder:
    shape = {"vocab_size": BYTES.vocab_size, "context": 32, "depth": 1, "width": 16, "heads": 2}
    shape |= {"kv_heads": 1, "head_width": 8, "mlp_width": 24}
    decoder = Decoder(DecoderConfig(**{**shape, **changes}))  # type: ignore[arg-type]
    decoder.init_weights(torch.Generator().manual_seed(seed))
    return decoder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_model(tmp_path / "model", small(), BYTES, card="# A model")
    return tmp_path / "model"


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("positions", ["rope", "learned", "alibi"])
def test_a_model_comes_back_to_the_bit(tmp_path: Path, tied: bool, positions: str) -> None:
    decoder = small(tied=tied, positions=positions, place_values=4, digits=tuple(BYTES.digits), loops=2)
    save_model(tmp_path, decoder, BYTES)
    back = load_model(str(tmp_path))
    assert back.folder == tmp_path
    assert back.context == 32
    assert not back.decoder.training
    assert back.decoder.config == decoder.config
    for name, tensor in decoder.state_dict().items():
        assert torch.equal(back.decoder.state_dict()[name], tensor), name
    tokens = torch.arange(20)[None]
    assert torch.equal(back.decoder(tokens), decoder(tokens))
    assert back.tokenizer.encode("Aé") == BYTES.encode("Aé")
    assert sum(t.numel() for t in load_file(tmp_path / "model.safetensors").values()) == (
        decoder.config.parameters
    )


def test_a_model_may_be_run_in_other_loops(folder: Path) -> None:
    tokens = torch.arange(20)[None]
    once, thrice = load_model(folder, 1).decoder, load_model(folder, 3).decoder
    assert thrice.config == replace(once.config, loops=3)
    assert torch.equal(once(tokens), load_model(folder).decoder(tokens))
    with torch.no_grad():
        for model in (once, thrice):
            model.blocks[0].mlp.down.weight.fill_(0.1)
    assert not torch.equal(once(tokens), thrice(tokens))
    with pytest.raises(CoglingError, match="loops is 0; it must be at least 1"):
        load_model(folder, 0)


def test_the_folder_holds_four_files_in_fp32(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} == {
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "README.md",
    }
    assert json.loads((folder / "config.json").read_text())["format"] == "cogling-1"
    decoder = small().to(torch.bfloat16)
    save_model(folder, decoder, BYTES)
    assert {t.dtype for t in load_file(folder / "model.safetensors").values()} == {torch.float32}


def test_weights_kept_in_bfloat16_are_those_rounded_to_it(tmp_path: Path) -> None:
    decoder = small()
    save_model(tmp_path / "half", decoder, BYTES, dtype=torch.bfloat16)
    kept = load_file(tmp_path / "half" / "model.safetensors")
    assert {t.dtype for t in kept.values()} == {torch.bfloat16}
    loaded = load_model(tmp_path / "half").decoder.state_dict()
    for name, weight in decoder.state_dict().items():
        assert torch.equal(loaded[name], weight.bfloat16().float())


def test_loading_draws_no_random_numbers(folder: Path) -> None:
    before = torch.get_rng_state()
    load_model(folder)
    assert torch.equal(torch.get_rng_state(), before)


def edit(key: str, value: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        config[key] = value
        (folder / "config.json").write_text(json.dumps(config))

    return change


def drop(key: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        del config[key]
        (folder / "config.json").write_text(json.dumps(config))

    return change


def weights(change: Callable[[dict[str, torch.Tensor]], object]) -> Callable[[Path], None]:
    def rewrite(folder: Path) -> None:
        tensors = {name: t.clone() for name, t in load_file(folder / "model.safetensors").items()}
        change(tensors)
        save_file(tensors, folder / "model.safetensors")

    return rewrite


def truncate(folder: Path) -> None:
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])


def other_tokenizer(folder: Path) -> None:
    Tokenizer.train("character", ["é"]).save(folder)


EMBEDDING = "embedding.weight"
DAMAGES: list[tuple[Callable[[Path], object], str]] = [
    (lambda f: (f / "model.safetensors").unlink(), r"model\.safetensors is missing"),
    (lambda f: (f / "tokenizer.json").unlink(), r"tokenizer\.json is missing"),
    (lambda f: (f / "config.json").unlink(), r"no model folder \(it has no config\.json\)"),
    (lambda f: (f / "config.json").write_text("{"), r"config\.json is damaged"),
    (lambda f: (f / "config.json").write_text("[]"), r"config\.json is not a Cogling model's"),
    (lambda f: (f / "tokenizer.json").write_text("{"), r"tokenizer\.json is damaged"),
    (lambda f: (f / "model.safetensors").write_bytes(b""), r"model\.safetensors is damaged"),
    (truncate, r"model\.safetensors is damaged"),
    (other_tokenizer, r"tokenizer\.json is not this model's tokenizer: it has \d+ tokens, the model has 262"),
    (drop("format"), r"config\.json is not a Cogling model's"),
    (drop("depth"), r"config\.json lacks the key 'depth'"),
    (edit("format", "cogling-9"), r"config\.json has a format"),
    (edit("widht", 16), r"config\.json has an unknown key 'widht'; did you mean 'width'\?"),
    (edit("depth", "one"), r"config\.json: depth is \"one\"; it must be a whole number"),
    (edit("digits", [1, "2"]), r"config\.json: digits is \[1, \"2\"\]; it must be a list of whole numbers"),
    (edit("depth", True), r"config\.json: depth is true; it must be a whole number"),
    (edit("depth", 0), r"config\.json: depth must be at least 1"),
    (
        edit("mixer", "attentoin"),
        r"config\.json: mixer is \"attentoin\"; it must be one of attention, average",
    ),
    (edit("depth", 10**9), r"model\.safetensors holds [\d,]+ weights; config\.json asks for"),
    (edit("mlp_width", 12), r"model\.safetensors: tensor 'blocks\.0\.mlp\.up\.weight' has shape \(24, 16\)"),
    (edit("tied", False), r"model\.safetensors holds"),
    (weights(lambda t: t.update(odd=torch.zeros(3))), r"model\.safetensors has a tensor 'odd'"),
    (
        weights(lambda t: t.update(odd=t.pop(EMBEDDING))),
        r"model\.safetensors lacks the tensor 'embedding\.weight'",
    ),
    (
        weights(lambda t: t[EMBEDDING].fill_(float("nan"))),
        r"'embedding\.weight' has values that are no numbers",
    ),
]


@pytest.mark.parametrize(("damage", "message"), DAMAGES)
def test_damage_is_an_error_that_names_the_file(
    folder: Path, damage: Callable[[Path], object], message: str
) -> None:
    damage(folder)
    with pytest.raises(CoglingError, match=message):
        load_model(folder)


def test_saving_with_another_models_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CoglingError, match="is not this model's tokenizer"):
        save_model(tmp_path / "model", small(), Tokenizer.train("character", ["é"]))
    assert not (tmp_path / "model").exists()


def test_a_full_disk_is_noticed_before_anything_is_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: sha256(p) for p in folder.iterdir()}
    usage = shutil.disk_usage(folder)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CoglingError, match=r"needs .* MB, 0\.0 MB are free"):
        save_model(folder, small(seed=1), BYTES)
    assert {p.name: sha256(p) for p in folder.iterdir()} == before


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run with three checkpoints, of which the second is the best."""
    run = tmp_path / "run"
    for step in (90, 100, 1000):
        checkpoint = run / "checkpoints" / f"step-{step:08d}"
        save_model(checkpoint, small(seed=step), BYTES)
        (checkpoint / "training.json").write_text("{}")
        write_json(checkpoint / "checksums.json", {p.name: sha256(p) for p in checkpoint.iterdir()})
    (run / "recipe.yaml").write_text("")
    write_json(run / "best.json", {"folder": "checkpoints/step-00000100", "step": 100, "score": 0.5})
    return run


def test_a_run_stands_for_its_best_checkpoint(run: Path) -> None:
    assert load_model(run).folder == run / "checkpoints/step-00000100"


def test_a_run_without_a_best_checkpoint_stands_for_its_newest(
    run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "best.json").unlink()
    (run / "checkpoints/step-00009999.tmp").mkdir()
    assert resolve_model(run).name == "step-00001000"
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("file", ["model.safetensors", "training.json", "checksums.json"])
def test_where_the_best_checkpoint_is_damaged_the_newest_good_one_is_used_and_named(
    run: Path, file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for step in (100, 1000):
        damaged = run / f"checkpoints/step-{step:08d}" / file
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert resolve_model(run).name == "step-00000090"
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"step-00000100/{file} is damaged" in error
    assert f"step-00001000/{file} is damaged" in error
    assert error.endswith(f"using {run / 'checkpoints/step-00000090'}\n")


@pytest.mark.parametrize(
    ("best", "message"),
    [
        ("{", "best.json is damaged"),
        ("[]", "best.json is damaged"),
        ('{"folder": 3}', "best.json is damaged"),
        ('{"folder": "checkpoints/step-00000007"}', "step-00000007 is missing"),
    ],
)
def test_a_bad_best_json_is_named_and_the_newest_checkpoint_used(
    run: Path, best: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (run / "best.json").write_text(best)
    assert resolve_model(run).name == "step-00001000"
    assert message in capsys.readouterr().err


def test_a_damaged_checkpoint_named_itself_is_an_error(run: Path) -> None:
    (run / "checkpoints/step-00000100/training.json").unlink()
    with pytest.raises(CoglingError, match=r"training\.json is missing"):
        load_model(run / "checkpoints/step-00000100")


def test_a_run_without_a_good_checkpoint_is_an_error(run: Path) -> None:
    for checkpoint in (run / "checkpoints").iterdir():
        (checkpoint / "model.safetensors").write_bytes(b"")
    with pytest.raises(CoglingError, match=r"has no good checkpoint: .*step-00000100"):
        load_model(run)
    shutil.rmtree(run / "checkpoints")
    (run / "checkpoints").mkdir()
    (run / "best.json").unlink()
    with pytest.raises(CoglingError, match="has no checkpoint yet"):
        load_model(run)


def test_an_unknown_name_is_an_error_with_the_nearest_shipped_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved, "SHIPPED", folder.parent)
    assert load_model("model").folder == folder
    with pytest.raises(CoglingError, match=r"no model 'modle'.*did you mean 'model'\?"):
        load_model("modle")
    monkeypatch.setattr(saved, "SHIPPED", folder.parent / "nothing")
    with pytest.raises(CoglingError, match="no model is shipped"):
        load_model("modle")


def test_a_folder_of_something_else_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CoglingError, match="is no model folder"):
        load_model(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(CoglingError, match="is no model folder"):
        load_model(tmp_path / "file")


def test_loading_a_model_does_not_load_the_compiler(folder: Path) -> None:
    code = (
        f"import sys; from cogling.saved import load_model; load_model({str(folder)!r}); "
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
