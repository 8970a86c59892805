"""`cogling eval`: how well a model reasons, in and out of distribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cogling.cli.options import Loops, Model, Temperature
from cogling.errors import CoglingError

if TYPE_CHECKING:
    from rich.table import Table

    from cogling.evaluate.partial import Partial
    from cogling.evaluate.suites import AskedSplit
    from cogling.evaluate.workers import Workers
    from cogling.generate.engine import Engine

INTERRUPTED = 130
"""The exit code of a process that Ctrl-C ended."""


MANY = 300
"""Questions that are worth a process on every core: each takes seconds to start."""


def evaluate(
    model: Model,
    suite: Annotated[
        str,
        typer.Option(
            help="quick, basic, symbolic, multistep, all, gym-easy, gym-hard, or tasks as a,b,c.",
        ),
    ] = "quick",
    split: Annotated[
        str | None, typer.Option(help="Only iid or ood; of gym tasks only easy or hard. Default: both.")
    ] = None,
    n: Annotated[
        int | None,
        typer.Option(help="Questions for each task and split. Default: 200; all 50 published ones of gym."),
    ] = None,
    fresh: Annotated[
        int | None, typer.Option(min=1, help="Ask that many new questions of gym tasks, not the published.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Which questions; the same seed asks the same ones.")] = 1927,
    out: Annotated[
        Path | None, typer.Option(help="Results; default: eval.json, in the run folder where MODEL is one.")
    ] = None,
    temperature: Temperature = 0.0,
    batch_size: Annotated[int, typer.Option(help="Replies written at a time.")] = 64,
    threads: Annotated[int | None, typer.Option(help="CPU threads of each process; default: 1.")] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Processes that ask. Default: for many questions one a core, 4 at most."),
    ] = None,
    loops: Loops = None,
    cache: Annotated[
        str, typer.Option(help="What its cache is kept in: auto (the faster here), bfloat16, float32.")
    ] = "auto",
    precision: Annotated[
        str, typer.Option(help="What its MLPs multiply in: auto (the faster here), bfloat16, float32.")
    ] = "auto",
) -> None:
    """Ask a model new questions of every task and check its answers and every step of its thoughts.

    iid: like those in training, but none of them; ood: longer or harder than any in training. gym-easy and
    gym-hard ask the questions of reasoning-gym's published evaluation (--suite gym-hard-all: all levels), or
    --fresh new ones. A faithful reply has the right answer and only valid steps that lead to it. An
    interrupted evaluation keeps what was done: the same command continues it.
    """
    from cogling.evaluate.part import Asking
    from cogling.evaluate.partial import Partial, partial_path
    from cogling.evaluate.suites import splits_of, tasks_of
    from cogling.evaluate.workers import Workers, fitting
    from cogling.files import sha256
    from cogling.generate.engine import Engine
    from cogling.memory import WHILE_WRITING, keep_freed_memory
    from cogling.model.mlp_precision import with_mlps_in
    from cogling.precision import name_of, pick_cache_precision, pick_precision
    from cogling.report.load import FILES as RUN_FILES
    from cogling.saved import WEIGHTS, load_model
    from cogling.tasks.gym.library import PUBLISHED_SIZE, SETTINGS

    names, splits = tasks_of(suite), splits_of(suite, split)
    gym = splits[0] in SETTINGS
    published = gym and fresh is None
    if fresh is not None and n is not None:
        raise CoglingError(f"--fresh {fresh} says how many questions already; leave out --n")
    if fresh is not None and not gym:
        raise CoglingError(f"--fresh is for gym tasks; the questions of suite '{suite}' are always new")
    if n is None:
        n = fresh or (PUBLISHED_SIZE if published else 200)
    Asking(n, seed, temperature=temperature, batch_size=batch_size)
    run = Path(model) if any((Path(model) / name).is_file() for name in RUN_FILES) else None
    stem = f"eval-{_plain(suite)}" if gym else "eval"
    target = out or (run or Path()) / (f"{stem}-{split}.json" if split else f"{stem}.json")
    if target.is_dir():
        raise CoglingError(f"--out {target} is a folder; give a file, as {target / 'eval.json'}")
    keep_freed_memory(WHILE_WRITING)
    saved = load_model(model, loops)
    device, context = saved.decoder.embedding.weight.device, saved.decoder.config.context
    cache_dtype = pick_cache_precision(cache, device, context)
    mlp_dtype = pick_precision(precision, device)
    cache, precision = name_of(cache_dtype), name_of(mlp_dtype)
    parts = len(names) * len(splits)
    if workers is None:
        workers = fitting(saved.decoder, batch_size, cache_dtype) if n * parts >= MANY else 1
    workers = min(workers, parts)
    engine: Engine | Workers
    if workers > 1:
        # The folder whose checksum is taken below: a run that still trains may have another best one soon.
        engine = Workers(str(saved.folder), workers, loops, threads, cache, precision)
    else:
        engine = Engine(with_mlps_in(saved.decoder, mlp_dtype), saved.tokenizer, threads, cache_dtype)
    partial = Partial(partial_path(target))
    options: dict[str, Any] = {
        "model": model,
        "suite": suite,
        "published": published,
        "temperature": temperature,
        "batch_size": batch_size,
        "cache": cache,
        "precision": precision,
        "partial": partial,
        "weights": sha256(saved.folder / WEIGHTS) + (f" in {loops} loops" if loops else ""),
    }
    try:
        results = _under_a_progress_bar(engine, names, splits, n, seed, options)
    except KeyboardInterrupt:
        typer.echo(_how_to_continue(partial.path), err=True)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        partial.remove_if_empty()
    _finish(results, target, partial, run)


def _plain(suite: str) -> str:
    """A suite's name as part of a file's."""
    return suite if len(suite) <= 40 and "," not in suite else "tasks"


def _under_a_progress_bar(
    engine: Engine | Workers,
    names: list[str],
    splits: Sequence[AskedSplit],
    n: int,
    seed: int,
    options: dict[str, Any],
) -> dict[str, Any]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    from cogling.evaluate.run import evaluate as run_evaluation

    parts = [(name, split) for name in names for split in splits]
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        shown = bar.add_task("evaluating", total=len(parts))

        def progress(name: str, split: AskedSplit, done: float) -> None:
            completed = parts.index((name, split)) + done
            bar.update(shown, description=f"{name} {split}", completed=completed)

        return run_evaluation(engine, names, splits, n, seed, progress=progress, **options)


def _finish(results: dict[str, Any], target: Path, partial: Partial, run: Path | None) -> None:
    """Writes the results, then lets the partial ones go, prints the table and renews the run's report."""
    from rich.console import Console

    from cogling.files import write_json

    write_json(target, results)
    partial.remove()
    console = Console()
    console.print(table(results))
    for note in notes(results):
        console.print(note, markup=False, highlight=False)
    console.print(f"Results: {target}", markup=False, highlight=False, soft_wrap=True)
    if run is not None and target.resolve() == (run / "eval.json").resolve():
        from cogling.report import write_report

        page = write_report(run).resolve().as_uri()
        console.print(f"Report: {page}", markup=False, highlight=False, soft_wrap=True)


def table(results: dict[str, Any]) -> Table:
    """One line a task and one of means, within 80 columns; intervals are 95%.

    Gym tasks stand beside o3-mini, the only large model of the published evaluation that fits, and have no
    level, nor tokens in both settings: their names are long.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from cogling.report.leaderboard import published_score
    from cogling.report.words import percent
    from cogling.tasks.gym import PREFIX
    from cogling.tasks.gym.library import SETTINGS

    splits = results["splits"]
    gym = splits[0] in SETTINGS
    asked = "published questions" if results["published"] else f"seed {results['seed']}"
    shown = Table(
        title=f"{results['model']}, suite {results['suite']}, {asked}", box=SIMPLE_HEAD, pad_edge=False
    )
    for heading in ("task",) if gym else ("task", "level"):
        shown.add_column(heading, no_wrap=True)
    with_tokens = not (gym and len(splits) > 1)
    headings = [f"{split}\npass@1" for split in splits]
    headings += ["o3-mini"] * gym + [f"faithful\n({splits[0]})", "steps\nvalid"] + ["tokens"] * with_tokens
    for heading in headings:
        shown.add_column(heading, justify="right", no_wrap=True)
    for name, entry in results["tasks"].items():
        first = entry[splits[0]]
        cells = [_with_interval(entry[split]) for split in splits]
        if gym:
            cells.append(percent(published_score(name, splits[-1])))
        cells += [percent(first["faithful"]), percent(first["steps_valid"]) if first["steps"] else "none"]
        named = (name.removeprefix(PREFIX),) if gym else (name, entry["level"])
        shown.add_row(*named, *cells, *[f"{first['tokens']:.0f}"] * with_tokens)
    mean = results["mean"]
    shown.add_section()
    means = [percent(mean[split]) for split in splits]
    if gym:
        others = [published_score(name, splits[-1]) for name in results["tasks"]]
        means.append(percent(sum(others) / len(others)))
    shown.add_row("mean", *[""] * (not gym), *means, percent(mean["faithful"]), style="bold")
    return shown


def _with_interval(scores: dict[str, Any]) -> str:
    from cogling.report.words import percent

    low, high = (100 * bound for bound in scores["ci95"])
    return f"{percent(scores['pass1'])} [dim]{low:.0f}-{high:.0f}[/dim]"


def notes(results: dict[str, Any]) -> list[str]:
    """What the table does not show and a reader has to know."""
    from cogling.report.words import percent

    parts = [
        (f"{name} {split}", entry[split])
        for name, entry in results["tasks"].items()
        for split in results["splits"]
    ]
    said = []
    first = results["splits"][0]
    if any(entry[first]["correct"] for entry in results["tasks"].values()):
        said.append(
            f"Of the right {first} answers {percent(results['mean']['faithful_among_correct'])} are faithful."
        )
    for key, meaning in (
        ("too_long", "questions do not fit the model's context and count as wrong"),
        ("unreadable", "questions have a character that the tokenizer lacks and count as wrong"),
        ("unfinished", "replies were cut off at the token limit, or as they went round in circles"),
    ):
        total, asked = sum(scores[key] for _, scores in parts), sum(scores["n"] for _, scores in parts)
        if total:
            where, scores = max(parts, key=lambda part: part[1][key])
            said.append(f"{total} of {asked} {meaning}, most in {where} ({scores[key]} of {scores['n']}).")
    losses: Counter[str] = Counter()
    for _, scores in parts:
        losses.update(scores["losses"])
    if losses:
        said.append(f"Wrong by: {', '.join(f'{loss} {count}' for loss, count in losses.most_common())}.")
    few = [f"{where} {scores['n']}" for where, scores in parts if scores["n"] < results["n"]]
    if few:
        said.append(f"Fewer different questions than {results['n']} were found for: {', '.join(few)}.")
    return said


def _how_to_continue(partial: Path) -> str:
    from cogling.cli.growing import same_command

    return f"\ninterrupted; finished parts are kept in {partial}; to continue run: {same_command()}"
