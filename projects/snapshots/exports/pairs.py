"""Pairs with a winner, as the formats for preference training take them."""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson

from projects.schema import Interface
from projects.snapshots.exports.base import Source
from projects.snapshots.exports.training import (
    Asked,
    Turns,
    joined,
    messages,
    optional_prompt,
    shared_turns,
    turns_of,
)
from projects.snapshots.layout.tables.preference import Preference

__all__ = ["Pair", "asked_pairs", "optional_shared", "pairs", "refuses_pairs"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Texts, or messages; never both in one file."""

    prompt: str | Turns
    chosen: str | Turns
    rejected: str | Turns


def asked_pairs(interface: Interface) -> list[Asked]:
    """The comparisons of an interface."""
    return Asked.all(interface, Preference().questions(interface.document))


def refuses_pairs(interface: Interface) -> str:
    """Why no pair follows from an interface; empty where one does."""
    asked = asked_pairs(interface)
    if not asked:
        return "Preference pairs come from comparisons of two, and no question asks for one."
    reasons = [each.refusal() for each in asked]
    return reasons[0] if all(reasons) else ""


def optional_shared(interface: Interface) -> list[str]:
    """What is lost of an interface's pairs because a sample lacks a prompt."""
    asked = [each for each in asked_pairs(interface) if not each.refusal()]
    lost = optional_prompt(asked)
    if any(each.holds_turns for each in asked):
        lost.append("Pairs of conversations of which one holds the other, or that share no beginning without a prompt.")
    return lost


def pairs(source: Source, *, in_messages: bool) -> Iterator[Pair]:
    """Every pair with a prompt, in the order of the samples."""
    asked = {
        version: {each.name: each for each in asked_pairs(interface) if not each.refusal()}
        for version, interface in source.interfaces.items()
    }
    if not source.manifest.table(Preference.slug):
        return
    for row, version in joined(source, Preference.slug):
        question = asked[version].get(row["question"])
        if question is None or (row["prompt"] is None and not question.holds_turns):
            continue
        if not in_messages:
            yield Pair(row["prompt"], row["chosen"], row["rejected"])
            continue
        prompt = messages(row["prompt"], question.prompt, "user") if row["prompt"] is not None else []
        if question.holds_turns:
            pair = _split(prompt, turns_of(orjson.loads(row["chosen"])), turns_of(orjson.loads(row["rejected"])))
            if pair is not None:
                yield pair
        else:
            chosen, rejected = (messages(row[side], None, "assistant") for side in ("chosen", "rejected"))
            yield Pair(prompt, chosen, rejected)


def _split(prompt: Turns, chosen: Turns, rejected: Turns) -> Pair | None:
    """Where both conversations begin alike, their beginning is a part of the prompt."""
    shared = shared_turns(chosen, rejected)
    whole = shared if shared[: len(prompt)] == prompt else [*prompt, *shared]
    pair = Pair(whole, chosen[len(shared) :], rejected[len(shared) :])
    return pair if pair.prompt and pair.chosen and pair.rejected else None
