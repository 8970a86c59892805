"""Checkpoints: everything needed to continue a run to the bit, in a folder that is also a model.

    config.json, model.safetensors, tokenizer.json    the model (its averaged weights where there is an EMA)
    training.safetensors                              optimiser state, and the raw weights beside an EMA
    state.json                                        step, data position, curriculum, guard, records
    recipe.yaml                                       the resolved recipe
    checksums.json                                    SHA-256 of each of these; written last

The folder is written under a hidden name and renamed, so a checkpoint is whole or not there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from safetensors.torch import save as to_bytes
from torch import Tensor

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.files import (
    explain_os_error,
    read_json,
    require_space,
    sha256,
    sync_folder,
    write_atomic,
    write_json,
)
from cogling.model.decoder import Decoder
from cogling.recipes import to_yaml
from cogling.saved import BEST, CHECKPOINTS, CHECKSUMS, RECIPE, WEIGHTS, check_files, checkpoints, save_model
from cogling.text.tokenizer import Tokenizer

TRAINING, STATE = "training.safetensors", "state.json"


def folder_of(run: Path, step: int) -> Path:
    return run / CHECKPOINTS / f"step-{step:08d}"


def save_checkpoint(
    run: Path,
    step: int,
    decoder: Decoder,
    tokenizer: Tokenizer,
    training: dict[str, Tensor],
    state: dict[str, Any],
    recipe: Recipe,
) -> Path:
    """Writes a checkpoint and returns its folder.

    Raises CoglingError on a full disk, saying how much is needed; what was saved before stays as it was.
    """
    folder = folder_of(run, step)
    beside = folder.with_name(f".{folder.name}.tmp")
    tensors = to_bytes({key: tensor.detach().cpu().contiguous() for key, tensor in training.items()})
    needed = len(tensors) + 4 * decoder.config.parameters + 1_000_000
    require_space(run, needed)
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        save_model(beside, decoder, tokenizer)
        write_atomic(beside / TRAINING, tensors)
        write_json(beside / STATE, state)
        write_atomic(beside / RECIPE, to_yaml(recipe))
        sums = {path.name: sha256(path) for path in sorted(beside.iterdir())}
        write_json(beside / CHECKSUMS, sums)
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(beside, folder)
        sync_folder(folder.parent)
    except OSError as error:
        raise explain_os_error(error, folder, needed) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return folder


def mark_best(run: Path, folder: Path, step: int, score: float) -> None:
    write_json(run / BEST, {"folder": f"{CHECKPOINTS}/{folder.name}", "step": step, "score": score})


def prune(run: Path, keep: int, step: int, best_step: int) -> None:
    """Removes all checkpoints up to `step` but the newest `keep` and the best one.

    Later ones are damaged or abandoned; they are replaced when the run gets there, and do not count.
    """
    present = [folder for folder in checkpoints(run) if folder <= folder_of(run, step)]
    for folder in present[keep:]:
        if folder != folder_of(run, best_step):
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)


def newest_good(run: Path) -> tuple[Path | None, list[str]]:
    """The newest checkpoint whose files are whole, and what is wrong with the newer ones."""
    damages: list[str] = []
    for folder in checkpoints(run):
        try:
            if not (folder / CHECKSUMS).exists():
                raise CoglingError(f"{folder / CHECKSUMS} is missing")
            check_files(folder)
            return folder, damages
        except CoglingError as error:
            damages.append(str(error))
    return None, damages


def load_training(folder: Path) -> tuple[dict[str, Any], dict[str, Tensor], dict[str, Tensor]]:
    """(state, training tensors, the model's weights) of a checkpoint whose files were checked."""
    try:
        return read_json(folder / STATE), load_file(folder / TRAINING), load_file(folder / WEIGHTS)
    except (SafetensorError, OSError) as error:
        raise CoglingError(f"{folder} is damaged: {error}") from error
