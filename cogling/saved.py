"""A model as a folder, to use and to share; and how the name of a model finds its folder.

    config.json          "format", and every field of DecoderConfig
    model.safetensors    the weights, fp32; a tied head is stored once
    tokenizer.json
    README.md            the model card, where there is one
    checksums.json       in checkpoints: the SHA-256 of each file, {"model.safetensors": "9f2c..."}

A checkpoint of a run holds the same files besides its training state, so it is a model too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes

from cogling.errors import CoglingError, nearest
from cogling.files import read_json, require_space, sha256, write_atomic, write_json
from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.text.tokenizer import FILE_NAME as TOKENIZER
from cogling.text.tokenizer import Tokenizer

FORMAT = "cogling-1"
CONFIG, WEIGHTS, CARD, CHECKSUMS = "config.json", "model.safetensors", "README.md", "checksums.json"
RECIPE, CHECKPOINTS, BEST = "recipe.yaml", "checkpoints", "best.json"
SHIPPED = Path(__file__).parent / "models"


@dataclass(frozen=True)
class SavedModel:
    """A model read from its folder; the decoder is in eval mode, in fp32, on the CPU."""

    folder: Path
    decoder: Decoder
    tokenizer: Tokenizer

    @property
    def context(self) -> int:
        """The most tokens that a prompt and its reply may have together."""
        return self.decoder.config.context


def save_model(
    folder: Path,
    decoder: Decoder,
    tokenizer: Tokenizer,
    card: str = "",
    dtype: torch.dtype = torch.float32,
) -> None:
    """Writes a model folder, each file whole or not at all; config.json comes last.

    card: the text of README.md; none is written where it is empty. dtype: of the weights in the file; they
    are float32 again once loaded. Raises CoglingError on a full disk (before anything is written, where that
    can be foreseen) and where the tokenizer is another model's.
    """
    _match(tokenizer, decoder.config, folder)
    tensors = {name: t.detach().to("cpu", dtype).contiguous() for name, t in decoder.state_dict().items()}
    weights = to_bytes(tensors, metadata={"format": "pt"})
    vocabulary = tokenizer.to_json()
    require_space(folder, len(weights) + 2 * len(vocabulary) + 2 * len(card) + 10_000)
    write_atomic(folder / TOKENIZER, vocabulary)
    write_atomic(folder / WEIGHTS, weights)
    if card:
        write_atomic(folder / CARD, card)
    write_json(folder / CONFIG, {"format": FORMAT, **decoder.config.to_dict()})


def load_model(name: str | Path, loops: int | None = None) -> SavedModel:
    """Reads the model that `resolve_model` finds. Raises CoglingError, naming the file, for any damage.

    loops: how often its blocks are run, where it shall not be as often as in training.
    """
    folder = resolve_model(name)
    config = read_config(folder / CONFIG)
    if loops is not None:
        if loops < 1:
            raise CoglingError(f"loops is {loops}; it must be at least 1")
        config = replace(config, loops=loops)
    tokenizer = Tokenizer.load(folder / TOKENIZER)
    _match(tokenizer, config, folder)
    tensors = _read_weights(folder / WEIGHTS, config)
    with torch.random.fork_rng(devices=[]):  # torch draws weights that are replaced at once
        decoder = Decoder(config)
    _fit(tensors, decoder, folder / WEIGHTS)
    decoder.load_state_dict(tensors)
    return SavedModel(folder, decoder.eval(), tokenizer)


def resolve_model(name: str | Path) -> Path:
    """The folder of a model named by its folder, by its run's folder, or by the name of a shipped one.

    A run stands for its best checkpoint, named by best.json, or else its newest. Where that one is damaged
    the newest good one is taken and a line on stderr says so. Raises CoglingError for an unknown name, a
    missing file and one that differs from its checksum.
    """
    folder = Path(name)
    if not folder.exists() and folder.name == str(name) and (SHIPPED / folder).is_dir():
        folder = SHIPPED / folder
    if not folder.exists():
        shipped = [path.name for path in SHIPPED.iterdir() if path.is_dir()] if SHIPPED.is_dir() else []
        hint = nearest(str(name), shipped) if shipped else "no model is shipped"
        raise CoglingError(f"no model '{name}': no folder has this name, and no shipped model; {hint}")
    if (folder / CHECKPOINTS).is_dir() and (folder / RECIPE).exists():
        return _best_of_run(folder)
    if not (folder / CONFIG).exists():
        raise CoglingError(
            f"'{name}' is no model folder (it has no {CONFIG}) and no run folder "
            f"(it has no {RECIPE} and {CHECKPOINTS}/)"
        )
    check_files(folder)
    return folder


def check_files(folder: Path) -> None:
    """Raises CoglingError for a model's file that is missing, or any file that differs from its checksum."""
    for name in (CONFIG, WEIGHTS, TOKENIZER):
        if not (folder / name).is_file():
            raise CoglingError(f"{folder / name} is missing; copy the whole folder again")
    if not (folder / CHECKSUMS).exists():
        return
    sums = read_json(folder / CHECKSUMS)
    if not isinstance(sums, dict) or any(Path(name).name != name for name in sums):
        raise CoglingError(f"{folder / CHECKSUMS} is damaged: not an object of file names")
    for name, expected in sums.items():
        if not (folder / name).is_file():
            raise CoglingError(f"{folder / name} is missing, though {CHECKSUMS} names it")
        if sha256(folder / name) != expected:
            raise CoglingError(f"{folder / name} is damaged: its SHA-256 differs from the one in {CHECKSUMS}")


def _best_of_run(run: Path) -> Path:
    """The best checkpoint of a run, or the newest good one."""
    damages: list[str] = []
    found = False
    for folder in _by_merit(run, damages):
        found = True
        try:
            check_files(folder)
        except CoglingError as error:
            damages.append(str(error))
            continue
        if damages:
            print(f"cogling: warning: {'; '.join(damages)}; using {folder}", file=sys.stderr)
        return folder
    if not found:
        raise CoglingError(f"run {run} has no checkpoint yet; wait for the first, or train it")
    raise CoglingError(f"run {run} has no good checkpoint: {'; '.join(damages)}")


def _by_merit(run: Path, damages: list[str]) -> Iterator[Path]:
    """The best checkpoint, then all from the newest to the oldest; a bad best.json goes to `damages`."""
    best: Path | None = None
    if (run / BEST).exists():
        try:
            value = read_json(run / BEST)
            best = run / value["folder"]
            if not best.is_dir():
                raise CoglingError(f"{best} is missing, though {run / BEST} names it")
            yield best
        except CoglingError as error:
            damages.append(str(error))
        except (KeyError, TypeError):
            damages.append(f"{run / BEST} is damaged: no checkpoint folder in it")
    yield from (path for path in checkpoints(run) if path != best)


def checkpoints(run: Path) -> list[Path]:
    """The checkpoint folders of a run, the newest first."""
    found = [p for p in (run / CHECKPOINTS).glob("step-*") if p.is_dir() and p.name[5:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[5:]), reverse=True)


def read_config(file: Path) -> DecoderConfig:
    """The shape in a config.json. Raises CoglingError for a key or a value that no decoder has."""
    values = read_json(file)
    if not isinstance(values, dict) or "format" not in values:
        raise CoglingError(f'{file} is not a Cogling model\'s: it has no "format" of "{FORMAT}"')
    if values.pop("format") != FORMAT:
        raise CoglingError(f'{file} has a format that this version does not read; it reads "{FORMAT}"')
    hints = get_type_hints(DecoderConfig)
    for key, value in values.items():
        if key not in hints:
            raise CoglingError(f"{file} has an unknown key '{key}'; {nearest(key, hints)}")
        if not _is_a(value, hints[key]):
            raise CoglingError(f"{file}: {key} is {json.dumps(value)}; it must be {_named(hints[key])}")
        values[key] = tuple(value) if isinstance(value, list) else value
    for field in fields(DecoderConfig):
        if field.default is MISSING and field.name not in values:
            raise CoglingError(f"{file} lacks the key '{field.name}'")
    try:
        return DecoderConfig(**values)
    except ValueError as error:
        raise CoglingError(f"{file}: {error}") from None


def _is_a(value: Any, hint: Any) -> bool:
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if get_origin(hint) is tuple:
        return isinstance(value, list) and all(type(one) is int for one in value)
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is hint


def _named(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(get_args(hint))
    if get_origin(hint) is tuple:
        return "a list of whole numbers"
    return {int: "a whole number", float: "a number", bool: "true or false"}[hint]


def _match(tokenizer: Tokenizer, config: DecoderConfig, folder: Path) -> None:
    if tokenizer.vocab_size != config.vocab_size:
        raise CoglingError(
            f"{folder / TOKENIZER} is not this model's tokenizer: it has {tokenizer.vocab_size} tokens, "
            f"the model has {config.vocab_size}"
        )


def _read_weights(file: Path, config: DecoderConfig) -> dict[str, torch.Tensor]:
    """The tensors of a file. Raises CoglingError where they are fewer than a decoder of this shape has."""
    try:
        tensors = load_file(file)
    except (SafetensorError, OSError) as error:
        raise CoglingError(f"{file} is damaged: {error}") from error
    # Sizes first: a config.json with a digit too many must not allocate a decoder of that size.
    if sum(tensor.numel() for tensor in tensors.values()) < config.parameters:
        held = sum(tensor.numel() for tensor in tensors.values())
        raise CoglingError(f"{file} holds {held:,} weights; {CONFIG} asks for {config.parameters:,}")
    return tensors


def _fit(tensors: Mapping[str, torch.Tensor], decoder: Decoder, file: Path) -> None:
    """Raises CoglingError for the first tensor of the file that is not as the decoder has it."""
    expected = decoder.state_dict()
    for name, tensor in expected.items():
        if name not in tensors:
            raise CoglingError(f"{file} lacks the tensor '{name}'")
        if tensors[name].shape != tensor.shape:
            raise CoglingError(
                f"{file}: tensor '{name}' has shape {tuple(tensors[name].shape)}; "
                f"{CONFIG} asks for {tuple(tensor.shape)}"
            )
        if not tensors[name].isfinite().all():
            raise CoglingError(f"{file}: tensor '{name}' has values that are no numbers")
    for name in tensors:
        if name not in expected:
            raise CoglingError(f"{file} has a tensor '{name}' that the decoder of {CONFIG} does not")
