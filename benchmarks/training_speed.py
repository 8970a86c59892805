"""Cogling's training step against a plain fp32 compiled GPT (`yardstick.py`) of the same shape.

With `--recipe NAME` (again for more of them) that recipe's own step alone, as a figure of the device: tokens
and FLOPs a second, and for known GPUs the share of their peak in bfloat16. FLOPs are counted by
`DecoderConfig.flops_per_token`, with attention over half the row, however short the documents in it are.

Both run in this process with the same threads, on the same tokens, in rounds that take turns, so that
whatever else the machine does hits both. Cogling's step is the one of `cogling.train.loop`: packed
documents with their mask, gradients, clipping, guard, Muon and AdamW, curriculum. Batches are made before.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import torch
from common import finish, parser, spread
from yardstick import PlainGpt, plain_step

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.loader import Loader
from cogling.data.sources import ProblemSource
from cogling.model.decoder import Decoder
from cogling.recipes import load_recipe
from cogling.train.compute import Compute
from cogling.train.run import make_tokenizer
from cogling.train.state import TrainState, new_state

BATCHES = 4
WARM_UP = 3

PEAKS = {"H200": 989, "H100 PCIe": 756, "H100": 989, "A100": 312, "RTX 4090": 165}
"""TFLOP/s of dense bfloat16 products with float32 sums, as NVIDIA states them; the first that fits."""


@dataclass(frozen=True)
class Shape:
    """steps: of each side in a round. bar: least ratio of the speeds; None where nothing is measured."""

    name: str
    depth: int
    width: int
    length: int
    batch: int
    steps: int
    bar: float | None


SHAPES: tuple[Shape, ...] = (Shape("0.9M", 4, 128, 256, 32, 6, 1.7), Shape("11M", 6, 384, 256, 16, 2, 2.4))
TINY = (Shape("tiny", 2, 64, 256, 4, 2, None),)


def recipe_of(shape: Shape, options: list[str]) -> Recipe:
    """Recipe `v3` in another shape; `options` are overrides that come last."""
    return load_recipe(
        "v3",
        [
            *("data.tasks=all", "data.weights={}", "tokenizer.vocab_size=512", "tokenizer.samples=100"),
            *(f"model.depth={shape.depth}", f"model.width={shape.width}", "model.heads=null"),
            *("model.head_width=null", "model.kv_heads=null", "model.mlp_width=null"),
            *(f"train.batch={shape.batch}", f"train.length={shape.length}", "train.accumulate=1"),
            *options,
        ],
    )


def cogling_step(recipe: Recipe, decoder: Decoder, compute: Compute) -> Callable[[Batch], None]:
    """What `Loop._step` does, without its records and display."""
    state: TrainState = new_state(recipe, decoder)

    def step(batch: Batch) -> None:
        loss, wrong_BT = compute.gradients("reason", batch)
        norm = torch.nn.utils.clip_grad_norm_(decoder.parameters(), recipe.train.clip)
        if reason := state.guard.reason_to_skip(loss, float(norm)):
            raise RuntimeError(f"{reason}: a skipped step would count as a fast one")
        state.optimizers.scale(0.1)
        state.optimizers.step()
        state.update_average(recipe.train.ema)
        state.optimizers.zero_grad()
        state.curriculum.observe(batch, wrong_BT.numpy())
        state.counters.step += 1

    return step


def speed(step: Callable[..., None], inputs: Sequence[tuple[Any, ...]], steps: int, tokens: int) -> float:
    """Tokens a second over that many steps."""
    turn = cycle(inputs)
    settle()
    start = time.perf_counter()
    for _ in range(steps):
        step(*next(turn))
    settle()
    return steps * tokens / (time.perf_counter() - start)


def settle() -> None:
    """Waits for what a GPU still has to do."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def peak_of(device: str) -> float | None:
    """FLOP/s of a GPU of that name in dense bfloat16 products, where known."""
    return next((1e12 * peak for name, peak in PEAKS.items() if name in device), None)


def measure_recipe(name: str, rounds: int, options: list[str]) -> dict[str, Any]:
    """A recipe's own training step on its own data."""
    recipe = load_recipe(name, options)
    tokenizer = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(tokenizer.vocab_size, tokenizer.digits))
    decoder.init_weights(torch.Generator().manual_seed(1))
    compute = Compute(recipe, decoder)
    step = cogling_step(recipe, decoder, compute)
    mix = new_state(recipe, decoder).curriculum.mix()
    with Loader(recipe, tokenizer) as loader:
        for index in range(BATCHES):
            loader.request(index, "reason", mix)
        inputs = [(loader.next(),) for _ in range(BATCHES)]
    tokens = inputs[0][0].tokens.size
    on_gpu = compute.device.type == "cuda"
    speed(step, inputs, WARM_UP, tokens)
    speeds = [speed(step, inputs, BATCHES, tokens) for _ in range(rounds)]
    flops = decoder.config.flops_per_token(recipe.train.length)
    peak = peak_of(torch.cuda.get_device_name()) if on_gpu else None
    flops_per_second = flops * statistics.median(speeds)
    return {
        "parameters": decoder.config.parameters,
        "tokens_per_step": tokens,
        "flops_per_token": flops,
        "how": compute.describe(),
        "packing": compute.working.packing,
        "notes": compute.notes,
        "tokens_per_second": spread(speeds),
        "flops_per_second": flops_per_second,
        "peak_flops_per_second": peak,
        "share_of_peak": flops_per_second / peak if peak else None,
        "peak_memory_gb": torch.cuda.max_memory_allocated() / 1e9 if on_gpu else None,
        "rounds": rounds,
    }


def measure(shape: Shape, rounds: int, options: list[str]) -> dict[str, Any]:
    """Both sides at one shape."""
    recipe = recipe_of(shape, options)
    tokenizer = make_tokenizer(recipe)
    source = ProblemSource(recipe, tokenizer)
    names = recipe.data.task_names()
    mix = {"weights": [1.0] * len(names), "rungs": [99] * len(names)}
    batches = [source.batch(index, mix) for index in range(BATCHES)]

    config = recipe.decoder_config(tokenizer.vocab_size)
    decoder = Decoder(config)
    decoder.init_weights(torch.Generator().manual_seed(1))
    compute = Compute(recipe, decoder)
    gpt = PlainGpt(config.vocab_size, shape.length, config.depth, config.width, config.heads).to(
        compute.device
    )

    ours = cogling_step(recipe, decoder, compute)
    our_inputs = [(batch,) for batch in batches]
    theirs = plain_step(gpt, compiled=compute.compile != "off")
    pairs = [[torch.tensor(array) for array in (batch.tokens, batch.targets)] for batch in batches]
    their_inputs = [tuple(tensor.to(compute.device) for tensor in pair) for pair in pairs]
    tokens = shape.batch * shape.length
    speed(ours, our_inputs, WARM_UP, tokens)
    speed(theirs, their_inputs, WARM_UP, tokens)

    our_speeds: list[float] = []
    their_speeds: list[float] = []
    for number in range(rounds):
        sides: list[tuple[Callable[..., None], Sequence[Any], list[float]]] = [
            (ours, our_inputs, our_speeds),
            (theirs, their_inputs, their_speeds),
        ]
        for step, inputs, speeds in sides if number % 2 else reversed(sides):
            speeds.append(speed(step, inputs, shape.steps, tokens))
    ratios = [a / b for a, b in zip(our_speeds, their_speeds, strict=True)]
    return {
        "depth": config.depth,
        "width": config.width,
        "heads": config.heads,
        "length": shape.length,
        "batch": shape.batch,
        "vocab_size": config.vocab_size,
        "parameters": config.parameters,
        "yardstick_parameters": sum(p.numel() for p in gpt.parameters()),
        "row_share_filled": round(statistics.mean(float((b.weights > 0).mean()) for b in batches), 4),
        "how": compute.describe(),
        "notes": compute.notes,
        "cogling_tokens_per_second": spread(our_speeds),
        "yardstick_tokens_per_second": spread(their_speeds),
        "ratio": spread(ratios),
        "bar": shape.bar,
        "rounds": rounds,
    }


def show_recipes(results: dict[str, dict[str, Any]], given: argparse.Namespace) -> None:
    rows = []
    for name, result in results.items():
        speeds, share = result["tokens_per_second"], result["share_of_peak"]
        memory = result["peak_memory_gb"]
        rows.append(
            [
                f"{name} {result['parameters'] / 1e6:.1f}M",
                f"{result['tokens_per_step']:,}",
                f"{speeds['median']:,.0f}",
                f"{speeds['least']:,.0f}-{speeds['greatest']:,.0f}",
                f"{result['flops_per_second'] / 1e12:,.2f}",
                "unknown" if share is None else f"{share:.1%}",
                "" if memory is None else f"{memory:.1f}",
                result["packing"],
            ]
        )
    columns = ("recipe", "tokens\na step", "tok/s", "range", "TFLOP/s", "of the peak", "GB", "packing")
    first = next(iter(results.values()))
    title = f"Training speed, median of {first['rounds']} rounds\n{first['how']}"
    finish(title, columns, rows, {"recipes": results}, given)
    for note in sorted({note for result in results.values() for note in result["notes"]}):
        print(note)


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=9, help="turns of each side (default: 9)")
    options.add_argument(
        "--recipe", action="append", default=[], help="measure the step of this recipe alone"
    )
    options.add_argument("--device", default="auto", choices=("auto", "cpu", "cuda", "mps"))
    options.add_argument("overrides", nargs="*", help="changes to the recipe, as train.threads=1")
    given = options.parse_args()
    shapes, rounds, overrides = SHAPES, given.rounds, [f"train.device={given.device}", *given.overrides]
    if given.quick:
        shapes, rounds, overrides = TINY, 2, [*overrides, "train.compile=off", "train.threads=1"]
    if given.recipe:
        show_recipes({name: measure_recipe(name, rounds, overrides) for name in given.recipe}, given)
        return
    results, rows = {}, []
    for shape in shapes:
        result = results[shape.name] = measure(shape, rounds, overrides)
        ours, theirs, ratio = (
            result[key] for key in ("cogling_tokens_per_second", "yardstick_tokens_per_second", "ratio")
        )
        met = "" if shape.bar is None else "met" if ratio["median"] >= shape.bar else "MISSED"
        rows.append(
            [
                f"{shape.name} d{shape.width} L{shape.depth} T{shape.length} B{shape.batch}",
                f"{theirs['median']:,.0f}",
                f"{ours['median']:,.0f}",
                f"{ratio['median']:.2f}",
                f"{ratio['least']:.2f}-{ratio['greatest']:.2f}",
                f"{shape.bar or ''}",
                met,
            ]
        )
        torch.compiler.reset()
    columns = ("shape", "plain GPT\ntok/s", "Cogling\ntok/s", "ratio", "range", "bar", "")
    title = f"Training speed, median of {rounds} rounds\nCogling: {result['how']}"
    finish(title, columns, rows, {"training_speed": results}, given)


if __name__ == "__main__":
    main()
