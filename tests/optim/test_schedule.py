"""The schedules: bounds, endpoints, and where they rise, stay and fall."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.errors import CoglingError
from cogling.optim.schedule import Schedule

fractions = st.floats(0, 1)


@st.composite
def schedules(draw) -> Schedule:
    warmup = draw(st.floats(0, 1, exclude_max=True))
    decay = draw(st.floats(0, 1 - warmup))
    return Schedule(draw(st.sampled_from(["cosine", "wsd", "constant"])), warmup, decay, draw(fractions))


@given(schedules(), fractions)
def test_the_factor_stays_between_0_and_1_and_above_final_after_warm_up(schedule, progress):
    factor = schedule.factor(progress)
    assert 0 <= factor <= 1
    if progress >= schedule.warmup:
        assert factor >= schedule.final - 1e-12


@given(schedules(), fractions, fractions)
def test_it_never_falls_in_warm_up_and_never_rises_after(schedule, one, other):
    early, late = sorted((one, other))
    if late < schedule.warmup:
        assert schedule.factor(early) <= schedule.factor(late)
    if early >= schedule.warmup:
        assert schedule.factor(early) >= schedule.factor(late) - 1e-12


@given(schedules())
def test_endpoints(schedule):
    assert schedule.factor(0) == (0 if schedule.warmup else pytest.approx(schedule.factor(1e-300)))
    falls = schedule.name == "cosine" or (schedule.name == "wsd" and schedule.decay > 0)
    assert schedule.factor(1) == pytest.approx(schedule.final if falls else 1, abs=1e-12)
    assert schedule.factor(1.5) == schedule.factor(1)


@pytest.mark.parametrize("name", ["cosine", "wsd", "constant"])
def test_warm_up_is_a_line_from_0_to_the_peak(name):
    schedule = Schedule(name, warmup=0.2, decay=0.5, final=0.1)
    assert [schedule.factor(p) for p in (0, 0.05, 0.1, 0.2)] == [0, 0.25, 0.5, 1]


def test_cosine_is_half_way_down_half_way_through():
    schedule = Schedule("cosine", warmup=0.2, final=0.1)
    assert schedule.factor(0.6) == pytest.approx(0.55)
    assert schedule.factor(0.4) == pytest.approx(0.1 + 0.9 * (1 + math.sqrt(0.5)) / 2)


def test_wsd_stays_at_the_peak_then_falls_as_one_minus_root():
    schedule = Schedule("wsd", warmup=0.1, decay=0.4, final=0.2)
    assert {schedule.factor(p) for p in (0.1, 0.3, 0.5, 0.6)} == {1.0}
    # A quarter of the way into the decay, 1 - sqrt(1/4) of it is left.
    assert schedule.factor(0.7) == pytest.approx(0.2 + 0.8 * 0.5)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "cosin"}, "did you mean 'cosine'"),
        ({"warmup": -0.1}, "warmup must be between 0 and 1, not -0.1"),
        ({"decay": math.nan}, "decay must be between 0 and 1, not nan"),
        ({"final": 2}, "final must be between 0 and 1, not 2"),
        ({"warmup": 1.0, "name": "cosine"}, "warmup of 1"),
        ({"warmup": 0.6, "decay": 0.5}, "together at most 1"),
    ],
)
def test_impossible_settings_are_refused(arguments, message):
    with pytest.raises(CoglingError, match=message):
        Schedule(**arguments)


@pytest.mark.parametrize("progress", [-0.01, math.nan])
def test_progress_before_the_start_is_refused(progress):
    with pytest.raises(CoglingError, match="progress must be"):
        Schedule().factor(progress)
