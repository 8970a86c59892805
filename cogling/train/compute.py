"""How the forward and backward pass run on this machine: device, threads, precision, compiled or not."""

from __future__ import annotations

import copy
import warnings
from functools import partial

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from cogling.compiler import find_compiler, first_line, keep_compiled
from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.errors import CoglingError
from cogling.memory import keep_freed_memory
from cogling.model.decoder import Decoder, Packing
from cogling.model.mixers import Attention
from cogling.precision import pick_precision
from cogling.train.crew import Crew, add_gradients
from cogling.train.objectives import OBJECTIVES, Objective, TensorBatch

LONGEST_MASKED = 256
"""Rows up to this length are faster under one mask than document by document (LOG.md)."""

UNDER_A_MASK = "packed rows attend under a mask, which costs time and memory"


def pick_device(name: str) -> torch.device:
    """The device of that name; 'auto' takes CUDA, then Apple's MPS, then the CPU."""
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(kind for kind, there in available.items() if there))
    if not available[name]:
        raise CoglingError(
            f"train.device is '{name}', which this machine or this torch lacks; use auto or cpu"
        )
    return torch.device(name)


class Compute:
    """Runs the objective of a stage on a batch and leaves the gradients in the decoder.

    The decoder keeps its weights in float32. The pass runs on a working copy in `dtype`, refreshed each
    step: there is no cast inside the graph, and the residual stream is in `dtype` too.
    notes: what a user should know about how it runs. member: of another process's crew.
    """

    def __init__(self, recipe: Recipe, decoder: Decoder, member: bool = False) -> None:
        settings = recipe.train
        self.device = pick_device(settings.device)
        self.dtype = pick_precision(settings.precision, self.device)
        self.accumulate = settings.accumulate
        self.compile = settings.compile
        self.problem_weighting = settings.problem_weighting
        self.notes: list[str] = []
        self.processes = settings.processes if self.device.type == "cpu" else 1
        if settings.threads or self.processes > 1:
            torch.set_num_threads(settings.threads or max(1, torch.get_num_threads() // self.processes))
        keep_freed_memory()
        torch.set_flush_denormal(True)  # denormals slow CPU products many times over
        keep_compiled()
        if self.compile != "off" and self.device.type == "cpu" and not find_compiler():
            if self.compile == "on":
                raise CoglingError(
                    "train.compile is on, but no C++ compiler was found; install one or use auto"
                )
            self.compile = "off"
            self.notes.append("no C++ compiler found: training runs uncompiled, about half as fast")
        self.decoder = decoder.to(self.device)
        self.working = decoder
        if self.dtype != torch.float32:
            self.working = copy.deepcopy(decoder).to(self.dtype)
        self.notes += prepare(
            self.working, self.device, self.compile != "off", settings.gradient_checkpointing, settings.length
        )
        self._passes: dict[str, Objective] = {}
        self._recruit = partial(Crew, recipe, self.decoder) if self.processes > 1 and not member else None
        self._crew: Crew | None = None

    def close(self) -> None:
        """Ends the other processes, where there are any."""
        if self._crew:
            self._crew.close()
            self._crew = None

    def describe(self) -> str:
        name = torch.cuda.get_device_name() if self.device.type == "cuda" else self.device.type
        number = torch.get_num_threads()
        threads = f", {number} thread{'s' if number > 1 else ''}" if self.device.type == "cpu" else ""
        if self.processes > 1:
            threads = f", {self.processes} processes with{threads.removeprefix(',')} each"
        how = "uncompiled" if self.compile == "off" else "compiled"
        return f"{name}{threads}, {str(self.dtype).removeprefix('torch.')}, {how}"

    def gradients(self, stage: str, batch: Batch) -> tuple[float, Tensor]:
        """(loss, wrong BT on the CPU); the gradients of the loss are left in the decoder's weights."""
        order = shared_out(batch.documents, self.processes)
        mine, *others = chunked(self._on_device(batch, order), self.processes)
        if self._recruit:
            self._crew = self._crew or self._recruit()
            self._crew.begin(stage, others)
        losses, wrong_BT = self.pass_over(stage, chunked(mine, self.accumulate))
        if self._crew:
            more, wrongs, notes = self._crew.finish()
            losses, wrong_BT = losses + more, torch.cat([wrong_BT, *wrongs])
            self.notes += notes
        return sum(losses), torch.empty_like(wrong_BT).index_copy_(0, torch.tensor(order), wrong_BT)

    def pass_over(self, stage: str, parts: list[TensorBatch]) -> tuple[list[float], Tensor]:
        """(loss of each part, wrong BT on the CPU); adds to the gradients in the decoder's weights."""
        masters, workers = list(self.decoder.parameters()), list(self.working.parameters())
        losses, wrongs = [], []
        try:
            if stage not in self._passes:
                self._passes[stage] = self._build(OBJECTIVES[stage], parts[0])
            if self.working is not self.decoder:
                with torch.no_grad():
                    torch._foreach_copy_([*workers], [*masters])
            for part in parts:
                loss, wrong = self._passes[stage](self.working, part)
                loss.backward()
                losses.append(loss.detach())
                wrongs.append(wrong)
                if self.working is not self.decoder:
                    hand_over(workers, masters)
        except torch.OutOfMemoryError as error:
            rows, length = parts[0].tokens.shape
            raise CoglingError(
                f"{self.describe()}: out of memory at {rows} rows of {length} "
                f"tokens; raise train.accumulate (now {self.accumulate}) or set train.gradient_checkpointing"
            ) from error
        # A GPU is waited for once a step, here, and not after each part.
        return torch.stack(losses).tolist(), torch.cat(wrongs).cpu()

    def _on_device(self, batch: Batch, order: list[int]) -> TensorBatch:
        weights = weigh(batch, self.problem_weighting)
        arrays = (batch.tokens, batch.targets, weights, batch.positions, batch.documents)
        tensors = [torch.from_numpy(array[order]) for array in arrays]
        if self.device.type == "cuda":  # only from pinned memory does a copy run beside the host's work
            tensors = [tensor.pin_memory() for tensor in tensors]
        return TensorBatch(*(tensor.to(self.device, non_blocking=True) for tensor in tensors))

    def _build(self, objective: Objective, example: TensorBatch) -> Objective:
        """The objective, compiled where that is wanted and works."""
        if self.compile == "off":
            return objective
        compiled = torch.compile(objective, dynamic=False)
        try:
            # Compilation happens at the first call; its gradients are thrown away.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                compiled(self.working, example)[0].backward()
            return compiled
        except torch.OutOfMemoryError:
            raise
        except Exception as error:
            if self.working.packing == "blocks":
                self.working.packing = "mask"
                self.notes.append(f"FlexAttention failed ({first_line(error)}): {UNDER_A_MASK}")
                return self._build(objective, example)
            if self.compile == "on":
                raise CoglingError(
                    f"torch.compile failed ({first_line(error)}); set train.compile=off"
                ) from error
            self.compile = "off"
            self.notes.append(f"torch.compile failed ({first_line(error)}): training runs uncompiled")
            return objective
        finally:
            self.working.zero_grad(set_to_none=True)


def prepare(
    decoder: Decoder, device: torch.device, compiled: bool, checkpointing: bool, length: int
) -> list[str]:
    """Chooses the fastest kernels for training, and drops activations for recomputation where asked to.

    Returns what a user should know: why rows are slower on this GPU than they might be.
    """
    decoder.packing, notes = pick_packing(decoder, device, compiled, length)
    for block in decoder.blocks:
        if device.type == "cpu" and isinstance(block.mixer, Attention):
            # On CPUs the backward pass of PyTorch's fused kernel takes half of a step (LOG.md).
            block.mixer.kernel = "bounded" if decoder.config.qk_norm else "explicit"
        if checkpointing:
            block.forward = partial(checkpoint, block.forward, use_reentrant=False)
    return notes


def pick_packing(
    decoder: Decoder, device: torch.device, compiled: bool, length: int
) -> tuple[Packing, list[str]]:
    """How packed rows attend, and a note where a GPU could do better."""
    if device.type == "cpu":
        return ("documents" if length > LONGEST_MASKED else "mask"), []
    if decoder.config.mixer != "attention":
        return "mask", []
    if device.type != "cuda":
        why = f"PyTorch's FlexAttention does not train on {device.type}"
    elif not decoder.plain_attention:
        why = "model.window, model.streaming_heads or model.positions=alibi"
    elif not compiled:
        why = "FlexAttention needs train.compile"
    else:
        return "blocks", []
    return "mask", [f"{why}: {UNDER_A_MASK}"]


def chunked(rows: TensorBatch, count: int) -> list[TensorBatch]:
    """As many parts of the rows, of one size."""
    return [TensorBatch(*part) for part in zip(*(tensor.chunk(count) for tensor in rows), strict=True)]


def shared_out(documents_BT: np.ndarray, count: int) -> list[int]:
    """The rows in an order in which `count` equal shares of them, one after another, are about as much work.

    Attention costs the squares of the documents' lengths, most of it in the rows with the longest. Each row,
    those with most work first, goes to the share with least work that has room; the first share gets less
    in doubt, since its process has the optimizer's step to do besides.
    """
    rows = range(len(documents_BT))
    if count == 1:
        return list(rows)
    work = [int(np.square(np.bincount(documents_BT[row])).sum()) for row in rows]
    shares: list[list[int]] = [[] for _ in range(count)]
    for row in sorted(rows, key=lambda row: -work[row]):
        open_shares = [share for share in reversed(shares) if len(share) < len(rows) // count]
        min(open_shares, key=lambda share: sum(work[row] for row in share)).append(row)
    return [row for share in shares for row in share]


def weigh(batch: Batch, problem_weighting: float) -> np.ndarray:
    """The weights of all targets, BT, with sum 1: each document's divided by that power of their sum."""
    totals_N = np.bincount(batch.documents.ravel(), batch.weights.ravel())
    totals_N[totals_N == 0] = 1.0
    weights = batch.weights / (totals_N**problem_weighting)[batch.documents].astype(np.float32)
    return weights / max(float(weights.sum()), 1e-8)


def hand_over(workers: list[nn.Parameter], masters: list[nn.Parameter]) -> None:
    """Adds the working copy's gradients to those of the decoder, in float32."""
    add_gradients(masters, [worker.grad for worker in workers])
    for worker in workers:
        worker.grad = None
