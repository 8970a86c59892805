"""How fast one core makes training data: problems with worked traces, token ids, packed batches.

The data workers must stay ahead of the training loop, so the last line, packed tokens a second of one
worker, is to be well above the training speed of `training_speed.py`. With `--tasks gym` it shows which tasks
of reasoning-gym are so slow that their problems are better made ahead (`cogling data problems`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from common import finish, parser

from cogling.data.sources import ProblemSource
from cogling.errors import CoglingError
from cogling.hashing import fix_hashes
from cogling.recipes import load_recipe
from cogling.tasks import named_tasks
from cogling.tasks.base import Problem, Task
from cogling.tasks.sample import draw, top_rung
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


def told(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 10 else f"{figure:.1f}"


def drawn(task: Task, seconds: float) -> tuple[float, list[Problem]]:
    """How many problems of a task are made in a second, and those that were."""
    problems = [draw(task, "train", 1, 0)]  # the first one imports what the task needs
    speed = rate(lambda index: problems.append(draw(task, "train", 1, index)), seconds)
    return speed, problems


def packed_tokens(tasks: list[Task], tokenizer: Tokenizer, seconds: float) -> float:
    """Tokens a second in the batches of one worker, all tasks alike on their highest rung."""
    source = ProblemSource(load_recipe("quick", ["data.tasks=all"]), tokenizer)
    mix = {
        "weights": [1.0] * len(tasks),
        "rungs": [top_rung(task) for task in tasks],
    }
    made: list[int] = []
    batches = rate(lambda index: made.append(source.batch(index, mix).tokens.size), seconds)
    return batches * sum(made) / len(made)


def main() -> None:
    made = parser(__doc__ or "")
    made.add_argument("--tasks", default="all", help="tasks as a,b,c; gym: all of reasoning-gym with traces")
    options = made.parse_args()
    seconds = QUICK_SECONDS if options.quick else SECONDS
    chosen = named_tasks(options.tasks)
    found: dict[str, tuple[float, list[Problem]]] = {}
    for task in chosen:
        try:
            found[task.name] = drawn(task, seconds)
        except CoglingError as error:
            print(error, file=sys.stderr)
    samples = 20 if options.quick else 200
    sampled = {name: problems[:samples] for name, (_, problems) in found.items()}
    texts = ["\n".join((p.question, *p.steps, p.answer)) for problems in sampled.values() for p in problems]
    settings = load_recipe("quick").tokenizer
    tokenizer = Tokenizer.train(settings.kind, texts, settings.vocab_size)

    tasks, rows = {}, []
    for name, (speed, _) in found.items():
        few = sampled[name]
        tokens = sum(len(ids_of(tokenizer, problem)) for problem in few) / len(few)
        encoded = rate(lambda i, few=few: ids_of(tokenizer, few[i % len(few)]), seconds)  # type: ignore[misc]
        documents = 1 / (1 / speed + 1 / encoded)
        tasks[name] = {
            "problems_per_second": speed,
            "documents_per_second": documents,
            "tokens_per_document": tokens,
            "tokens_per_second": documents * tokens,
        }
        rows.append([name, *map(told, (speed, documents, tokens, documents * tokens))])

    results: dict[str, object] = {"tasks": tasks}
    if options.tasks == "all":
        packed = packed_tokens(chosen, tokenizer, 3 * seconds)
        rows.append(["packed batches", "", "", "", f"{packed:,.0f}"])
        results["packed_tokens_per_second"] = packed
    columns = ("task", "problems/s", "documents/s", "tokens a document", "tokens/s")
    finish("Making problems on one core, all rungs", columns, rows, results, options)


if __name__ == "__main__":
    fix_hashes()
    main()
