"""`cogling tokenizer train` and `cogling tokenizer show`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cogling.errors import CoglingError

if TYPE_CHECKING:
    from cogling.tasks.base import Task

app = typer.Typer(help="Train a tokenizer, or see how one cuts a text.", no_args_is_help=True)


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="Folder (or .json file) to write tokenizer.json to.")],
    kind: Annotated[str, typer.Option(help="character, byte, bpe or wordpiece.")] = "bpe",
    vocab_size: Annotated[
        int | None, typer.Option(help="At most this many ids. Default: 512 for bpe and wordpiece.")
    ] = None,
    from_: Annotated[
        list[Path] | None, typer.Option("--from", help="UTF-8 text file; may be given several times.")
    ] = None,
    tasks: Annotated[
        str | None, typer.Option(help="Train on problems of these tasks: 'all', 'gym' or a,b,c.")
    ] = None,
    problems: Annotated[int, typer.Option(min=1, help="Problems drawn from each task.")] = 500,
    seed: Annotated[int, typer.Option(help="Seed of the problems.")] = 0,
) -> None:
    """Train a tokenizer on text files, on generated problems, or on both."""
    from cogling.tasks import named_tasks
    from cogling.text.tokenizer import Tokenizer

    if not from_ and not tasks and kind != "byte":
        raise CoglingError("no text to train on; give --from TEXTFILE, --tasks all, or both")
    chosen = named_tasks(tasks) if tasks else []

    def texts() -> Iterator[str]:
        for file in from_ or []:
            yield read_text(file)
        for task in chosen:
            yield from problem_texts(task, problems, seed)

    tokenizer = Tokenizer.train(kind, texts(), vocab_size)
    tokenizer.save(out)
    few = vocab_size is not None and tokenizer.vocab_size < vocab_size
    note = f" of at most {vocab_size}: this text gives no more" if few else ""
    typer.echo(f"{tokenizer.kind} tokenizer with {tokenizer.vocab_size} ids{note}, in {out}")


@app.command()
def show(
    path: Annotated[Path, typer.Argument(help="A tokenizer.json, or a folder that holds one.")],
    text: Annotated[str, typer.Argument(help="The text to cut.")],
) -> None:
    """Print a text's pieces in brackets, each with its id."""
    from rich.console import Console
    from rich.text import Text

    from cogling.text.tokenizer import Tokenizer

    tokenizer = Tokenizer.load(path)
    ids = tokenizer.encode(text)
    line = Text()
    for n, i in enumerate(ids):
        line.append(f"[{_visible(tokenizer.piece(i))}]", style=("cyan", "yellow")[n % 2])
        line.append(f"{i} ", style="dim")
    console = Console(highlight=False)
    console.print(line, soft_wrap=True)
    console.print(f"{len(ids)} ids, {len(text)} characters, {tokenizer.kind}")


def problem_texts(task: Task, n: int, seed: int) -> Iterator[str]:
    """The texts of `n` training problems, cut as the chat format will cut them."""
    from cogling.tasks.sample import draw

    for index in range(n):
        problem = draw(task, "train", seed, index)
        yield from (problem.question, "\n".join(problem.steps), problem.answer)


def read_text(file: Path) -> str:
    """The text of a UTF-8 file. Raises CoglingError, with the byte offset where it is not UTF-8."""
    try:
        return file.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise CoglingError(f"no file {file}") from None
    except OSError as error:
        raise CoglingError(f"cannot read {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CoglingError(
            f"{file} is not UTF-8 at byte offset {error.start} (0x{error.object[error.start]:02x}); "
            "convert it, for instance with `iconv -t UTF-8`"
        ) from None


def _visible(piece: str) -> str:
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in piece)
