"""`cogling chat`: a conversation in the terminal, thoughts dimmed, answers plain.

Replies go to standard output, everything else to standard error, so that `cogling chat MODEL < questions`
gives plain text with nothing but replies in it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cogling.cli import options
from cogling.errors import CoglingError

if TYPE_CHECKING:
    from rich.console import Console

    from cogling.generate.engine import Engine
    from cogling.generate.sampling import Sampling

HELP = """Ask a question. Each is answered on its own, unless the chat was started with --history.
  /help   this text
  /clear  forget the conversation so far
  /quit   leave (so does Ctrl-D); Ctrl-C stops an answer"""


def chat(
    model: options.Model,
    history: Annotated[
        bool,
        typer.Option(help="Let the model read the conversation so far. It was trained on single questions."),
    ] = False,
    thoughts: Annotated[bool, typer.Option(help="Show what the model thinks before it answers.")] = True,
    max_tokens: options.MaxTokens = None,
    temperature: options.Temperature = 0.0,
    top_k: options.TopK = 0,
    top_p: options.TopP = 1.0,
    min_p: options.MinP = 0.0,
    repetition_penalty: options.RepetitionPenalty = 1.0,
    seed: options.Draws = 0,
    threads: options.Threads = None,
    loops: options.Loops = None,
) -> None:
    """Talk with a model."""
    from rich.console import Console

    from cogling.generate.engine import Engine
    from cogling.generate.sampling import Sampling
    from cogling.saved import load_model

    sampling = Sampling(max_tokens, temperature, top_k, top_p, min_p, repetition_penalty, seed=seed)
    saved = load_model(model, loops)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a terminal without UTF-8 shows ? for what it lacks
    notes = Console(stderr=True, highlight=False)
    parameters = saved.decoder.config.parameters / 1e6
    _note(notes, f"{saved.folder} ({parameters:.1f}M parameters, context {saved.context}). /help for help.")
    talk = Conversation(Engine(saved.decoder, saved.tokenizer, threads), sampling, notes, history, thoughts)
    while (line := _read(notes)) is not None:
        command = line.strip()
        if command == "/quit":
            break
        if command == "/help":
            _note(notes, HELP)
        elif command == "/clear":
            talk.turns.clear()
        elif command.startswith("/"):
            _note(notes, f"unknown command {command.split()[0]}; /help lists them")
        elif command:
            talk.ask(line)


class Conversation:
    """Questions and replies on the terminal.

    turns: the (role, text) of the conversation so far; stays empty where `history` is off.
    """

    def __init__(
        self, engine: Engine, sampling: Sampling, notes: Console, history: bool, thoughts: bool
    ) -> None:
        from rich.console import Console

        self.turns: list[tuple[str, str]] = []
        self._engine, self._sampling = engine, sampling
        self._history, self._thoughts = history, thoughts
        self._console, self._notes = Console(highlight=False), notes
        self._asked = 0

    def ask(self, question: str) -> None:
        """Prints the reply as it is written; prints a line where the question cannot be answered."""
        try:
            turns = self._fitting([*self.turns, ("user", question)])
            answer = self._print(turns)
        except CoglingError as error:
            _note(self._notes, f"error: {error}", style="red")
            return
        self._asked += 1
        if self._history:
            self.turns = [*turns, ("assistant", answer)]

    def _fitting(self, turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The latest turns, and at least the question, that leave half of the context for the reply."""
        forgotten = 0
        while len(turns) > 1 and len(self._engine.tokenizer.encode_prompt(turns)) > self._engine.context // 2:
            turns = turns[2:]
            forgotten += 1
        if forgotten:
            _note(self._notes, f"(the context is full: forgot {forgotten} of the oldest questions)")
        return turns

    def _print(self, turns: list[tuple[str, str]]) -> str:
        """Returns the answer, as far as it came."""
        answer, note, previous = "", "", ""
        try:
            for piece in self._engine.stream(turns, self._sampling, key=self._asked):
                if piece.generated is not None:
                    answer = piece.generated.answer
                    if piece.generated.finish_reason != "stop":
                        note = f"(cut after {len(piece.generated.tokens)} tokens)"
                elif piece.part == "answer" or (piece.part == "thought" and self._thoughts):
                    if previous not in ("", piece.part):
                        self._console.out("\n", end="")
                    style = "dim" if piece.part == "thought" else None
                    self._console.out(_harmless(piece.text), style=style, end="", highlight=False)
                    previous = piece.part
                    answer += piece.text if piece.part == "answer" else ""
        except KeyboardInterrupt:
            note = "(stopped)"
        if previous:
            self._console.out("\n", end="")
        if note:
            _note(self._notes, note)
        return answer


def _read(notes: Console) -> str | None:
    """The next line from the user; None where there is none left."""
    if not sys.stdin.isatty():
        raw = sys.stdin.buffer.readline()
        # What is no UTF-8 becomes half a surrogate pair, which the tokenizer refuses with a clear line.
        return raw.decode("utf-8", errors="surrogateescape").rstrip("\r\n") if raw else None
    while True:
        try:
            return notes.input("> ")
        except EOFError:
            _note(notes, "")
            return None
        except KeyboardInterrupt:
            _note(notes, "\n(/quit or Ctrl-D leaves)")


def _note(notes: Console, text: str, style: str = "dim") -> None:
    notes.print(text, style=style, markup=False, soft_wrap=True)


def _harmless(text: str) -> str:
    """Without control characters: what a model writes must not steer the terminal."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
