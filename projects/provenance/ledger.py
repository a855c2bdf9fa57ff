"""Writing the provenance of many samples at once; creators and consents are found or made by name."""

from collections.abc import Iterable, Mapping

from django.db import models

from projects.provenance.models import Consent, Creator, Provenance
from projects.provenance.statement import Statement
from projects.workspace.audit import Change
from projects.workspace.db import insert_rows
from projects.workspace.models import Project

_COLUMNS = ("sample", "origin", "model", "prompt", "licence", "source", "creator", "consent")
_KEPT_IN_MEMORY = 50_000  # names


class Ledger:
    """One import's way to the provenance tables. Remembers whom it has met already.

    What it remembers is true only while its transactions are committed: drop it when one of them fails.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self._creators: dict[str, int] = {}
        self._consents: dict[str, int] = {}

    def insert(self, statements: Mapping[int, Statement], log: Change) -> None:
        """Adds the provenance of new samples, by their ids."""
        self._meet(statements.values(), log)
        creators, consents = self._creators, self._consents
        insert_rows(
            Provenance,
            _COLUMNS,
            (
                (pk, s.origin, s.model, s.prompt, s.licence, s.source, creators.get(s.creator), consents.get(s.consent))
                for pk, s in statements.items()
            ),
        )

    def replace(self, statements: Mapping[int, Statement], log: Change) -> None:
        """Puts these in the place of what was stated about the samples before."""
        Provenance.objects.filter(sample__in=list(statements)).delete()
        self.insert(statements, log)

    def _meet(self, statements: Iterable[Statement], log: Change) -> None:
        for known in (self._creators, self._consents):
            if len(known) > _KEPT_IN_MEMORY:
                known.clear()
        creators = {s.creator for s in statements if s.creator} - self._creators.keys()
        consents = {s.consent for s in statements if s.consent} - self._consents.keys()
        if creators:
            made = self._find_or_make(Creator, "name", creators, self._creators)
            if made:
                log("creators.added", None, count=len(made))
        if consents:
            for reference in self._find_or_make(Consent, "reference", consents, self._consents):
                consent = Consent(pk=self._consents[reference], project=self.project, reference=reference)
                log("consent.recorded", consent, reference=reference)

    def _find_or_make(self, model: type[models.Model], column: str, names: set[str], into: dict[str, int]) -> list[str]:
        """Adds the ids of these names to ``into``; returns the names that were not there before."""
        objects = model._default_manager
        found = objects.filter(**{"project": self.project, f"{column}__in": names}).values_list(column, "pk")
        into.update(found)
        missing = sorted(names - into.keys())
        objects.bulk_create([model(**{"project": self.project, column: name}) for name in missing])
        into.update(
            objects.filter(**{"project": self.project, f"{column}__in": missing}).values_list(column, "pk")
            if missing
            else ()
        )
        return missing
