"""Beginning with the weights of another model instead of random ones."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import torch

from cogling.errors import CoglingError
from cogling.files import read_json
from cogling.model.decoder import Decoder
from cogling.model.enlarge import LARGER, enlarge, obstacles
from cogling.saved import load_model, resolve_model
from cogling.train.checkpoint import STATE


def begin_with(decoder: Decoder, model: str) -> str:
    """Gives the decoder the weights of another that is of its shape or smaller; says how it grew, if it did.

    How far its heads look is left as the decoder has it. Raises CoglingError where its shape is another one,
    or larger.
    """
    return _begin_with(decoder, load_model(model).decoder, model)


def _begin_with(decoder: Decoder, old: Decoder, model: str) -> str:
    ours, theirs = decoder.config.to_dict(), old.config.to_dict()
    if found := obstacles(old.config, decoder.config):
        parts = ", ".join(f"{key} {theirs[key]} (here {ours[key]})" for key in found)
        raise CoglingError(f"train.start: the model {model} has another shape: {parts}; change the recipe's")
    enlarge(old, decoder)
    return ", ".join(f"{key} {theirs[key]} to {ours[key]}" for key in LARGER if ours[key] != theirs[key])


def averaged_with(decoder: Decoder, models: Sequence[str]) -> Decoder:
    """A decoder whose weights are the mean of this one's and those of others, of its shape or smaller.

    They should lie on one path of training, such as a run and the model that it began with: what the rate had
    not settled yet averages out (Izmailov et al. 2018, stochastic weight averaging). Raises CoglingError as
    `begin_with` does, and where other heads are streaming ones: they stand in another order then.
    """
    mean, grown = copy.deepcopy(decoder), [copy.deepcopy(decoder) for _ in models]
    ours = decoder.config.streaming_heads
    for other, model in zip(grown, models, strict=True):
        old = load_model(model).decoder
        if (theirs := old.config.streaming_heads) != ours:
            raise CoglingError(
                f"the model {model} has other streaming heads ({list(theirs)}, here {list(ours)}), and with "
                "them its heads in another order: average models that were trained with the same ones"
            )
        _begin_with(other, old, model)
    weights = [other.state_dict() for other in (decoder, *grown)]
    mean.load_state_dict({key: torch.stack([each[key] for each in weights]).mean(0) for key in weights[0]})
    return mean


def reached_by(model: str) -> dict[str, tuple[int, float]]:
    """The rung of the curriculum that each task had reached, and its competence there.

    Empty where they do not stand beside the model.
    """
    folder = resolve_model(model)
    if not (folder / STATE).exists():
        return {}
    curriculum = read_json(folder / STATE)["curriculum"]
    names = curriculum.get("names", [])  # runs begun by earlier code have none
    competence = curriculum.get("competence", [0.0] * len(names))  # models shipped by earlier code have none
    return dict(zip(names, zip(curriculum["rungs"], competence, strict=False), strict=False))
