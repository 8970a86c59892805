"""How far addition carries: new sums of two numbers that both have exactly so many digits, by length.

MODEL is a run of the recipe addition-100, which never sees more than 20 digits in training, or another
model that has learned the task long_addition. Without one, a decoder of random weights shows that it runs.
"""

from __future__ import annotations

from typing import Any

import torch
from common import finish, parser

from cogling.evaluate.ask import ask
from cogling.evaluate.part import summary
from cogling.evaluate.run import SEED
from cogling.generate.engine import Engine
from cogling.model.decoder import Decoder
from cogling.recipes import load_recipe
from cogling.saved import load_model
from cogling.seeds import rng_of
from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.tasks.sample import split_of
from cogling.text.tokenizer import Tokenizer
from cogling.train.run import make_tokenizer

TASK = "long_addition"


def problems(digits: int, n: int, seed: int) -> list[Problem]:
    """`n` sums of two numbers of so many digits, none of which training may draw."""
    rng = rng_of(TASK, "exact", seed, digits)
    found: dict[str, Problem] = {}
    while len(found) < n:
        problem = get_task(TASK).problem(rng, {"digits": digits})
        if len(problem.meta["a"]) == len(problem.meta["b"]) and split_of(problem) != "train":
            found[problem.question] = problem
    return list(found.values())


def random_model() -> tuple[Decoder, Tokenizer]:
    recipe = load_recipe("addition-100", ["tokenizer.samples=50"])
    tokenizer = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(tokenizer.vocab_size, tokenizer.digits)).eval()
    decoder.init_weights(torch.Generator().manual_seed(1))
    return decoder, tokenizer


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("model", nargs="?", help="a model folder or a run; random weights without it")
    options.add_argument("--digits", type=int, nargs="+", default=[20, 40, 60, 80, 100])
    options.add_argument("--n", type=int, default=200, help="sums of each length (default: 200)")
    options.add_argument("--seed", type=int, default=SEED)
    options.add_argument("--loops", type=int, help="runs of the model's blocks (default: as trained)")
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    if given.quick:
        given.digits, given.n = [3, 4], 2
    if given.model:
        saved = load_model(given.model, given.loops)
        decoder, tokenizer = saved.decoder, saved.tokenizer
    else:
        decoder, tokenizer = random_model()
    engine = Engine(decoder, tokenizer, given.threads)
    found: dict[str, dict[str, Any]] = {}
    for digits in given.digits:
        asked = problems(digits, given.n, given.seed)
        found[str(digits)] = summary(ask(engine, asked, max_tokens=8 if given.quick else None))
    rows = [
        [
            digits,
            f"{100 * scores['pass1']:.1f}%",
            f"{100 * scores['ci95'][0]:.1f}-{100 * scores['ci95'][1]:.1f}",
            f"{100 * scores['faithful']:.1f}%",
        ]
        for digits, scores in found.items()
    ]
    title = (
        f"Sums of two numbers of exactly so many digits, {decoder.config.parameters:,} parameters\n"
        f"{given.n} of each length, greedy, {decoder.config.loops} loops, seed {given.seed}"
    )
    columns = ("digits", "right", "95% interval", "faithful")
    results = {"model": given.model, "loops": decoder.config.loops, "seed": given.seed, "lengths": found}
    finish(title, columns, rows, {"long_addition": results}, given)


if __name__ == "__main__":
    main()
