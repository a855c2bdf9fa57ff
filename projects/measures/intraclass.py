"""Intraclass correlations, after Shrout & Fleiss, Intraclass Correlations (Psychological Bulletin 86, 1979)."""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtri

from projects.measures import reasons
from projects.measures.bootstrap import Spread
from projects.measures.reasons import Figure
from projects.measures.table import Floats

Form = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]

# The first part says who judged: 1 other people for each unit, 2 the same people, drawn from many, 3 the same people,
# and no others are meant. The second says what is relied on: one person's score, or the mean of all k.
FORMS: Final[tuple[Form, ...]] = ("1,1", "2,1", "3,1", "1,k", "2,k", "3,k")


def icc(scores: ArrayLike, form: Form) -> Figure:
    """``scores`` (n units, k people), nothing missing. Forms 2 count severity as disagreement, forms 3 don't.

    Undefined with a missing score (NaN), fewer than two units or people, or no variation. Raises ValueError for an
    unknown form and for scores that are not a table.
    """
    if form not in FORMS:
        raise ValueError(f"no form {form!r}; there are {', '.join(FORMS)}")
    x = np.asarray(scores, dtype=float)
    if x.ndim != 2:
        raise ValueError("scores must have one row a unit and one column a person")
    n, k = x.shape
    if n == 0 or k < 2:
        return Figure(None, reasons.ONE_PERSON if n else reasons.NO_ANSWERS)
    if np.isnan(x).any():
        return Figure(None, reasons.INCOMPLETE)
    if n < 2 or np.all(x == x[0, 0]):
        return Figure(None, reasons.NO_VARIATION)
    between, within, people, error, size = _squares(x)
    above, below = {
        "1,1": (between - within, between + (k - 1) * within),
        "2,1": (between - error, between + (k - 1) * error + k * (people - error) / n),
        "3,1": (between - error, between + (k - 1) * error),
        "1,k": (between - within, between),
        "2,k": (between - error, between + (people - error) / n),
        "3,k": (between - error, between),
    }[form]
    # Units that don't differ leave nothing to be reliable about, and rounding in the place of 0.
    if abs(below) <= 1e-12 * size:
        return Figure(None, reasons.NO_VARIATION)
    return Figure(float(above / below))


def icc_interval(scores: ArrayLike, form: Form) -> Spread | str:
    """95 % by the F distribution, or why there is none. Forms 2 by Satterthwaite's approximation.

    Shrout & Fleiss (1979); McGraw & Wong, Forming Inferences About Some Intraclass Correlation Coefficients (1996).
    """
    found = icc(scores, form)
    if found.value is None:
        return str(found.reason)
    x = np.asarray(scores, dtype=float)
    n, k = x.shape
    between, within, people, error, size = _squares(x)
    rest = within if form[0] == "1" else error
    if rest <= 1e-12 * size:
        return reasons.NO_FREEDOM
    if form[0] == "2":
        single = _ends_of_two(n, k, between, people, error)
    else:
        freedom = n * (k - 1) if form[0] == "1" else (n - 1) * (k - 1)
        low = between / rest / fdtri(n - 1, freedom, 0.975)
        high = between / rest * fdtri(freedom, n - 1, 0.975)
        single = Spread((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
    if form[2] == "1":
        return Spread(float(single.low), float(single.high))
    return Spread(*(float(k * end / (1 + (k - 1) * end)) for end in single))


def _ends_of_two(n: int, k: int, between: float, people: float, error: float) -> Spread:
    one = (between - error) / (between + (k - 1) * error + k * (people - error) / n)
    a, b = k * one * people / error, n * (1 + (k - 1) * one) - k * one
    freedom = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    low, high = fdtri(n - 1, freedom, 0.975), fdtri(freedom, n - 1, 0.975)
    rest = k * people + (k * n - k - n) * error
    return Spread(
        n * (between - low * error) / (low * rest + n * between),
        n * (high * between - error) / (rest + n * high * between),
    )


def _squares(scores: Floats) -> tuple[float, float, float, float, float]:
    """Mean squares between units, within units, between people, of what is left; and the mean square of all."""
    n, k = scores.shape
    x = scores - scores.mean()
    unit, person = x.mean(axis=1), x.mean(axis=0)
    return (
        float(k * np.sum(unit**2) / (n - 1)),
        float(np.sum((x - unit[:, None]) ** 2) / (n * (k - 1))),
        float(n * np.sum(person**2) / (k - 1)),
        float(np.sum((x - unit[:, None] - person) ** 2) / ((n - 1) * (k - 1))),
        float(np.mean(x**2)),
    )
