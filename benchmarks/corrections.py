"""How often a wrong step is noticed and put right: one is put into a right trace of each new problem.

MODEL is a model folder, a run, or a shipped model's name; --suite as for `cogling eval`. A mistake counts
as corrected where the model's next line takes it back and the line after that is the right step.
"""

from __future__ import annotations

from common import finish, parser

from cogling.errors import CoglingError
from cogling.evaluate.corrections import Corrections, corrections, total
from cogling.evaluate.suites import splits_of, tasks_of
from cogling.generate.engine import Engine
from cogling.hashing import fix_hashes
from cogling.saved import load_model

BAR = 0.7


def main() -> None:
    options = parser(__doc__)
    options.add_argument("model")
    options.add_argument("--suite", default="gym-easy")
    options.add_argument("--n", type=int, default=50, help="problems of each task")
    options.add_argument("--seed", type=int, default=1927)
    settings = options.parse_args()
    saved = load_model(settings.model)
    engine = Engine(saved.decoder, saved.tokenizer)
    split = splits_of(settings.suite)[0]
    parts: dict[str, Corrections] = {}
    for task in tasks_of(settings.suite)[: 2 if settings.quick else None]:
        try:
            parts[task] = corrections(engine, task, split, 4 if settings.quick else settings.n, settings.seed)
        except CoglingError as error:
            print(f"passed over: {error}")
    rows = list(parts.items())
    if not rows:
        raise SystemExit("no task with a mistake to put right")
    rows.append(("all", total(list(parts.values()))))
    results = {
        task: {
            "n": p.n,
            "noticed": p.noticed,
            "corrected": p.corrected,
            "right": p.right,
            "ci95": list(p.ci95),
        }
        for task, p in rows
    }
    table = [
        [
            task,
            str(p.n),
            f"{p.noticed / p.n:.2f}",
            f"{p.corrected / p.n:.2f}",
            f"{p.ci95[0]:.2f}-{p.ci95[1]:.2f}",
            f"{p.right / p.n:.2f}",
        ]
        for task, p in rows
    ]
    finish(
        f"Wrong steps put into right traces, {split}; bar: {BAR} corrected",
        ["task", "n", "noticed", "corrected", "95%", "answer right"],
        table,
        {"model": settings.model, "split": split, "bar": BAR, "tasks": results},
        settings,
    )


if __name__ == "__main__":
    fix_hashes()
    main()
