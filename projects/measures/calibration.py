"""Posteriors held against known answers, so that of those called 0.9 about nine in ten are right."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from projects.measures import reasons
from projects.measures.confusions import Consensus
from projects.measures.table import Floats

LEAST_KNOWN = 30
HOTTEST = 1000.0


@dataclass(frozen=True)
class Calibrated:
    """``posteriors`` (units, values) are None exactly where ``reason`` says why. Of the ``known`` units: ``claimed``
    and ``calibrated`` are the mean largest posterior before and after, ``accuracy`` the share that was right.
    """

    posteriors: Floats | None
    reason: str | None
    temperature: float | None
    known: int
    claimed: float | None
    calibrated: float | None
    accuracy: float | None


def calibrated(found: Consensus, known: Mapping[Any, Any]) -> Calibrated:
    """Divides all log posteriors by the one temperature that makes the known answers (unit → value) most likely.

    Guo et al., On Calibration of Modern Neural Networks (2017). One parameter, so few known answers will do; the order
    of a unit's values, and so every winner, stays. The known units must be a random part of all: gold chosen for being
    clear makes everything look sure. A known value that nobody could answer is left out.
    """
    places = {value: place for place, value in enumerate(found.values)}
    rows = [(row, places[known[unit]]) for row, unit in enumerate(found.units) if known.get(unit) in places]
    if len(rows) < LEAST_KNOWN:
        return Calibrated(None, reasons.FEW_KNOWN, None, len(rows), None, None, None)
    row, true = np.array(rows).T
    log = found.log_posteriors[row]

    def surprise(heat: float) -> float:
        return -float(np.mean(_heated(log, float(np.exp(heat)))[np.arange(len(log)), true]))

    temperature = float(np.exp(_lowest(surprise, -float(np.log(HOTTEST)), float(np.log(HOTTEST)))))
    return Calibrated(
        posteriors=np.exp(_heated(found.log_posteriors, temperature)),
        reason=None,
        temperature=temperature,
        known=len(rows),
        claimed=float(np.mean(np.exp(log.max(axis=1)))),
        calibrated=float(np.mean(np.exp(_heated(log, temperature).max(axis=1)))),
        accuracy=float(np.mean(log.argmax(axis=1) == true)),
    )


def _heated(log: Floats, temperature: float) -> Floats:
    cooled = log / temperature
    cooled = cooled - cooled.max(axis=1, keepdims=True)
    return np.asarray(cooled - np.log(np.exp(cooled).sum(axis=1, keepdims=True)))


def _lowest(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a function with one valley is lowest, by the golden section. (SciPy's optimizers are slow to import.)"""
    part = (5**0.5 - 1) / 2
    left, right = high - part * (high - low), low + part * (high - low)
    at_left, at_right = of(left), of(right)
    while high - low > 1e-6:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - part * (high - low)
            at_left = of(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + part * (high - low)
            at_right = of(right)
    return (low + high) / 2
