"""Which candidates a person saw under which letters, told to those who know them by number."""

from collections.abc import Mapping, Sequence
from typing import Any

from projects.schema import Interface
from projects.schema.fields.candidates import ids
from projects.templatetags.annotator_text import candidate, letter


def seen(interface: Interface, fields: Mapping[str, Any], shown: Mapping[str, Any]) -> str:
    """Where somebody's order (``shown``) was not the sample's: ``saw Candidate 2 as “A”, Candidate 1 as “B”``."""
    among = [each for each in interface.fields if each.of is not None and each.name in fields]
    notes = []
    for each in among:
        moved = _moved(ids(fields[each.name]), shown.get(each.name, ()))
        if moved:
            notes.append(f"saw {moved}" if len(among) == 1 else f"of “{each.title}” saw {moved}")
    return "; ".join(notes)


def _moved(known: Sequence[str], shown: Sequence[str]) -> str:
    """The candidates that stood elsewhere, in the order of the letters that they had there."""
    order = [known.index(key) for key in shown if key in known]
    return ", ".join(f"{candidate(one)} as “{letter(place)}”" for place, one in enumerate(order) if one != place)
