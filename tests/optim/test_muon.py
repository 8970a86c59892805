"""Muon against torch.optim.Muon, and what the orthogonalisation does."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cogling.errors import CoglingError
from cogling.optim.muon import Muon, iteration_dtype, orthogonalise_

# Two matrices of one shape, its transpose, a square one and a vector-like one.
SHAPES = [(8, 24), (24, 8), (8, 24), (16, 16), (1, 12)]


def matrices(seed: int, shapes: list[tuple[int, int]] = SHAPES) -> list[Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]


def give_gradients(params: list[Tensor], seed: int) -> None:
    for p, gradient in zip(params, matrices(seed), strict=True):
        p.grad = gradient.detach()


def torch_in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """torch.optim.Muon always iterates in bfloat16; this makes that cast one to float32."""
    monkeypatch.setattr(torch.Tensor, "bfloat16", lambda t: t.float().clone())


@pytest.mark.parametrize("adjust", ["match_rms_adamw", "original"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_six_steps_equal_torch(adjust, dtype, monkeypatch):
    ours, theirs = matrices(0), matrices(0)
    muon = Muon(ours, 0.02, momentum=0.9, weight_decay=0.3, adjust=adjust, iteration_dtype=dtype)
    reference = torch.optim.Muon(theirs, lr=0.02, momentum=0.9, weight_decay=0.3, adjust_lr_fn=adjust)
    if dtype == torch.float32:
        torch_in_float32(monkeypatch)
    for step in range(6):
        for params, optimizer in ((ours, muon), (theirs, reference)):
            give_gradients(params, 100 + step)
            optimizer.param_groups[0]["lr"] = 0.02 / (1 + step)
            optimizer.step()
    # An entry moves by about 0.004 a step. Bit-equal in bfloat16 where oneDNN has AMX; elsewhere sums may
    # be rounded in another order.
    tolerance = 2e-7 if dtype == torch.float32 else 5e-4
    for p, q in zip(ours, theirs, strict=True):
        torch.testing.assert_close(p, q, rtol=1e-6, atol=tolerance)
        torch.testing.assert_close(
            muon.state[p]["momentum"], reference.state[q]["momentum_buffer"], rtol=0, atol=0
        )


@pytest.mark.parametrize("shape", [(2, 16, 48), (2, 48, 16), (3, 16, 16)])
def test_singular_values_end_near_one(shape):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    u, s, vh = torch.linalg.svd(x, full_matrices=False)
    # A square Gaussian matrix has singular values near 0, which five steps cannot lift.
    x = u @ torch.diag_embed(s.clamp(min=0.5)) @ vh
    y = orthogonalise_(x.clone())
    values = torch.linalg.svdvals(y)
    assert values.min() > 0.6
    assert values.max() < 1.3
    # Only the singular values change: u and v stay, so u^T y v is diagonal.
    rotated = u.mT @ y @ vh.mT
    off_diagonal = rotated - torch.diag_embed(rotated.diagonal(dim1=1, dim2=2))
    assert off_diagonal.abs().max() < 1e-4


def test_a_matrix_does_not_depend_on_what_it_is_stacked_with():
    x = torch.randn(4, 32, 64, generator=torch.Generator().manual_seed(2))
    together = orthogonalise_(x.clone())
    alone = torch.cat([orthogonalise_(x[i : i + 1].clone()) for i in range(4)])
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-6)


def test_equal_gradients_give_bit_equal_weights():
    runs = []
    for _ in range(2):
        params = matrices(3)
        muon = Muon(params, 0.02)
        for step in range(3):
            give_gradients(params, step)
            muon.step()
        runs.append(params)
    assert all(torch.equal(p, q) for p, q in zip(*runs, strict=True))


def test_a_zero_gradient_moves_nothing():
    (p,) = matrices(4, [(4, 6)])
    before = p.detach().clone()
    p.grad = torch.zeros_like(p)
    Muon([p], 0.1).step()
    assert torch.equal(p, before)


def test_a_parameter_without_gradient_is_left_alone():
    params = matrices(5)
    before = [p.detach().clone() for p in params]
    give_gradients(params, 6)
    params[0].grad = None
    Muon(params, 0.1, weight_decay=0.5).step()
    assert torch.equal(params[0], before[0])
    assert not torch.equal(params[2], before[2])


def test_bfloat16_only_where_the_hardware_multiplies_in_it(monkeypatch):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"cpu_name": "AMD EPYC"})
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
    assert iteration_dtype(torch.device("cpu")) == torch.float32
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    assert iteration_dtype(torch.device("cpu")) == torch.bfloat16
    assert iteration_dtype(torch.device("cuda")) == torch.bfloat16
    assert iteration_dtype(torch.device("mps")) == torch.float32


def test_a_vector_and_an_unknown_adjustment_are_refused():
    with pytest.raises(CoglingError, match=r"shape \(3,\) is no matrix"):
        Muon([torch.zeros(3, requires_grad=True)], 0.1)
    with pytest.raises(CoglingError, match="did you mean 'original'"):
        Muon(matrices(0), 0.1, adjust="orginal")
