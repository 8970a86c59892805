"""An integral by the rule for its form: substitution of a linear or quadratic u, parts, or a known pair.

    ∫ -6*sin(2*x + 6)*cos(2*x + 6)**2 dx    ∫ 3*x*cos(2*x) dx
    power of cos                            parts of cos 2
    u=2*x + 6                               + + + x*sin(2*x)/2
    a=2 -a=-2                               - - + 1*cos(2*x)/4
    2+1=3                                   -> 3*(+ x*sin(2*x)/2 + 1*cos(2*x)/4) + C
    -> -6*cos(2*x + 6)**3/(-2)/3 + C

The constant in front stays as it stands, and quotients are left: the answer is compared by its derivative.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cogling.tasks.gym.trace import Trace, Untraceable

Worked = tuple[list[str], str]
"""Steps, and the integral without its constants."""

_INTEGRAND = re.compile(r": ∫ ([^∫\n]{1,200}) dx\nWhen performing calculations")
_LINEAR = re.compile(r"(-?\d*)\*?x(?: [+-] \d+)?|\d+ ([+-] \d*)\*?x")
_QUADRATIC = re.compile(r"(-?\d*)\*?x\*\*2 .*|\d+ ([+-] \d*)\*?x\*\*2 .*|.*? ([+-] \d*)\*?x\*\*2(?: .*)?")
_FRONT = r"(?P<front>-?(?:\d+\*)?)"


def trace(question: str) -> Trace:
    found = _INTEGRAND.search(question)
    if found is None:
        raise Untraceable("not an integral of this task")
    for pattern, rule in _RULES.items():
        if (m := re.fullmatch(pattern, found[1])) is not None:
            steps, answer = rule(m)
            return Trace(tuple(steps), f"{m['front'] if 'front' in m.groupdict() else ''}{answer} + C")
    raise Untraceable("an integrand of no known form")


def _linear_power(m: re.Match[str]) -> Worked:
    a, n = _slope(m["u"]), int(m["n"])
    steps = ["power", f"u={m['u']}", f"a={a}", f"{n}+1={n + 1}"]
    return steps, f"({m['u']})**{n + 1}{_over(a)}/{n + 1}"


def _root(m: re.Match[str]) -> Worked:
    a = _slope(m["u"])
    return ["root", f"u={m['u']}", f"a={a}"], f"2*({m['u']})**(3/2)/3{_over(a)}"


def _power_of_sine(m: re.Match[str]) -> Worked:
    a, n = _slope(m["u"]), int(m["n"] or 1)
    steps = ["power of sin", f"u={m['u']}", f"a={a}", f"{n}+1={n + 1}"]
    return steps, f"sin({m['u']})**{n + 1}{_over(a)}/{n + 1}"


def _power_of_cosine(m: re.Match[str]) -> Worked:
    a, n = _slope(m["u"]), int(m["n"])
    steps = ["power of cos", f"u={m['u']}", f"a={a} -a={-a}", f"{n}+1={n + 1}"]
    return steps, f"cos({m['u']})**{n + 1}{_over(-a)}/{n + 1}"


def _exponential(m: re.Match[str]) -> Worked:
    a = _slope(m["u"])
    return ["exp of linear", f"u={m['u']}", f"a={a}"], f"exp({m['u']}){_over(a)}"


def _exponential_of_quadratic(m: re.Match[str]) -> Worked:
    """The factor in front is a multiple of u', so the coefficients of x give the constant."""
    p, a = _slope(m["factor"]), _coefficient(_QUADRATIC, m["u"])
    steps = ["exp of quadratic", f"p={p}", f"u={m['u']}", f"a={a} 2*{a}={2 * a}"]
    return steps, f"{p}*exp({m['u']}){_over(2 * a)}"


def _logarithm(m: re.Match[str]) -> Worked:
    n = int(m["n"] or 1)
    power = f"x**{n}" if m["n"] else "x"
    return ["log", f"n={n}"], f"(x*log({power}) - {n}*x)"


def _arc(m: re.Match[str]) -> Worked:
    k = int(m["k"] or 1)
    inner = f"{k}*x" if m["k"] else "x"
    if m["arc"] == "asin":
        return ["asin", f"k={k}"], f"(x*asin({inner}) + sqrt(1 - ({inner})**2)/{k})"
    return ["atan", f"k={k}"], f"(x*atan({inner}) - log(1 + ({inner})**2)/2/{k})"


def _exp_times_wave(m: re.Match[str]) -> Worked:
    sign = "-" if m["wave"] == "sin" else "+"
    return [f"exp times {m['wave']}"], f"exp(x)*(sin(x) {sign} cos(x))/2"


def _parts(m: re.Match[str]) -> Worked:
    """A line for each derivative of the power and the integral that belongs to it, under three signs: of the
    line (they alternate), of the integral, and of their product."""
    n, k, name = int(m["n"] or 1), int(m["k"] or 1), m["name"]
    inner = f"{k}*x" if k > 1 else "x"
    steps, terms = [f"parts of {name} {k}"], []
    factor, divisor, alternating, sign = 1, 1, 1, 1
    for power in range(n, -1, -1):
        if name == "exp":
            integral = "exp(x)"
        else:
            divisor *= k
            name, sign = ("cos", -sign) if name == "sin" else ("sin", sign)
            integral = f"{name}({inner})/{divisor}"
        signs = ["-" if value < 0 else "+" for value in (alternating, sign, alternating * sign)]
        term = f"{_monomial(factor, power)}*{integral}"
        steps.append(f"{' '.join(signs)} {term}")
        terms.append(f"{signs[2]} {term}")
        factor *= power
        alternating = -alternating
    return steps, f"({' '.join(terms)})"


def _monomial(factor: int, power: int) -> str:
    parts = [str(factor)] if factor > 1 or power == 0 else []
    return "*".join(parts + ([f"x**{power}"] if power > 1 else ["x"] if power else []))


def _slope(linear: str) -> int:
    return _coefficient(_LINEAR, linear)


def _coefficient(pattern: re.Pattern[str], text: str) -> int:
    """The number in front of x or x**2, which may be a bare sign or nothing."""
    m = pattern.fullmatch(text)
    if m is None:
        raise Untraceable("an inner function of no known form")
    written = next(group for group in m.groups() if group is not None).replace(" ", "")
    return int(f"{written}1" if written in ("", "+", "-") else written)


def _over(divisor: int) -> str:
    return f"/{divisor}" if divisor > 0 else f"/({divisor})"


_RULES: dict[str, Callable[[re.Match[str]], Worked]] = {
    rf"{_FRONT}\((?P<u>[^()]+)\)\*\*(?P<n>[2-9])": _linear_power,
    rf"{_FRONT}sqrt\((?P<u>[^()]+)\)": _root,
    rf"{_FRONT}sin\((?P<u>[^()]+)\)(?:\*\*(?P<n>[2-9]))?\*cos\((?P=u)\)": _power_of_sine,
    rf"{_FRONT}sin\((?P<u>[^()]+)\)\*cos\((?P=u)\)\*\*(?P<n>[2-9])": _power_of_cosine,
    rf"{_FRONT}exp\((?P<u>[^()]+)\)": _exponential,
    r"\((?P<factor>[^()]+)\)\*exp\((?P<u>[^()]+)\)": _exponential_of_quadratic,
    rf"{_FRONT}log\(x(?:\*\*(?P<n>[23]))?\)": _logarithm,
    rf"{_FRONT}(?P<arc>asin|atan)\((?:(?P<k>[23])\*)?x\)": _arc,
    rf"{_FRONT}exp\(x\)\*(?P<wave>sin|cos)\(x\)": _exp_times_wave,
    rf"{_FRONT}x(?:\*\*(?P<n>[23]))?\*(?P<name>exp|sin|cos)\((?:(?P<k>[23])\*)?x\)": _parts,
}
