"""Lion against the formulas of its paper (Algorithm 2) in float64."""

from __future__ import annotations

import numpy as np
import torch

from cogling.optim.lion import Lion

RATE, BETA1, BETA2, DECAY = 0.01, 0.9, 0.99, 0.2


def test_five_steps_equal_the_paper():
    rng = np.random.default_rng(0)
    start, gradients = rng.normal(size=(3, 5)), rng.normal(size=(5, 3, 5))
    p = torch.tensor(start, requires_grad=True)
    lion = Lion([p], RATE, betas=(BETA1, BETA2), weight_decay=DECAY)
    theta, m = start.copy(), np.zeros_like(start)
    for g in gradients:
        p.grad = torch.tensor(g)
        lion.step()
        c = BETA1 * m + (1 - BETA1) * g
        theta = theta - RATE * (np.sign(c) + DECAY * theta)
        m = BETA2 * m + (1 - BETA2) * g
    np.testing.assert_allclose(p.detach().numpy(), theta, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(lion.state[p]["momentum"].numpy(), m, rtol=1e-12, atol=1e-14)


def test_a_parameter_without_gradient_is_left_alone():
    p, q = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    q.grad = torch.tensor([1.0, -1.0])
    Lion([p, q], 0.25, weight_decay=0.5).step()
    assert p.tolist() == [1.0, 1.0]
    assert q.tolist() == [0.625, 1.125]
