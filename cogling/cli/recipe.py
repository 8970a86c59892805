"""`cogling recipe`: the recipes that come with Cogling, and what one works out to."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Show recipes, with every derived value.", no_args_is_help=True)


@app.command("list")
def list_recipes() -> None:
    """The recipes that come with Cogling."""
    from cogling.recipes import load_recipe, names

    for name in names():
        typer.echo(f"{name:<12} {load_recipe(name).summary}")


@app.command()
def show(
    recipe: Annotated[str, typer.Argument(help="A recipe file, or a shipped one.")],
    overrides: Annotated[list[str] | None, typer.Argument(help="Changes, as model.size=3M.")] = None,
) -> None:
    """Print a recipe resolved, and what follows from it: parameters, FLOPs, tokens, memory."""
    from cogling.plan import plan
    from cogling.recipes import load_recipe, to_yaml

    resolved = load_recipe(recipe, overrides or [])
    typer.echo(to_yaml(resolved))
    typer.echo("# derived")
    for name, value in plan(resolved).items():
        typer.echo(f"# {name}: {value}")
