"""The shape of a decoder, and the dial that derives it from one number."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal

MixerName = Literal["attention", "average"]
PositionsName = Literal["none", "learned", "rope", "alibi"]
MlpName = Literal["gelu", "relu2", "swiglu"]

COUNTED = ("runs", "number_places", "line_places", "line_numbers")
"""What may be counted for a decoder (`cogling.model.counts`)."""


@dataclass(frozen=True, slots=True)
class DecoderConfig:
    """Everything that decides the shape and the maths of a decoder.

    window: how many tokens back (itself included) a mixer looks; 0 means all of them.
    kv_heads: groups of query heads share that many key and value heads (grouped-query attention).
    place_values: how many places of a number are told apart; 0: none. digits: the ids that are digits, where
    these or number_places are used.
    sharpen: where more tokens than that are in sight, attention is sharpened; 0: never.
    loops: how often the blocks are run, one after another; a trained model may be run with another number.
    runs, number_places, line_places, line_numbers: how many places in a run of equal tokens, in a number and
    in a line, and how many lines, are told apart by learned rows (`cogling.model.counts`); 0: none.
    widths, breaks: of each id, where these are used, its characters (after its last line break), and its line
    breaks; -1 breaks: a mark, after which lines are numbered anew.
    ngrams: how many rows tell pairs of tokens apart, and as many triples; 0: none.
    streaming_heads: how many key and value heads of each block, its first ones, look only `streaming_window`
    tokens back (`cogling.model.streaming`); empty: none.
    """

    vocab_size: int
    context: int
    depth: int
    width: int
    heads: int
    kv_heads: int
    head_width: int
    mlp_width: int
    loops: int = 1
    mixer: MixerName = "attention"
    positions: PositionsName = "rope"
    mlp: MlpName = "relu2"
    qk_norm: bool = True
    window: int = 0
    tied: bool = True
    rope_base: float = 10_000.0
    norm_eps: float = 1e-6
    place_values: int = 0
    digits: tuple[int, ...] = ()
    sharpen: int = 0
    runs: int = 0
    number_places: int = 0
    line_places: int = 0
    line_numbers: int = 0
    widths: tuple[int, ...] = ()
    breaks: tuple[int, ...] = ()
    ngrams: int = 0
    streaming_heads: tuple[int, ...] = ()
    streaming_window: int = 0

    def __post_init__(self) -> None:
        if self.heads % self.kv_heads:
            raise ValueError(f"heads ({self.heads}) must be a multiple of kv_heads ({self.kv_heads})")
        if self.positions == "rope" and self.head_width % 2:
            raise ValueError(f"head_width ({self.head_width}) must be even for rope")
        for name in (
            "vocab_size",
            "context",
            "depth",
            "width",
            "heads",
            "kv_heads",
            "head_width",
            "mlp_width",
            "loops",
        ):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1")
        if not 0 <= self.place_values <= 2 * self.width or self.place_values % 4:
            raise ValueError(f"place_values must be a multiple of 4, at most twice the width ({self.width})")
        if self.sharpen < 0 or self.sharpen == 1:
            raise ValueError("sharpen must be 0 or at least 2")
        for name in (*COUNTED, "ngrams"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be at least 0")
        if any(not 0 <= i < self.vocab_size for i in self.digits):
            raise ValueError(f"digits must be ids below vocab_size ({self.vocab_size})")
        for name in ("widths", "breaks"):
            if len(getattr(self, name)) not in (0, self.vocab_size):
                raise ValueError(f"{name} must be one number for each of {self.vocab_size} ids")
        if self.streaming_heads:
            if len(self.streaming_heads) != self.depth or self.streaming_window < 1:
                raise ValueError(
                    "streaming_heads must be one number a block, and streaming_window at least 1"
                )
            if any(not 0 <= n <= self.kv_heads for n in self.streaming_heads):
                raise ValueError(f"streaming_heads must be numbers up to kv_heads ({self.kv_heads})")
            if self.mixer != "attention" or self.positions == "alibi" or self.window:
                raise ValueError("streaming_heads are for attention without a window or linear biases")

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def parameters_without_embeddings(self) -> int:
        """Weights of the blocks and the last norm, as `Decoder` holds them."""
        if self.mixer == "average":
            mixer = 2 * self.width * self.width
        else:
            mixer = 2 * self.width * self.head_width * (self.heads + self.kv_heads)
            mixer += 2 * self.head_width if self.qk_norm else 0
        mlp = (3 if self.mlp == "swiglu" else 2) * self.width * self.mlp_width
        return self.depth * (mixer + mlp + 2 * self.width) + self.width

    @property
    def passes(self) -> int:
        """How many blocks a token goes through."""
        return self.loops * self.depth

    @property
    def parameters(self) -> int:
        tables = self.vocab_size * (1 if self.tied else 2)
        tables += sum(getattr(self, name) for name in COUNTED) + 2 * self.ngrams
        tables += self.context if self.positions == "learned" else 0
        return self.parameters_without_embeddings + tables * self.width

    def flops_per_token(self, length: int) -> int:
        """Training FLOPs per token, forward and backward, at a row length (2 per multiply-add, x3).

        Mixing is counted over half the row, since it is causal. Averaging has one product where attention
        has two, and no gradient to take for its fixed weights.
        """
        blocks = self.parameters_without_embeddings - self.width
        matrices = self.loops * blocks + self.width + self.vocab_size * self.width
        reach = min(length / 2, self.window or length)
        mixing = 4 * self.width if self.mixer == "average" else 12 * self.heads * self.head_width
        return round(6 * matrices + self.passes * reach * mixing)


def mlp_width_for(width: int, mlp: MlpName) -> int:
    """Hidden width of the MLP: 4x, or 8/3x in steps of 32 for the three-matrix SwiGLU."""
    return 32 * math.ceil(8 * width / 3 / 32) if mlp == "swiglu" else 4 * width


def head_width_for(width: int) -> int:
    """32 for small models, 64 from width 256 on."""
    return 64 if width >= 256 and width % 64 == 0 else 32


def shape_for(parameters: float) -> tuple[int, int]:
    """(depth, width) of a model with about that many parameters outside its embeddings.

    A block has 12 width^2 weights. Among widths in steps of 32 the pair is chosen that is nearest
    in size, with a mild pull towards width = 32 depth.
    """

    def cost(depth: int, width: int) -> float:
        size = abs(math.log(12 * depth * width**2 / parameters))
        return size + 0.15 * abs(math.log(width / (32 * depth)))

    choices = [(depth, width) for depth in range(1, 65) for width in range(32, 4097, 32)]
    return min(choices, key=lambda shape: cost(*shape))
