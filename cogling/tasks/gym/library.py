"""reasoning-gym behind a few functions: settings, questions, scores. The only file that imports it.

Question number `number` of a task is a function of the task's parameters and the number alone. The library
seeds item i of a data set with `seed + i`; one endless data set a setting, asked for items whose numbers are
hashes, gives questions that never repeat because two seeds lie close.
"""

from __future__ import annotations

import contextlib
import dataclasses
import decimal
import io
import json
import math
import random
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Any, Literal

from cogling.errors import CoglingError
from cogling.tasks.gym.safety import safe

Params = dict[str, Any]
Entry = dict[str, Any]
"""The library's own: "question", "answer" and "metadata"."""

SETTINGS: tuple[Literal["easy", "hard"], ...] = ("easy", "hard")
PUBLISHED_SEED, PUBLISHED_SIZE = 45, 50
"""Of the published evaluation (open-thought/reasoning-gym-eval)."""

STEPS = 3
"""Steps in difficulty from the easy to the hard setting."""

_PRECISION = 28
"""Python's own decimal precision, which the library's questions are to be made with."""
_PUBLISHED_PRECISION = {"decimal_chain_sum": 10}
"""What another task had set in the process that made the published questions."""

_ENDLESS = 1 << 62
_LARGEST_TERM = 10**9
"""Of a number sequence on its way; whole sequences beyond 1,000 are refused by the library."""
_MOST_DRAWS = 100_000
"""Of one item of arc_1d; some hundreds are usual."""

_SETS = {"acre": PUBLISHED_SIZE, "list_functions": PUBLISHED_SIZE}
"""Tasks that draw all items, or their kinds, when a data set is made: sets of so many, each with its seed.

In a set of one the kind would be drawn from the item's own seed, and show in the item's first numbers.
"""
_WIDE = 20
"""Ranges whose ends differ by more than this factor are divided geometrically."""


@cache
def levels() -> dict[str, dict[str, Any]]:
    """Each task's level and category, and for each setting its parameters and published scores."""
    return json.loads(resources.files("cogling.tasks.gym").joinpath("levels.json").read_text("utf-8"))


@cache
def datasets() -> dict[str, Any]:
    """The library's data sets by name. Raises CoglingError where it is not installed."""
    try:
        import reasoning_gym as _  # noqa: F401 - importing it fills the table
        from reasoning_gym.arc import arc_1d
        from reasoning_gym.arithmetic import basic_arithmetic
        from reasoning_gym.cognition.number_sequences import PatternRule
        from reasoning_gym.factory import DATASETS
    except ImportError:
        raise CoglingError(
            "the gym tasks need the library reasoning-gym; install it with: pip install 'cogling[gym]'"
        ) from None
    PatternRule.apply = _bounded(PatternRule.apply)
    arc_1d.Random = _Bounded  # one of its generators looks for a tenth colour among nine
    basic_arithmetic.find_common_divisors = common_divisors
    return DATASETS


def common_divisors(a: int, b: int) -> list[int]:
    """Those of two numbers, each that is below the root of the greatest followed by its counterpart.

    The library tries all numbers up to the root, which takes hours where it divides a product of 20 digits.
    """
    from sympy import divisors

    greatest = math.gcd(a, b)
    pairs = [(i, greatest // i) for i in divisors(greatest) if i * i <= greatest]
    return [divisor for low, high in pairs for divisor in ([low] if low == high else [low, high])]


class _Bounded(random.Random):
    """Raises RuntimeError after so many draws that the generator will never end."""

    draws = 0

    def getrandbits(self, k: int, /) -> int:
        self.draws += 1
        if self.draws > _MOST_DRAWS:
            raise RuntimeError("a generator of the library that does not end")
        return super().getrandbits(k)


def _bounded(apply: Any) -> Any:
    """One in a thousand of its number sequences squares itself for hours before it is found too large.

    An OverflowError is what the generator expects of such a rule; the next one is tried, as without it.
    """

    def bounded(rule: Any, sequence: list[int], position: int) -> int:
        if abs(sequence[position]) > _LARGEST_TERM:
            raise OverflowError
        return apply(rule, sequence, position)

    return bounded


def setting(task: str, name: str) -> Params:
    """The parameters of the easy or hard setting of the published evaluation."""
    of_task = levels()[task]
    if name not in of_task:
        raise CoglingError(f"task 'gym.{task}' has no setting '{name}' in the published evaluation")
    return dict(of_task[name]["params"])


@cache
def params_at(task: str, step: int) -> str:
    """Parameters between easy (0) and hard (`STEPS`), as JSON.

    Numbers move from the one to the other, the rest changes over half-way. Where the library refuses a
    mixture, the nearer of the two settings is taken.
    """
    easy, hard = setting(task, "easy"), setting(task, "hard" if "hard" in levels()[task] else "easy")
    share = step / STEPS
    if share in (0, 1):
        return json.dumps(hard if share else easy)
    defaults = {field.name: field.default for field in dataclasses.fields(datasets()[task][1])}
    mixed: Params = {}
    for name, last in hard.items():
        first = easy.get(name, defaults.get(name))
        mixed[name] = last if share >= 0.5 else first
        if not isinstance(last, bool) and isinstance(last, int | float) and isinstance(first, int | float):
            mixed[name] = _between(first, last, share)
        elif first is dataclasses.MISSING:
            mixed[name] = last
    try:
        _config(task, mixed)
    except (AssertionError, ValueError, TypeError):
        mixed = hard if share >= 0.5 else easy
    return json.dumps(mixed)


def _between(first: float, last: float, share: float) -> float:
    if min(first, last) > 0 and max(first, last) > _WIDE * min(first, last):
        value = first * (last / first) ** share
    else:
        value = first + (last - first) * share
    return round(value) if isinstance(first, int) and isinstance(last, int) else value


def _config(task: str, params: Params) -> Any:
    """The library's settings object, checked by its own rules where it has any."""
    config = datasets()[task][1](**params)
    if hasattr(config, "validate"):
        config.validate()
    return config


@cache
def dataset(task: str, params: str) -> Any:
    """The endless data set of a task with parameters given as JSON (so that they can be a cache's key)."""
    with _as_in_a_new_process():
        config = _config(task, {"seed": 0, "size": _ENDLESS, **json.loads(params)})
        return datasets()[task][0](config=config)


def entry(task: str, params: str, number: int) -> Entry:
    """Item `number` of the endless data set. May raise whatever the library does."""
    with _as_in_a_new_process(), _global_random(number):
        if task in _SETS:
            seed, place = divmod(number, _SETS[task])
            config = _config(task, {"seed": seed, "size": _SETS[task], **json.loads(params)})
            return _plain(datasets()[task][0](config=config)[place], params)
        return _plain(dataset(task, params)[number], params)


def published(task: str, setting_name: str, n: int = PUBLISHED_SIZE) -> list[Entry]:
    """The first `n` questions of the published evaluation, as this version of the library makes them."""
    params = setting(task, setting_name)
    with _as_in_a_new_process(_PUBLISHED_PRECISION.get(task, _PRECISION)):
        items = datasets()[task][0](
            config=_config(task, {"seed": PUBLISHED_SEED, "size": PUBLISHED_SIZE, **params})
        )
        return [_plain(items[i], json.dumps(params)) for i in range(n)]


def _plain(item: Entry, params: str) -> Entry:
    """An item as JSON knows it, with the parameters that it was made and is scored with."""
    answer = item["answer"]
    return {
        "question": item["question"],
        "answer": answer if answer is None else str(answer),
        "metadata": json.loads(json.dumps(item["metadata"], default=str)),
        "params": params,
    }


def score(task: str, answer: str, item: Entry) -> float:
    """The library's own score of an answer, 0..1; 0 where its scoring fails on the text.

    Text that its scorer must not see (`cogling.tasks.gym.safety`) scores 0.
    """
    if not safe(task, answer):
        return 0.0
    try:
        with _as_in_a_new_process():
            return min(1.0, max(0.0, float(_scorer(task, item.get("params", "{}"))(answer, item))))
    except CoglingError:
        raise
    except Exception:  # the library parses whatever it is given, with many ways to fail
        return 0.0


@cache
def _scorer(task: str, params: str) -> Any:
    config = _config(task, {"seed": 0, "size": 1, **json.loads(params)})
    return datasets()[task][0](config=config).score_answer


@contextlib.contextmanager
def _global_random(number: int) -> Iterator[None]:
    """Some of its generators draw from Python's own generator instead of the item's."""
    before = random.getstate()
    random.seed(f"item {number}")  # not the stream that the item itself draws from
    try:
        yield
    finally:
        random.setstate(before)


@contextlib.contextmanager
def _as_in_a_new_process(precision: int = _PRECISION) -> Iterator[None]:
    """Keeps the library to itself: some of its tasks print, and one sets the process's decimal precision,
    on which the questions of another depend.
    """
    with contextlib.redirect_stdout(io.StringIO()), decimal.localcontext(decimal.Context(prec=precision)):
        yield
