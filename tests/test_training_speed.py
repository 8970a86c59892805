"""`benchmarks/training_speed.py --recipe` measures a recipe's own step, and knows what it does not know."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


def test_a_recipes_step_is_a_figure_of_the_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.tiny import tiny, tiny_file

    monkeypatch.syspath_prepend(str(FOLDER))
    import training_speed

    recipe, out = tiny_file(tmp_path), tmp_path / "out.json"
    arguments = ["--quick", "--device", "cpu", "--recipe", str(recipe), "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["training_speed.py", *arguments])
    training_speed.main()
    (result,) = json.loads(out.read_text())["recipes"].values()
    assert result["tokens_per_step"] == 4 * 128
    config = tiny().decoder_config(400)
    assert result["flops_per_token"] == pytest.approx(config.flops_per_token(128), rel=0.2)
    median = result["tokens_per_second"]["median"]
    assert result["flops_per_second"] == pytest.approx(result["flops_per_token"] * median)
    assert result["how"] == "cpu, 1 thread, " + result["how"].split(", ", 2)[2]
    assert result["packing"] == "mask"
    assert result["share_of_peak"] is None  # nobody states the peak of a CPU


def test_peaks_are_those_of_dense_bfloat16(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    from training_speed import peak_of

    assert peak_of("NVIDIA H200") == peak_of("NVIDIA H100 80GB HBM3") == 989e12
    assert peak_of("NVIDIA H100 PCIe") == 756e12
    assert peak_of("NVIDIA A100-SXM4-80GB") == 312e12
    assert peak_of("NVIDIA GeForce RTX 4090") == 165e12
    assert peak_of("NVIDIA GeForce GTX 1080") is None
