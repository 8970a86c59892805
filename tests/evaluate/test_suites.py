import pytest

from cogling.errors import CoglingError
from cogling.evaluate.suites import SUITES, tasks_of
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.base import LEVELS


def test_quick_has_at_least_eight_tasks_of_all_levels() -> None:
    names = tasks_of("quick")
    assert len(set(names)) == len(names) >= 8
    assert {get_task(name).level for name in names} == set(LEVELS)


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_a_suite(level: str) -> None:
    names = tasks_of(level)
    assert len(names) >= 4
    assert {get_task(name).level for name in names} == {level}


def test_all_is_every_task() -> None:
    assert tasks_of("all") == list(REGISTRY)


def test_no_suite_has_the_name_of_a_task() -> None:
    assert not set(SUITES) & set(REGISTRY)


def test_a_list_may_mix_tasks_and_suites_and_names_each_once() -> None:
    assert tasks_of("order, addition,order") == ["order", "addition"]
    assert tasks_of("boolean,basic") == ["boolean", *(n for n in tasks_of("basic") if n != "boolean")]


@pytest.mark.parametrize(
    ("suite", "said"),
    [("quik", "did you mean 'quick'"), ("adition", "did you mean 'addition'"), ("addition,bas", "'bas'")],
)
def test_an_unknown_name_is_an_error_with_the_nearest(suite: str, said: str) -> None:
    with pytest.raises(CoglingError, match=said):
        tasks_of(suite)


@pytest.mark.parametrize("suite", ["", " , "])
def test_no_name_at_all_is_an_error(suite: str) -> None:
    with pytest.raises(CoglingError, match="names no task"):
        tasks_of(suite)
