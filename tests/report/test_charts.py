"""The SVG charts: finite numbers only, whatever goes in."""

from __future__ import annotations

import html
import json
import math
import re
import xml.etree.ElementTree as ElementTree

import pytest

from cogling.report.axes import Scale, extent, log_ticks, nice_bounds, nice_ticks, smooth, thin
from cogling.report.bars import Bar, Group, Strip, bar_chart, strip_chart
from cogling.report.chart import Mark, Series, line_chart
from cogling.report.svg import EMPTY
from cogling.report.words import count, duration, listing, percent

BAD = re.compile(r"\b(nan|inf|infinity)\b", re.IGNORECASE)


def lines(x, y, **more) -> str:
    return line_chart([Series("loss", x, y)], label="loss", x_name="steps", **more)


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    "y",
    [
        [1.0, 2.0, 3.0],
        [math.nan, 2.0, math.inf],
        [2.0, math.nan, -math.inf],
        [1e-30, 1e30, 5.0],
        [0.0, 0.0, 0.0],
        [-1.0, 3.0, 2.0],
        [1e9, 1e9, 1e9 + 1e-6],
    ],
)
def test_a_line_chart_is_well_formed_and_free_of_non_finite_numbers(y, log):
    svg = lines(
        [10, 20, 30], y, log=log, ends=True, marks=[Mark(20, "a <b> happened")], reference=(0.05, "bar")
    )
    assert not BAD.search(svg)
    ElementTree.fromstring(svg)


def test_a_single_point_is_a_dot_and_no_point_a_note():
    assert '<circle class="dot c1"' in lines([500], [0.7])
    for x, y in (([], []), ([1], [math.nan])):
        assert lines(x, y) == EMPTY


def test_a_gap_breaks_the_line():
    svg = lines([1, 2, 3, 4, 5], [1, 2, math.nan, 4, 5])
    assert svg.count("<polyline") == 2


def test_tooltip_data_is_json_of_the_finite_points():
    svg = line_chart([Series('a "b" <c>', [1, 2, 3], [1, math.nan, 3])], label="x", x_name="steps")
    data = json.loads(html.unescape(re.search(r'data-series="([^"]*)"', svg)[1]))
    assert data[0]["name"] == 'a "b" <c>'
    assert [point[1:] for point in data[0]["points"]] == [["1 steps", "1"], ["3 steps", "3"]]


def test_bars_and_strips_are_well_formed():
    bars = [Bar(0.0, 0.0, 0.02, "none"), Bar(1.0, 0.98, 1.0, "<all>")]
    svg = bar_chart([Group("a & b", bars)], label="scores")
    ElementTree.fromstring(svg)
    assert svg.count('class="whisker"') == 2
    assert bar_chart([], label="scores") == EMPTY
    strips = [Strip("a", [10, 20], [math.nan, 3.0], "3", "a: 3"), Strip("b", [], [], "", "b")]
    svg = strip_chart(strips, label="rungs", highest=3.0)
    ElementTree.fromstring(svg)
    assert not BAD.search(svg)


def test_ticks_are_round_and_inside():
    assert nice_ticks(0, 1) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert nice_ticks(3, 48) == [10, 20, 30, 40]
    assert nice_bounds(3, 48) == (0, 50)
    assert log_ticks(0.15, 3) == pytest.approx([0.2, 0.5, 1, 2])
    assert len(log_ticks(1e-12, 1e12)) <= 7
    for low, high in ((0.1, 0.7), (-3, 12), (1e-9, 2e-9), (1e6, 9e7)):
        ticks = nice_ticks(low, high)
        assert 2 <= len(ticks) <= 6
        assert all(low - 1e-12 <= tick <= high * (1 + 1e-9) for tick in ticks)


def test_scales_clamp_and_invert_pixels():
    assert Scale(0, 10, 100, 0)(2.5) == 75
    assert Scale(1, 100, 0, 100, log=True)(10) == pytest.approx(50)
    assert Scale(1, 100, 0, 100, log=True)(-4) == 0
    assert extent([5.0, 5.0]) == (2.5, 7.5)


def test_thinning_keeps_spikes_and_the_last_point():
    y = [1.0] * 5000
    y[1234] = 50.0
    y[4321] = math.nan
    x, kept = thin(range(5000), y)
    assert len(kept) <= 242
    assert 50.0 in kept
    assert x[-1] == 4999
    assert thin([1, 2], [3, 4]) == ([1, 2], [3, 4])


def test_smoothing_is_unbiased_at_the_start_and_skips_gaps():
    assert smooth([2.0, 2.0, math.nan, 2.0], 10) == pytest.approx([2.0, 2.0, 2.0, 2.0])
    assert smooth([1.0, 5.0], 1) == [1.0, 5.0]


def test_numbers_are_said_as_people_say_them():
    assert [count(n) for n in (950, 12_345, 999_960, 41_000_000, 2.5e9)] == [
        "950",
        "12.3K",
        "1M",
        "41M",
        "2.5B",
    ]
    assert [duration(s) for s in (4.25, 48, 272, 12_000)] == ["4.2 s", "48 s", "4 min 32 s", "3 h 20 min"]
    assert [percent(p) for p in (0, 0.012, 0.81, 0.996, 1)] == ["0%", "1.2%", "81%", "99.6%", "100%"]
    assert listing(["a", "b", "c"]) == "a, b and c"
