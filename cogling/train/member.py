"""A process of a crew (`cogling.train.crew`): computes the gradients of the rows on its desk."""

from __future__ import annotations

from pathlib import Path

import torch

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.model.decoder import Decoder
from cogling.processes import asked, say, serve
from cogling.train.compute import Compute, chunked
from cogling.train.crew import desk


def main() -> None:
    messages = asked()
    start = next(messages)
    recipe = Recipe.model_validate(start["recipe"])
    decoder = Decoder(recipe.decoder_config(start["vocab_size"], **start["tokens"]))
    mine = desk(Path(start["folder"]), start["number"], recipe, decoder)
    say({"ready": True})
    compute = Compute(recipe, decoder, member=True)
    parameters: list[torch.Tensor] = list(decoder.parameters())
    for request in messages:
        try:
            with torch.no_grad():
                torch._foreach_copy_(parameters, mine.weights)
            losses, wrong_BT = compute.pass_over(
                request["stage"], chunked(mine.rows(), recipe.train.accumulate)
            )
        except CoglingError as error:
            say({"error": str(error)})
            continue
        for parameter, gradient in zip(parameters, mine.gradients, strict=True):
            gradient.zero_() if parameter.grad is None else gradient.copy_(parameter.grad)
            parameter.grad = None
        mine.losses.copy_(torch.tensor(losses))
        mine.wrong.copy_(wrong_BT)
        say({"notes": compute.notes})
        compute.notes = []


if __name__ == "__main__":
    serve(main)
