"""What the labelling screen says about answers that do not fit."""

from projects.labeling.views import by_question
from projects.schema import Problem, SchemaError


def test_every_axis_that_misses_an_answer_is_named() -> None:
    error = SchemaError(
        (
            Problem("answers.depth.empathy", "choose a point"),
            Problem("answers.depth.inner_life", "choose a point"),
            Problem("answers.mood", "choose one"),
        )
    )
    assert by_question(error) == {
        "depth": "empathy: choose a point; inner life: choose a point",
        "mood": "choose one",
    }
