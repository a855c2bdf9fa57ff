"""The columns of the two tables that every snapshot has."""

from collections.abc import Mapping, Sequence
from typing import Any

from projects.formats.columns import Column, ColumnType

__all__ = ["GOLD", "RESPONSES", "SPLIT", "gold_columns"]

GOLD: Sequence[Column] = (
    Column("key", description="Names the sample; unique, and the order of the rows."),
    Column("content_hash", description="SHA-256 of the canonical JSON of the sample as it was imported."),
    Column("interface", ColumnType.INTEGER, "Version of the interface it was decided under; see manifest.json."),
    Column("fields", ColumnType.JSON, "What was shown: one value for each field of the interface."),
    Column("metadata", ColumnType.JSON, "What else is known about the sample."),
    Column("answers", ColumnType.JSON, "The final answer to each question; of a plural decision, what all agreed on."),
    Column("decision", description="approve, or plural: the disagreement is legitimate, soft_labels is the answer."),
    Column("decision_origin", description="Who decided: reviewer, or a rule (agreement, overlap)."),
    Column("decided_by", description="Pseudonym of the reviewer; empty for a rule."),
    Column("reason", description="The reason the reviewer gave."),
    Column("soft_labels", ColumnType.JSON, "Of a plural decision: per series, the share of each value."),
    Column("disagreement", ColumnType.JSON, "Per question, how far apart people were: 0 together, 1 farthest."),
    Column("annotations", ColumnType.INTEGER, "How many people's annotations stand behind it."),
    Column("origin", description="human, ai-assisted, ai, synthetic or unknown."),
    Column("model", description="The model that wrote or helped to write it."),
    Column("model_prompt", description="The prompt that the model was given."),
    Column("licence", description="SPDX id or LicenseRef-…"),
    Column("creator", description="The creator, named as they asked to be."),
    Column("source", description="Where it was found."),
    Column("consent", description="The consent it rests on; see licences.json."),
)

# The last column of gold, of versions that are split.
SPLIT = Column("split", description="train, validation or test; see split in manifest.json.")


def gold_columns(document: Mapping[str, Any]) -> Sequence[Column]:
    """The columns of gold in the version with this manifest."""
    return (*GOLD, SPLIT) if document.get("split") else GOLD


RESPONSES: Sequence[Column] = (
    Column("key", description="The sample; every one is in the gold table."),
    Column("annotator", description="Pseudonym, the same throughout the project."),
    Column("position", ColumnType.INTEGER, "1 for the first annotation of the sample to be submitted, and so on."),
    Column("interface", ColumnType.INTEGER, "Version of the interface it was given under."),
    Column("version", ColumnType.INTEGER, "How often this person has submitted this sample; the last counts."),
    Column("answers", ColumnType.JSON, "The answer to each question."),
    Column("comments", ColumnType.JSON, "What the annotator wrote beside the answers."),
    Column("shown", ColumnType.JSON, "The order in which candidates were shown."),
    Column("suggested", ColumnType.JSON, "What machines suggested, how the person met it, and what they said before."),
    Column("duration_ms", ColumnType.INTEGER, "Time spent, in milliseconds; empty where it wasn't measured."),
)
