"""Derived tables: one file a table, present in a snapshot where its interface allows it."""

from projects.snapshots.layout.tables.base import DerivedTable
from projects.snapshots.layout.tables.preference import Preference
from projects.snapshots.layout.tables.sft import SupervisedFineTuning

__all__ = ["DERIVED", "DerivedTable"]

DERIVED: tuple[DerivedTable, ...] = (Preference(), SupervisedFineTuning())
