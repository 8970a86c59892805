"""How long the command line and `import cogling` take to start, and whether they import torch.

`cogling --help` and `--version` must answer within 0.5 s: a person waits for them.
"""

from __future__ import annotations

import subprocess
import sys
import time

from common import finish, parser, spread

BAR = 0.5
TIMES, QUICK_TIMES = 7, 1
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "import cogling": ["-c", "import cogling"],
    "cogling --version": ["-m", "cogling", "--version"],
    "cogling --help": ["-m", "cogling", "--help"],
    "cogling tasks": ["-m", "cogling", "tasks"],
}
BARRED = ("cogling --version", "cogling --help")


def seconds(arguments: list[str]) -> float:
    """Wall-clock time of one fresh Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def imports_torch(arguments: list[str]) -> bool:
    """Whether the process loads torch, by Python's own list of imports."""
    traced = [sys.executable, "-X", "importtime", *arguments]
    said = subprocess.run(traced, check=True, capture_output=True, text=True).stderr
    return any(line.rpartition("|")[2].strip() == "torch" for line in said.splitlines())


def main() -> None:
    options = parser(__doc__ or "").parse_args()
    times = QUICK_TIMES if options.quick else TIMES
    results, rows = {}, []
    for name, arguments in COMMANDS.items():
        seconds(arguments)  # the first one reads the files from the disk
        took = spread([seconds(arguments) for _ in range(times)])
        torch = imports_torch(arguments)
        bar = BAR if name in BARRED else None
        results[name] = {"seconds": took, "imports_torch": torch, "bar": bar}
        met = "" if bar is None else "met" if took["median"] < bar and not torch else "MISSED"
        figures = (f"{took['median']:.3f}", f"{took['least']:.3f}")
        rows.append([name, *figures, "yes" if torch else "no", f"{bar or ''}", met])
    columns = ("command", "seconds", "least", "torch", "bar", "")
    finish(f"Start-up, median of {times}", columns, rows, {"start_up": results}, options)


if __name__ == "__main__":
    main()
