"""Finds the heads of a model that need not look far back, for a cache that is faster to read.

    python scripts/streaming_heads.py runs/reason-3m --out heads.json
    python scripts/ship.py runs/reason-3m reason --streaming heads.json

Reads new questions with their worked replies (hard ones of gym tasks) with one head after the other kept to
the last tokens (`cogling.evaluate.streaming`). Those that the loss does not need are written to the file,
with what all of them together do to it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from cogling.errors import CoglingError
from cogling.evaluate.questions import questions
from cogling.evaluate.run import SEED
from cogling.evaluate.streaming import Text, chosen, each_head, loss_by_task, ratio
from cogling.evaluate.teacher_forced import encode_worked
from cogling.files import write_json
from cogling.hashing import fix_hashes
from cogling.model.streaming import with_streaming
from cogling.recipes import load_recipe
from cogling.saved import RECIPE, load_model
from cogling.tasks.gym import PREFIX


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument(
        "tasks", nargs="*", metavar="TASK", help="those of the model's recipe where not given"
    )
    parser.add_argument("--window", type=int, default=256, help="tokens that a streaming head sees")
    parser.add_argument("--n", type=int, default=1, help="questions of each task")
    parser.add_argument("--most", type=float, default=1.02, help="what one head may multiply the loss by")
    parser.add_argument("--out", type=Path, required=True)
    settings = parser.parse_args()
    try:
        find(settings)
    except CoglingError as error:
        raise SystemExit(f"error: {error}") from None


def find(settings: argparse.Namespace) -> None:
    saved = load_model(settings.model)
    names = settings.tasks or load_recipe(str(saved.folder / RECIPE), []).data.task_names()
    texts: list[Text] = []
    for name in names:
        asked = questions(name, "hard" if name.startswith(PREFIX) else "iid", SEED, settings.n)
        found = [encode_worked(saved.tokenizer, one, saved.decoder.config.context) for one in asked]
        texts += [Text(name, *encoded) for encoded in found if encoded]
    if not texts:
        raise CoglingError("no worked reply of these tasks fits the model's context; name others")
    print(f"{len(texts)} replies of {sum(len(text.reply) for text in texts):,} tokens", flush=True)
    cost = {}
    for block, head, times in each_head(saved.decoder, texts, settings.window):
        cost[block, head] = times
        print(f"block {block}, head {head}: loss x {times:.3f}", flush=True)
    heads = chosen(cost, saved.decoder.config.depth, settings.most)
    together = with_streaming(saved.decoder, heads, settings.window)
    times = ratio(loss_by_task(together, texts), loss_by_task(saved.decoder, texts))
    print(f"{sum(map(len, heads))} of {len(cost)} heads together: loss x {times:.3f}")
    write_json(settings.out, {"window": settings.window, "heads": heads, "loss_ratio": times})


if __name__ == "__main__":
    fix_hashes()
    main()
