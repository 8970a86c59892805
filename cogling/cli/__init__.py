"""The command line: one file a verb. Each imports what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import os
import sys
import threading
from typing import Annotated, Any

import typer

from cogling.cli import data, recipe, tokenizer
from cogling.cli.chat import chat
from cogling.cli.compare import compare
from cogling.cli.eval import evaluate
from cogling.cli.generate import generate
from cogling.cli.leaderboard import leaderboard
from cogling.cli.problems import problems
from cogling.cli.report import report
from cogling.cli.resume import resume
from cogling.cli.tasks import tasks
from cogling.cli.train import train
from cogling.errors import CoglingError
from cogling.version import __version__

app = typer.Typer(
    name="cogling",
    help="Grow small reasoning language models from scratch, and check every step of their reasoning.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(train)
app.command()(resume)
app.command()(chat)
app.command()(generate)
app.command("eval")(evaluate)
app.command()(report)
app.command()(compare)
app.command()(leaderboard)
app.command()(tasks)
app.command()(problems)
app.add_typer(data.app, name="data")
app.add_typer(recipe.app, name="recipe")
app.add_typer(tokenizer.app, name="tokenizer")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"cogling {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    if debug:
        os.environ["COGLING_DEBUG"] = "1"


# Newer typers hold a copy of click of their own: the root of its errors is reached from one they export.
UsageError: Any = typer.BadParameter.__base__


def main() -> None:
    """The console script. A mistake becomes one line on stderr and exit code 2; Ctrl-C 130."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    threading.excepthook = _report_thread
    try:
        code = app(standalone_mode=False)
    except CoglingError as error:
        if os.environ.get("COGLING_DEBUG"):
            raise
        print(f"cogling: {' '.join(str(error).splitlines())}", file=sys.stderr)
        raise SystemExit(2) from None
    except UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            error.show()
        else:
            message = " ".join(error.format_message().split()).rstrip(".")
            path = error.ctx.command_path if error.ctx else "cogling"
            mend = "" if message.endswith("?") else f"; see `{path} --help`"
            print(f"cogling: {message[0].lower()}{message[1:]}{mend}", file=sys.stderr)
        raise SystemExit(2) from None
    except BrokenPipeError:
        # The reader went away, as with `| head`; what is left to flush would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(141) from None
    except KeyboardInterrupt:
        print("cogling: interrupted", file=sys.stderr)
        raise SystemExit(130) from None
    finally:
        # An interrupt that left code run from a string, as that of a namedtuple while torch is imported,
        # has `python -m` end by SIGINT whatever the exit code, until the next such code is run.
        exec("")
    raise SystemExit(code)


def _report_thread(what: threading.ExceptHookArgs) -> None:
    """TensorBoard's thread hands an OSError, as of a full disk, to the main thread, which reports it."""
    if os.environ.get("COGLING_DEBUG") or not isinstance(what.exc_value, OSError):
        threading.__excepthook__(what)
