"""A model's thoughts on a terminal, each step with the verdict of its task's verifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


def show_samples(console: Console, samples: list[dict[str, Any]]) -> None:
    """One right reply of each level, and one wrong one where there is any."""
    chosen: list[dict[str, Any]] = []
    for level in ("basic", "symbolic", "multistep"):
        chosen += [s for s in samples if s["level"] == level and s["correct"] and s["split"] == "iid"][:1]
    chosen += [s for s in samples if not s["correct"]][:1]
    for sample in chosen:
        show_sample(console, sample)


def show_sample(console: Console, sample: dict[str, Any]) -> None:
    from rich.text import Text

    console.print(Text(f"{sample['task']} ({sample['split']})", style="bold"))
    console.print(Text(f"  {sample['question']}".replace("\n", "\n  ")))
    for step in sample["steps"]:
        mark, style = ("+", "green") if step["valid"] else ("x", "red")
        console.print(Text(f"  {mark} ", style=style) + Text(step["text"], style="dim"))
    verdict = "right" if sample["correct"] else f"wrong, expected {sample['expected']}"
    line = Text(f"  = {sample['answer']}  ", style="bold")
    console.print(line + Text(f"({verdict})", style="green" if sample["correct"] else "red"))
    console.print()
