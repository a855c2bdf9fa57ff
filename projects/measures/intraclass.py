"""Intraclass correlations, after Shrout & Fleiss, Intraclass Correlations (Psychological Bulletin 86, 1979)."""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from projects.measures import reasons
from projects.measures.reasons import Figure

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
    x = x - x.mean()
    unit, person = x.mean(axis=1), x.mean(axis=0)
    between = k * np.sum(unit**2) / (n - 1)
    within = np.sum((x - unit[:, None]) ** 2) / (n * (k - 1))
    people = n * np.sum(person**2) / (k - 1)
    error = np.sum((x - unit[:, None] - person) ** 2) / ((n - 1) * (k - 1))
    above, below = {
        "1,1": (between - within, between + (k - 1) * within),
        "2,1": (between - error, between + (k - 1) * error + k * (people - error) / n),
        "3,1": (between - error, between + (k - 1) * error),
        "1,k": (between - within, between),
        "2,k": (between - error, between + (people - error) / n),
        "3,k": (between - error, between),
    }[form]
    # Units that don't differ leave nothing to be reliable about, and rounding in the place of 0.
    if abs(below) <= 1e-12 * float(np.mean(x**2)):
        return Figure(None, reasons.NO_VARIATION)
    return Figure(float(above / below))
