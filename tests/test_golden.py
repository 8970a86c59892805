"""The replies of a tiny trained checkpoint, to the letter: a change from tokenizer to engine shows here.

Made by: cogling train tests/golden/recipe.yaml --out RUN, then its best checkpoint's model files copied here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import cogling

GOLDEN = Path(__file__).parent / "golden"
REPLIES = {
    "Evaluate ( True and not False )": "<|think|>= ( True and True )\n= True<|/think|>True",
    "Evaluate ( ( False or True ) and False )": "<|think|>= ( True and False )\n= False<|/think|>False",
    "Evaluate not ( True or False )": "<|think|>= not True\n= False<|/think|>False",
}


@pytest.mark.parametrize("batch_size", [1, 3])
def test_greedy_replies_of_the_golden_checkpoint_are_what_they_were(batch_size: int) -> None:
    model = cogling.load(GOLDEN)
    replies = model.generate(list(REPLIES), batch_size=batch_size, max_tokens=120)
    assert [reply.text for reply in replies] == list(REPLIES.values())


def test_the_golden_checkpoint_streams_what_it_generates() -> None:
    model = cogling.load(GOLDEN)
    for question, text in REPLIES.items():
        assert "".join(piece.text for piece in model.stream(question)) == text
