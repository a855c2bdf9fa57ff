"""Why a figure is undefined, in words for the screen."""

from typing import Final, NamedTuple

NO_ANSWERS: Final = "no answers yet"
ONE_PERSON: Final = "fewer than two people have answered"
NO_OVERLAP: Final = "no overlap: no sample has answers from two people"
NO_VARIATION: Final = "no variation: every answer is the same, so agreement and chance can't be told apart"
NO_NUMBERS: Final = "the values are not numbers"
NO_ORDER: Final = "the values have no declared order"
NO_SETS: Final = "the values are not sets of labels"
NO_TEXTS: Final = "the values are not texts"
NO_SEGMENTS: Final = "the values are not segments of time"
NO_SPANS: Final = "the values are not spans of a text"
NO_LENGTH: Final = "nobody says how long the texts are"
NEGATIVE: Final = "negative values: a ratio scale starts at zero"
UNEQUAL: Final = "not everything has the same number of answers: Fleiss' kappa is undefined, alpha is not"
INCOMPLETE: Final = "the intraclass correlation needs every person's score of every sample"

APART: Final = "not comparable: no chain of shared work joins everything"
ALONE: Final = "shares no sample with anybody"
NO_RANKING: Final = "no variation: everything is tied"
FEW_SHARED: Final = "fewer than 10 samples shared with others"
NOBODY_SAW: Final = "nobody saw it"
NOT_WITHHELD: Final = "withheld from nobody who answered"
FEW_TO_COMPARE: Final = "fewer than 10 samples where it was seen, or where it was withheld"
NOT_AFTER: Final = "nobody answered before seeing it"
NO_SPREAD: Final = "no variation: one side gave the same score throughout"
FEW_FOR_TASTE: Final = "fewer than 20 samples with two answers"
NO_GROUPS: Final = "no groups of taste beyond what chance makes"
FEW_REPEATS: Final = "fewer than 10 repeated answers, so own taste and noise can't be told apart"
FEW_GOLD: Final = "fewer than 10 known answers"
NO_TIMES: Final = "no times were recorded"
FEW_PEOPLE: Final = "fewer than three people to average over"
NO_SCALES: Final = "no scores on a scale"
NO_AXES: Final = "nothing was rated on two scales or more"
NO_CHOICES: Final = "no choices between two in random order"
FEW_KNOWN: Final = "fewer than 30 known answers to calibrate with"

FEW_UNITS: Final = "fewer than 10 samples with two answers"
FEW_VARIED: Final = "too little variation to resample"
MANY_VALUES: Final = "too many different values to resample"
NO_FREEDOM: Final = "nothing is left over to estimate the spread from"
NO_DRAWS: Final = "no draws asked for"


class Figure(NamedTuple):
    """A number, or None with the reason why it is undefined."""

    value: float | None
    reason: str | None = None
