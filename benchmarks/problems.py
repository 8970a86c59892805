"""How fast one core makes training data: problems with worked traces, token ids, packed batches.

The data workers must stay ahead of the training loop, so the last line, packed tokens a second of one
worker, is to be well above the training speed of `training_speed.py`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from common import finish, parser

from cogling.data.sources import ProblemSource
from cogling.recipes import load_recipe
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.base import Problem
from cogling.tasks.sample import draw
from cogling.text.chat import reply_parts
from cogling.text.tokenizer import Tokenizer

SECONDS, QUICK_SECONDS = 1.0, 0.02


def rate(make: Callable[[int], object], seconds: float) -> float:
    """How many of `make(0), make(1), ...` are done in a second, measured over about `seconds`."""
    made, start = 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds or made < 2:
        make(made)
        made += 1
    return made / passed


def ids_of(tokenizer: Tokenizer, problem: Problem) -> list[int]:
    """A problem as training sees it."""
    reply = reply_parts(problem.steps, problem.answer)
    return tokenizer.encode_prompt(problem.question) + tokenizer.encode_parts(reply)


def main() -> None:
    options = parser(__doc__ or "").parse_args()
    seconds = QUICK_SECONDS if options.quick else SECONDS
    recipe = load_recipe("quick", ["data.tasks=all"])
    samples = 20 if options.quick else 200
    texts = [
        "\n".join((p.question, *p.steps, p.answer))
        for name in REGISTRY
        for p in (draw(get_task(name), "train", 0, index) for index in range(samples))
    ]
    tokenizer = Tokenizer.train(recipe.tokenizer.kind, texts, recipe.tokenizer.vocab_size)

    tasks, rows = {}, []
    for name in REGISTRY:
        task = get_task(name)
        problems = rate(lambda index, task=task: draw(task, "train", 1, index), seconds)  # type: ignore[misc]
        drawn = [draw(task, "train", 1, index) for index in range(samples)]
        tokens = sum(len(ids_of(tokenizer, problem)) for problem in drawn) / samples
        encoded = rate(lambda i, drawn=drawn: ids_of(tokenizer, drawn[i % len(drawn)]), seconds)  # type: ignore[misc]
        documents = 1 / (1 / problems + 1 / encoded)
        tasks[name] = {
            "problems_per_second": problems,
            "documents_per_second": documents,
            "tokens_per_document": tokens,
            "tokens_per_second": documents * tokens,
        }
        figures = (problems, documents, tokens, documents * tokens)
        rows.append([name, *(f"{figure:,.0f}" for figure in figures)])

    source = ProblemSource(recipe, tokenizer)
    mix = {
        "weights": [1.0] * len(REGISTRY),
        "rungs": [max(len(knob.rungs) for knob in get_task(name).knobs.values()) - 1 for name in REGISTRY],
    }
    made: list[int] = []
    batches = rate(lambda index: made.append(source.batch(index, mix).tokens.size), 3 * seconds)
    packed = batches * sum(made) / len(made)
    rows.append(["packed batches", "", "", "", f"{packed:,.0f}"])
    columns = ("task", "problems/s", "documents/s", "tokens a document", "tokens/s")
    results = {"tasks": tasks, "packed_tokens_per_second": packed}
    finish("Making problems on one core, all rungs", columns, rows, results, options)


if __name__ == "__main__":
    main()
