"""Dawid & Skene: what is true and how each person errs, both from the answers alone.

Dawid & Skene, Maximum Likelihood Estimation of Observer Error-Rates Using the EM Algorithm (Applied Statistics, 1979).

THE POSTERIORS ARE OVERCONFIDENT AND ARE NOT PROBABILITIES OF BEING RIGHT. The model takes people's errors for
independent; people err on the same hard samples. On real crowds a mean posterior of 0.9975 stood beside an accuracy of
0.898. Never show one as a probability before ``projects.measures.calibration`` has held it against known answers, and
never let one decide by itself that a sample needs no more answers.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from projects.measures.table import Floats, Ints
from projects.measures.votes import Votes

# Answers that everybody is taken to have given beforehand, spread over each row of their table: with none, one who was
# never seen to err could not err.
BEFOREHAND = 0.1
# Fewer than these, and the tables of errors are mostly noise.
LEAST_UNITS = 200
LEAST_ANSWERS = 10


@dataclass(frozen=True)
class Consensus:
    """``log_posteriors`` (units, values), see the module's warning; ``errors`` (raters, true value, answered value):
    each row the share of a person's answers; ``prior`` (values,). ``enough``: at least 200 units and 10 answers a
    person, without which the result should stand behind the majority. Units without answers have no row.
    """

    units: list[Hashable]
    raters: list[Hashable]
    values: list[Any]
    log_posteriors: Floats
    errors: Floats
    prior: Floats
    rounds: int
    converged: bool
    enough: bool

    @property
    def posteriors(self) -> Floats:
        """(units, values); overconfident, see the module's warning."""
        return np.asarray(np.exp(self.log_posteriors))

    def winners(self) -> dict[Hashable, Any]:
        """Unit → its most likely value; None where two are equally likely, up to rounding."""
        ranked = np.argsort(self.log_posteriors, axis=1, kind="stable")
        best = np.take_along_axis(self.log_posteriors, ranked[:, -2:], axis=1)
        tied = best[:, -1] - best[:, 0] < 1e-9 if len(self.values) > 1 else np.zeros(len(best), dtype=bool)
        found = zip(self.units, ranked[:, -1], tied, strict=True)
        return {unit: None if tie else self.values[place] for unit, place, tie in found}


def dawid_skene(given: Votes, rounds: int = 100, tolerance: float = 1e-3) -> Consensus:
    """Expectation–maximisation from the shares of the votes, until no posterior moves by ``tolerance``.

    Deterministic: no start is drawn. Each round costs two passes over the answers, whose memory is a few numbers an
    answer and a unit. Raises ValueError without answers or rounds.
    """
    if not given.code.size or rounds < 1:
        raise ValueError("there are no answers, or no rounds to go")
    there = np.bincount(given.unit, minlength=len(given.units)) > 0
    answered, unit = np.flatnonzero(there), (np.cumsum(there) - 1)[given.unit]
    values, raters = len(given.values), len(given.raters)
    answers = _by_unit(unit, given.rater * values + given.code, answered.size, raters * values)
    now, done, converged = _shares(unit, given.code, answered.size, values), 0, False
    while not converged and done < rounds:
        before = now
        prior, errors = _maximised(answers, before, raters)
        log, now = _expected(answers, prior, errors)
        done, converged = done + 1, bool(np.abs(now - before).max() < tolerance)
    people = np.bincount(given.rater, minlength=raters)
    return Consensus(
        units=[given.units[place] for place in answered],
        raters=given.raters,
        values=given.values,
        log_posteriors=log,
        errors=errors,
        prior=prior,
        rounds=done,
        converged=converged,
        enough=bool(answered.size >= LEAST_UNITS and given.code.size >= LEAST_ANSWERS * np.count_nonzero(people)),
    )


def _by_unit(unit: Ints, column: Ints, units: int, columns: int) -> csr_array:
    """(units, raters · values): 1 where that person gave that value. Rows by unit, so that both passes run along it."""
    return csr_array((np.ones(unit.size), (unit, column)), shape=(units, columns))


def _shares(unit: Ints, code: Ints, units: int, values: int) -> Floats:
    counts = np.bincount(unit * values + code, minlength=units * values).reshape(units, values)
    return np.asarray(counts / np.bincount(unit, minlength=units)[:, None])


def _expected(answers: csr_array, prior: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Log posteriors and posteriors (units, values). Reduced value by value: NumPy is slow along short rows."""
    values = prior.size
    log = np.ascontiguousarray((answers @ np.log(errors).transpose(0, 2, 1).reshape(-1, values)).T)
    log += np.log(prior)[:, None]
    log -= log.max(axis=0)
    log -= np.log(np.exp(log).sum(axis=0))
    rows = np.ascontiguousarray(log.T)
    return rows, np.exp(rows)


def _maximised(answers: csr_array, shares: Floats, raters: int) -> tuple[Floats, Floats]:
    """The prior (values,) and everybody's errors (raters, true, answered) that fit the posteriors best."""
    values = shares.shape[1]
    prior = shares.sum(axis=0) + BEFOREHAND
    counts = (answers.T @ shares).reshape(raters, values, values).transpose(0, 2, 1) + BEFOREHAND / values
    return prior / prior.sum(), np.asarray(counts / counts.sum(axis=2, keepdims=True))
