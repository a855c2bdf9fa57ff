"""Every preset of a rubric is a rubric, is anchored, and is told of in the documentation."""

import pytest

from projects.schema import Interface
from projects.schema.presets import PRESETS, Preset
from tests.schema.test_docs import section

every = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.slug)


@every
def test_a_preset_makes_a_rubric_whose_ends_are_anchored(preset: Preset) -> None:
    document = {
        "schema": 1,
        "fields": [{"name": "piece", "type": "text"}],
        "questions": [{"name": "q", "type": "rubric", **preset.settings}],
    }
    [question] = Interface.parse(document).questions
    assert set(preset.settings) == {"scale", "axes"}
    for axis in question.axes:
        assert axis.points[0].anchor
        assert axis.points[-1].anchor


@every
def test_a_preset_is_named_with_its_axes_on_the_page_about_interfaces(preset: Preset) -> None:
    [row] = [line for line in section("Questions", "rubric").splitlines() if line.startswith(f"| {preset.title} |")]
    for axis in preset.settings["axes"]:
        assert axis["title"].lower() in row.lower()


def test_presets_have_names_and_titles_of_their_own() -> None:
    assert len({preset.slug for preset in PRESETS}) == len({preset.title for preset in PRESETS}) == len(PRESETS)
