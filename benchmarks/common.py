"""What the benchmarks share: their options, medians, the machine they ran on, a table and a JSON file."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cogling.files import write_json
from cogling.version import __version__


def parser(description: str) -> argparse.ArgumentParser:
    """The options that every benchmark has; `description` is its module's docstring."""
    made = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    made.add_argument("--out", type=Path, help="write the results here, as JSON")
    made.add_argument("--quick", action="store_true", help="checks in seconds that it runs")
    return made


def machine() -> dict[str, Any]:
    """What figures of speed mean nothing without."""
    found: dict[str, Any] = {
        "system": platform.platform(),
        "processor": processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "cogling": __version__,
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    if "torch" in sys.modules:  # a benchmark that needs no torch does not wait for it either
        import torch

        found |= {"torch": torch.__version__, "threads": torch.get_num_threads()}
    if hasattr(os, "getloadavg"):
        found["load"] = round(os.getloadavg()[0], 2)
    return found


def processor() -> str:
    """The processor's name, where the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def spread(values: Sequence[float]) -> dict[str, float]:
    """The median with the least and the greatest of several measurements."""
    return {"median": statistics.median(values), "least": min(values), "greatest": max(values)}


def finish(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    results: dict[str, Any],
    options: argparse.Namespace,
) -> None:
    """Prints the table, the machine, and writes the JSON where --out asks for it.

    The first column is text, the others are figures. `results` is JSON-able.
    """
    console = Console()
    table = Table(title=escape(title), box=SIMPLE_HEAD, pad_edge=False, title_justify="left")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    console.print(table)
    about = machine()
    told = f"{about['processor']}, {about['cores']} cores, Python {about['python']}"
    if "torch" in about:
        told += f", torch {about['torch']}, {about['threads']} threads"
    console.print(told, highlight=False, soft_wrap=True)
    if options.quick:
        console.print("quick: this shows that the benchmark runs; its figures mean nothing")
    if options.out:
        write_json(options.out, {"quick": options.quick, "machine": about, **results})
        console.print(f"Results: {options.out}", highlight=False, soft_wrap=True)
