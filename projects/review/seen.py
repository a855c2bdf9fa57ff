"""Which candidates a person saw under which letters, told to those who know them by number."""

from collections.abc import Mapping, Sequence
from typing import Any

from projects.labeling.models import Annotation
from projects.schema import Field, Interface
from projects.schema.fields.candidates import ids
from projects.templatetags.annotator_text import candidate, letter


def seen(interface: Interface, fields: Mapping[str, Any], given: Annotation) -> str:
    """Where its author's order was not the sample's: ``saw Candidate 2 as “A”, Candidate 1 as “B”``."""
    among = [each for each in interface.fields if each.of is not None and each.name in fields]
    notes = []
    for each in among:
        moved = _moved(ids(fields[each.name]), _order(interface, each, given))
        if moved:
            notes.append(f"saw {moved}" if len(among) == 1 else f"of “{each.title}” saw {moved}")
    return "; ".join(notes)


def _order(interface: Interface, field: Field, given: Annotation) -> Sequence[str]:
    """As the candidates stood before this person; an imported answer may say so itself. Empty where nothing does."""
    answers = (given.answers.get(each.name) for each in interface.questions if each.on and each.on.name == field.name)
    told = [answer.get("shown") for answer in answers if isinstance(answer, dict)]
    known = [given.assignment.shown.get(field.name), *told]
    return next((order for order in known if isinstance(order, list)), [])


def _moved(known: Sequence[str], shown: Sequence[str]) -> str:
    """The candidates that stood elsewhere, in the order of the letters that they had there."""
    order = [known.index(key) for key in shown if key in known]
    return ", ".join(f"{candidate(one)} as “{letter(place)}”" for place, one in enumerate(order) if one != place)
