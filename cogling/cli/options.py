"""Arguments and options that several verbs share, said once."""

from __future__ import annotations

from typing import Annotated

import typer

Model = Annotated[str, typer.Argument(help="A model folder, a run folder, or a shipped model's name.")]
MaxTokens = Annotated[
    int | None, typer.Option(help="Most tokens of a reply. Default: to the end of the context.")
]
Temperature = Annotated[float, typer.Option(help="0 takes the likeliest token always.")]
TopK = Annotated[int, typer.Option(help="Draw from the k likeliest tokens; 0: from all.")]
TopP = Annotated[float, typer.Option(help="Draw from the likeliest tokens up to this share.")]
MinP = Annotated[float, typer.Option(help="Draw from tokens this likely relative to the best.")]
RepetitionPenalty = Annotated[float, typer.Option(help="Above 1: repeats become less likely.")]
Draws = Annotated[int, typer.Option(help="Another seed gives other draws.")]
Threads = Annotated[int | None, typer.Option(min=1, help="CPU threads. Default: 1.")]
Loops = Annotated[int | None, typer.Option(min=1, help="Runs of its blocks. Default: as trained.")]
