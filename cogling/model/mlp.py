"""The MLPs: what a token makes of what it has taken in. One class each, registered in `MLPS`."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn.functional import gelu, relu, silu

from cogling.model.config import DecoderConfig


class Gelu(nn.Module):
    """down(gelu(up(x))), the MLP of GPT-2."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.up = nn.Linear(config.width, config.mlp_width, bias=False)
        self.down = nn.Linear(config.mlp_width, config.width, bias=False)

    def forward(self, x_BTD: Tensor) -> Tensor:
        return self.down(gelu(self.up(x_BTD)))


class SquaredRelu(Gelu):
    """down(relu(up(x))^2) (So et al. 2021, Primer): cheaper than GELU, as good or better in small models."""

    def forward(self, x_BTD: Tensor) -> Tensor:
        return self.down(relu(self.up(x_BTD)).square())


class SwiGlu(nn.Module):
    """down(silu(gate(x)) * up(x)) (Shazeer 2020), the MLP of Llama and Qwen."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.gate = nn.Linear(config.width, config.mlp_width, bias=False)
        self.up = nn.Linear(config.width, config.mlp_width, bias=False)
        self.down = nn.Linear(config.mlp_width, config.width, bias=False)

    def forward(self, x_BTD: Tensor) -> Tensor:
        return self.down(silu(self.gate(x_BTD)) * self.up(x_BTD))


MLPS: dict[str, type[nn.Module]] = {"gelu": Gelu, "relu2": SquaredRelu, "swiglu": SwiGlu}
