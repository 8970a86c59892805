"""Length of the traces of the gym tasks: median and 99th percentile in tokens, and problems made a second.

    python scripts/trace_lengths.py lcm gcd          these tasks; all of them where none is named
    python scripts/trace_lengths.py --tokenizer MODEL_FOLDER

Without a tokenizer lengths are estimated: one token a digit, a word or a mark. What fits is the share of the
questions that have a trace and stay, with it and the answer, within so many tokens (--within).
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from cogling.hashing import fix_hashes
from cogling.tasks import get_task
from cogling.tasks.gym import TRACERS, library
from cogling.tasks.gym.task import GymTask

_PIECES = re.compile(r"\d| ?[^\W\d_]+| ?[^\w\s]|\s|_")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tasks", nargs="*", choices=[[], *TRACERS], metavar="TASK")
    parser.add_argument("--tokenizer", type=Path)
    parser.add_argument("--n", type=int, default=100, help="questions of each setting")
    parser.add_argument(
        "--within", type=int, default=6150, help="tokens of a question and its reply that fit"
    )
    parser.add_argument("--show", action="store_true", help="print an example of each")
    settings = parser.parse_args()
    count: Callable[[str], int] = lambda text: len(_PIECES.findall(text))  # noqa: E731
    if settings.tokenizer:
        from cogling.text.tokenizer import Tokenizer

        tokenizer = Tokenizer.load(settings.tokenizer / "tokenizer.json")
        count = lambda text: len(tokenizer.encode(text))  # noqa: E731
    print("| task | setting | question | trace: median | 99% | whole: 99% | fits | a second |")
    print("|---|---|---|---|---|---|---|---|")
    for name in settings.tasks or TRACERS:
        row(name, settings, count)


def row(name: str, settings: argparse.Namespace, count: Callable[[str], int]) -> None:
    task = get_task(f"gym.{name}")
    assert isinstance(task, GymTask)
    for setting in library.SETTINGS:
        if setting not in library.levels()[name]:
            continue
        task.question(setting, 10**9)  # what is loaded once shall not count
        begin = time.perf_counter()
        problems = [task.question(setting, 15_485_863 * i) for i in range(settings.n)]
        speed = settings.n / (time.perf_counter() - begin)
        asked = [count(problem.question) for problem in problems]
        replies = [count("\n".join(problem.steps) + problem.answer) for problem in problems]
        whole = [a + b for a, b in zip(asked, replies, strict=True)]
        last = [sorted(values)[int(0.99 * (settings.n - 1))] for values in (replies, whole)]
        fits = sum(
            bool(problem.steps) and length <= settings.within
            for problem, length in zip(problems, whole, strict=True)
        )
        print(
            f"| {name} | {setting} | {statistics.median(asked):.0f} | {statistics.median(replies):.0f} "
            f"| {last[0]} | {last[1]} | {fits / settings.n:.0%} | {speed:.0f} |"
        )
        if settings.show:
            print(problems[0].question, *problems[0].steps, f"-> {problems[0].answer}", sep="\n")


if __name__ == "__main__":
    fix_hashes()
    main()
