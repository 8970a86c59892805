"""Where a model would leave the worked traces of a task: what to change in a trace shows here first.

    python scripts/slips.py reason gym.bf gym.lcm --split hard

Reads new questions with their worked replies (`cogling.evaluate.teacher_forced`) and lists, evenly spread,
some of the tokens that the model would have written otherwise: `before [worked, not written] after`. With
--lines it tells which kinds of steps they stand in: one that often has slips wants other words.
"""

from __future__ import annotations

import argparse

from cogling.errors import CoglingError
from cogling.evaluate.questions import questions
from cogling.evaluate.run import SEED
from cogling.evaluate.teacher_forced import Reading, by_kind, read_reply
from cogling.hashing import fix_hashes
from cogling.saved import load_model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("tasks", nargs="+", metavar="TASK")
    parser.add_argument(
        "--split",
        choices=["easy", "hard", "iid", "ood"],
        default="iid",
        help="easy or hard of a gym task; iid or ood of the others",
    )
    parser.add_argument("--n", type=int, default=8, help="questions of each task")
    parser.add_argument(
        "--lines", type=int, default=0, help="kinds of steps of each task that are told, at most"
    )
    parser.add_argument("--show", type=int, default=20, help="slips of each task that are printed, at most")
    settings = parser.parse_args()
    try:
        saved = load_model(settings.model)
        for name in settings.tasks:
            problems = questions(name, settings.split, SEED, settings.n)
            found = [read_reply(saved.decoder, saved.tokenizer, problem) for problem in problems]
            readings = [one for one in found if one]
            lines = [report(name, readings, len(problems), settings.show), *told(readings, settings.lines)]
            print(*lines, sep="\n", flush=True)
    except CoglingError as error:
        raise SystemExit(f"error: {error}") from None


def report(name: str, readings: list[Reading], asked: int, most: int) -> str:
    slips = [(number, one) for number, reading in enumerate(readings, 1) for one in reading.slips]
    clean = sum(not reading.slips for reading in readings)
    tokens = sum(reading.tokens for reading in readings)
    lines = [
        f"{name}: {len(readings)} of {asked} replies fit and have steps; {clean} of them without a slip; "
        f"{len(slips)} slips in {tokens:,} tokens"
    ]
    for number, slip in slips[:: max(1, -(-len(slips) // max(1, most)))] if most else []:
        shown = f"{slip.before!r} [{slip.worked!r}, not {slip.written!r}] {slip.after!r}"
        lines.append(f"  {number}, token {slip.place}: {shown}")
    return "\n".join(lines)


def told(readings: list[Reading], most: int) -> list[str]:
    """A line for each kind of step, those with most slips first."""
    kinds = by_kind(line for reading in readings for line in reading.lines)
    return [
        f"  {kind.slips:5} slips in {kind.with_slips} of {kind.lines} such steps, {kind.tokens:,} tokens: "
        f"{kind.example[:60]}"
        for kind in kinds[:most]
    ]


if __name__ == "__main__":
    fix_hashes()
    main()
