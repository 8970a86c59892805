import math

import pytest

from cogling.evaluate.intervals import share, wilson

CASES = [(k, n) for n in (1, 2, 7, 40, 200) for k in {0, 1, n // 3, n // 2, n - 1, n} if 0 <= k <= n]


def by_bisection(k: int, n: int, z: float, upper: bool) -> float:
    """Wilson's definition itself: the share p whose own normal interval just reaches k/n."""
    low, high = (k / n, 1.0) if upper else (0.0, k / n)
    for _ in range(200):
        middle = (low + high) / 2
        outside = abs(k / n - middle) > z * math.sqrt(middle * (1 - middle) / n)
        if outside == upper:
            high = middle
        else:
            low = middle
    return (low + high) / 2


@pytest.mark.parametrize(("k", "n"), CASES)
def test_wilson_solves_its_defining_equation(k: int, n: int) -> None:
    low, high = wilson(k, n)
    assert low == pytest.approx(by_bisection(k, n, 1.959963984540054, upper=False), abs=1e-9)
    assert high == pytest.approx(by_bisection(k, n, 1.959963984540054, upper=True), abs=1e-9)


def test_wilson_gives_the_published_figures() -> None:
    """Newcombe 1998, table I, method 3."""
    assert [round(x, 4) for x in wilson(81, 263)] == [0.2553, 0.3662]
    assert [round(x, 4) for x in wilson(15, 148)] == [0.0624, 0.1605]
    assert [round(x, 4) for x in wilson(0, 20)] == [0.0, 0.1611]
    assert [round(x, 4) for x in wilson(1, 29)] == [0.0061, 0.1718]


@pytest.mark.parametrize("n", [1, 3, 88, 200, 10_000])
def test_none_and_all_reach_the_ends_exactly(n: int) -> None:
    assert wilson(0, n)[0] == 0.0
    assert wilson(n, n)[1] == 1.0
    assert 0 < wilson(0, n)[1] < 1
    assert 0 < wilson(n, n)[0] < 1


def test_nothing_out_of_nothing_tells_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert share(0, 0) == 0.0


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5)])
def test_more_than_all_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        wilson(k, n)
