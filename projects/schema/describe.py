"""What an editor needs to know about every type: which settings it has, and how each is entered.

A new type that uses the settings below needs nothing here; a new setting is one more entry.
"""

from typing import Any, Final

from projects.schema.checks import Problems
from projects.schema.fields import FIELD_TYPES, FieldType
from projects.schema.fields.code import LANGUAGES
from projects.schema.presets import PRESETS
from projects.schema.questions import QUESTION_TYPES, QuestionType
from projects.schema.questions.base import DISTANCES, OBJECTIVE, SUBJECTIVE, Option

Setting = dict[str, Any]

TITLE: Final[Setting] = {"name": "title", "shape": "text", "title": "Title"}
HELP: Final[Setting] = {
    "name": "help",
    "shape": "words",
    "title": "Help",
    "hint": "A sentence under the title.",
    "wide": True,
}
NAME_HINT: Final = "a–z, 0–9 and _."
FIELD_NAME: Final[Setting] = {
    "name": "name",
    "shape": "text",
    "title": "Name in files",
    "hint": f"{NAME_HINT} Samples carry their content under this name.",
}
QUESTION_NAME: Final[Setting] = {
    "name": "name",
    "shape": "text",
    "title": "Name in files",
    "hint": f"{NAME_HINT} Answers are kept under this name: with another one it is a new question.",
}

# Every setting that some type has, by its name. ``start`` is what a new question begins with; where there is none the
# setting may be left out, and ``default`` is what holds then.
SETTINGS: Final[dict[str, Setting]] = {
    "of": {
        "shape": "choice",
        "title": "Each candidate is a",
        "choices": [[member.slug, member.title] for member in FIELD_TYPES if "of" not in member.settings],
        "start": "text",
        "redraws": True,
    },
    "language": {
        "shape": "choice",
        "title": "Written in",
        "choices": [["", "not said"], *([name, title] for name, title in LANGUAGES.items())],
    },
    "options": {
        "shape": "rows",
        "title": "Options",
        "noun": "option",
        "columns": [
            {"name": "title", "shape": "text", "title": "Title"},
            {"name": "id", "shape": "text", "title": "Name in files", "short": True},
            {"name": "key", "shape": "text", "title": "Key", "tiny": True},
        ],
        "start": [{"id": "yes", "title": "Yes"}, {"id": "no", "title": "No"}],
    },
    "scale": {"shape": "scale", "title": "Scale", "start": [1, 5]},
    "anchors": {"shape": "anchors", "title": "What the points mean", "hint": "The two ends are often enough."},
    "axes": {
        "shape": "rows",
        "title": "Axes",
        "noun": "axis",
        "columns": [
            {"name": "title", "shape": "text", "title": "Title"},
            {"name": "name", "shape": "text", "title": "Name in files", "short": True},
            {"name": "help", "shape": "text", "title": "Help", "wide": True},
            {"name": "anchors", "shape": "anchors", "title": "What the points mean", "wide": True},
        ],
        "start": [{"name": "quality", "title": "Quality"}],
    },
    "reasons": {
        "shape": "lines",
        "title": "Reasons to choose from",
        "hint": "One on each line. Without any, people are not asked why.",
    },
    "tie": {"shape": "flag", "title": "Ties are answers (“can't tell”, “equally good”)"},
    "strength": {"shape": "flag", "title": "Ask by how much it is better"},
    "shuffle": {"shape": "flag", "title": "Show the candidates in another order to everybody", "default": True},
    "words": {"shape": "flag", "title": "Ask for the words of each segment", "default": True},
    "apart": {"shape": "flag", "title": "Segments must not overlap"},
    "overlap": {"shape": "flag", "title": "Spans may overlap"},
    "max_length": {"shape": "number", "title": "Longest answer, in characters", "default": 20_000},
}

# No setting: fills scale and axes of a rubric with what can be changed afterwards.
PRESET: Final[Setting] = {
    "name": "preset",
    "shape": "preset",
    "title": "Begin with",
    "wide": True,
    "choices": [
        {"title": preset.title, "description": preset.description, "settings": preset.settings} for preset in PRESETS
    ],
}

# The order in which settings are shown.
_ORDER: Final = tuple(SETTINGS)


def describe() -> dict[str, Any]:
    """All types with their settings, as JSON for the editor: ``{"fields": […], "questions": […]}``."""
    return {
        "fields": [_field(member) for member in FIELD_TYPES],
        "questions": [_question(member) for member in QUESTION_TYPES],
    }


def _own(names: frozenset[str]) -> list[Setting]:
    return [{"name": name, **SETTINGS[name]} for name in _ORDER if name in names]


def _field(member: FieldType) -> dict[str, Any]:
    required: Setting = {"name": "required", "shape": "flag", "title": "Every sample has it", "default": True}
    # Candidates have the settings of what each of them is.
    inner = [
        {"name": name, **SETTINGS[name], "only": ["of", each.slug]}
        for each in (FIELD_TYPES if "of" in member.settings else ())
        for name in sorted(each.settings - {"of"})
    ]
    return {
        "slug": member.slug,
        "title": member.title,
        "is_text": member.is_text,
        "is_timed": member.is_timed,
        "has_candidates": "of" in member.settings,
        "settings": [TITLE, *_own(member.settings), *inner, required],
        "more": [FIELD_NAME],
    }


def _question(member: QuestionType) -> dict[str, Any]:
    needs = next((name for name, needed in _needs(member).items() if needed), "")
    on: Setting = {"name": "on", "shape": "field", "title": "Asks about", "needs": needs, "must": member.on_required}
    required: Setting = {"name": "required", "shape": "flag", "title": "An answer is required"}
    kind: Setting = {
        "name": "kind",
        "shape": "choice",
        "title": "Are there right answers?",
        "choices": [[OBJECTIVE, "Yes: people should agree"], [SUBJECTIVE, "No: people may differ"]],
        "default": member.kind,
    }
    distance: Setting = {
        "name": "distance",
        "shape": "choice",
        "title": "Agreement treats the answers as",
        "choices": [
            ["", "what fits the type"],
            *([name, word] for name, word in zip(DISTANCES, ("names", "ranks", "numbers"), strict=True)),
        ],
    }
    show_if: Setting = {"name": "show_if", "shape": "condition", "title": "Asked"}
    return {
        "slug": member.slug,
        "title": member.title,
        "settings": [
            TITLE,
            HELP,
            *([on] if member.on_required else []),
            *([PRESET] if "axes" in member.settings else []),
            *_own(member.settings),
            required,
        ],
        "more": [
            QUESTION_NAME,
            *([] if member.on_required else [on]),
            show_if,
            kind,
            *([distance] if member.takes_distance else []),
        ],
        # Answers that every question of the type has, where they aren't among its settings.
        "values": [[option.id, option.title] for option in _fixed_options(member)],
    }


def _needs(member: QuestionType) -> dict[str, bool]:
    """Which property of a field's type the question's ``on`` asks for."""
    return {
        "has_candidates": member.needs_candidates,
        "is_text": member.needs_text,
        "is_timed": member.needs_timed,
    }


def _fixed_options(member: QuestionType) -> tuple[Option, ...]:
    """The options that come with the type."""
    if "options" in member.settings:
        return ()
    found: tuple[Option, ...] = member.parse({}, "", Problems()).get("options", ())
    return found
