"""How fast replies are written, greedily: one at a time, 32 at a time, and 64 against loops without a cache.

MODEL is a model folder or a run, whose replies end where the model ends them. Without one, a decoder of
random weights (--size) writes a fixed number of tokens to every prompt. The two loops without a cache read
the whole text again for every token: (a) prompt by prompt, (b) all prompts at once. All three must write
the same tokens; a reply may differ only where two logits are equal but for rounding, and it is counted.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from common import finish, parser, spread

from cogling.generate.engine import Engine
from cogling.generate.sampling import Sampling
from cogling.model.decoder import Decoder
from cogling.recipes import load_recipe
from cogling.saved import load_model
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.sample import draw
from cogling.text.tokenizer import Tokenizer
from cogling.train.run import make_tokenizer

PROMPTS = 64
BAR = 10.0
Replies = list[list[int]]


def random_model(size: str) -> tuple[Decoder, Tokenizer]:
    """A decoder that never ends a reply: its end token has an embedding of zeros, hence a logit of zero."""
    recipe = load_recipe("v3", [f"model.size={size}", "tokenizer.samples=50"])
    tokenizer = make_tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(tokenizer.vocab_size)).eval()
    generator = torch.Generator().manual_seed(1)
    decoder.init_weights(generator)
    with torch.no_grad():
        for name, weight in decoder.named_parameters():
            if name.endswith(("output.weight", "down.weight", "head.weight")):
                weight.normal_(std=0.02, generator=generator)
        (decoder.embedding.weight if decoder.config.tied else decoder.head.weight)[tokenizer.end_id] = 0
    return decoder, tokenizer


def ended(reply: list[int], tokenizer: Tokenizer, limit: int) -> bool:
    return len(reply) >= limit or (bool(reply) and reply[-1] == tokenizer.end_id)


def one_by_one(decoder: Decoder, tokenizer: Tokenizer, prompts: Replies, limit: int) -> Replies:
    """(a): for each prompt, for each token, the whole text through the decoder."""
    replies = []
    for prompt in prompts:
        reply: list[int] = []
        while not ended(reply, tokenizer, limit):
            hidden_BTD = decoder.hidden(torch.tensor([prompt + reply]))
            reply.append(int(decoder.logits(hidden_BTD[:, -1]).argmax()))
        replies.append(reply)
    return replies


def all_at_once(decoder: Decoder, tokenizer: Tokenizer, prompts: Replies, limit: int) -> Replies:
    """(b): for each token, all texts that are not finished through the decoder, padded on the left."""
    replies: Replies = [[] for _ in prompts]
    while rows := [row for row, reply in enumerate(replies) if not ended(reply, tokenizer, limit)]:
        texts = [prompts[row] + replies[row] for row in rows]
        longest = max(map(len, texts))
        pads = [longest - len(text) for text in texts]
        padded = [[tokenizer.pad_id] * pad + text for pad, text in zip(pads, texts, strict=True)]
        columns_BT = torch.arange(longest).expand(len(rows), longest)
        starts_B1 = torch.tensor(pads)[:, None]
        documents_BT = (columns_BT >= starts_B1).long()
        positions_BT = columns_BT - starts_B1 * documents_BT
        hidden_BTD = decoder.hidden(torch.tensor(padded), positions_BT, documents_BT)
        for row, token in zip(rows, decoder.logits(hidden_BTD[:, -1]).argmax(-1).tolist(), strict=True):
            replies[row].append(token)
    return replies


def timed(write: Callable[[], Replies]) -> tuple[float, Replies]:
    """(tokens a second, the replies)."""
    start = time.perf_counter()
    replies = write()
    return sum(map(len, replies)) / (time.perf_counter() - start), replies


def main() -> None:
    options = parser(__doc__ or "")
    options.add_argument("model", nargs="?", help="a model folder or a run; random weights without it")
    options.add_argument("--size", default="0.8M", help="of the random model (default: 0.8M)")
    options.add_argument("--tokens", type=int, help="most tokens of a reply (default: 64, or 256 for MODEL)")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--threads", type=int, default=1)
    given = options.parse_args()
    count, rounds, size = PROMPTS, given.rounds, given.size
    limit = given.tokens or (256 if given.model else 64)
    if given.quick:
        count, rounds, size, limit = 8, 1, "50K", 8
    torch.set_num_threads(given.threads)
    if given.model:
        saved = load_model(given.model)
        decoder, tokenizer = saved.decoder, saved.tokenizer
    else:
        decoder, tokenizer = random_model(size)
    engine = Engine(decoder, tokenizer, given.threads)
    names = list(REGISTRY)
    questions = [draw(get_task(names[i % len(names)]), "iid", 7, i).question for i in range(count)]
    prompts = [tokenizer.encode_prompt(question) for question in questions]
    limit = min(limit, engine.context - max(map(len, prompts)))
    sampling = Sampling(max_tokens=limit)

    def by_engine(number: int, batch_size: int) -> Replies:
        return [reply.tokens for reply in engine.generate(questions[:number], sampling, batch_size)]

    ways: dict[str, Callable[[], Replies]] = {
        "Cogling, batch 1": lambda: by_engine(8, 1),
        "Cogling, batch 32": lambda: by_engine(32, 32),
        f"Cogling, {count} prompts": lambda: by_engine(count, count),
        f"(b) no cache, {count} at once": lambda: all_at_once(decoder, tokenizer, prompts, limit),
        "(a) no cache, one by one": lambda: one_by_one(decoder, tokenizer, prompts, limit),
    }
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    replies: dict[str, Replies] = {}
    with torch.inference_mode():
        by_engine(count, count)
        for _ in range(rounds):
            for name, write in ways.items():
                speed, replies[name] = timed(write)
                speeds[name].append(speed)

    *_, batched, at_once, single = ways
    found = {name: spread(values) for name, values in speeds.items()}
    ratios = {
        name: spread([a / b for a, b in zip(speeds[batched], speeds[name], strict=True)])
        for name in (at_once, single)
    }
    same = {
        name: sum(a == b for a, b in zip(replies[batched], replies[name], strict=True)) for name in ratios
    }
    rows = []
    for name, values in found.items():
        told = ["", "", "", ""]
        if name in ratios:
            ratio = ratios[name]["median"]
            met = "met" if ratio >= BAR else "MISSED"
            told = [f"{ratio:.1f}x", f"{same[name]} of {count}"]
            told += [f"{BAR:g}x", "" if given.quick else met] if name == single else ["", ""]
        rows.append([name, f"{values['median']:,.0f}", *told])
    tokens = sum(map(len, replies[batched])) / count
    results: dict[str, Any] = {
        "model": given.model or f"random weights, {size}",
        "parameters": decoder.config.parameters,
        "prompts": count,
        "tokens_per_reply": tokens,
        "tokens_per_second": found,
        "speed_over": ratios,
        "same_replies": same,
        "bar": {single: BAR},
        "rounds": rounds,
    }
    title = (
        f"Greedy decoding, {decoder.config.parameters:,} parameters\n"
        f"median of {rounds}, {tokens:.0f} tokens a reply, fp32"
    )
    columns = ("way", "tokens/s", f"{count} prompts\nare faster by", "same\nreplies", "bar", "")
    finish(title, columns, rows, {"decode_speed": results}, given)


if __name__ == "__main__":
    main()
