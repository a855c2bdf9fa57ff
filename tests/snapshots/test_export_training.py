"""The exports for training, in the shapes that TRL documents."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest

from projects.snapshots.exports import ExportRefused, write
from tests.snapshots.exporting import MOOD, candidates, interface, lines, offered, sample, snapshot

PAIR = interface(
    [{"name": "prompt", "type": "text", "required": False}, {"name": "outputs", "type": "candidates", "of": "text"}],
    [{"name": "better", "type": "pairwise", "on": "outputs", "tie": True, "strength": True}],
)
MESSAGES = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["role", "content"],
        "properties": {"role": {"enum": ["system", "user", "assistant", "tool"]}, "content": {"type": "string"}},
        "additionalProperties": False,
    },
}


def pair(key: str, winner: str, **more: Any) -> dict[str, Any]:
    fields = {"prompt": f"[{key}]", "outputs": candidates("one", "two")}
    return sample(key, fields, {"better": {"winner": winner, "shown": ["b", "a"], "strength": 1}}, **more)


def test_pairs_come_from_winners_only(tmp_path: Path) -> None:
    bare = pair("e", "a")
    del bare["fields"]["prompt"]
    gold = [pair("a", "b"), pair("b", "tie"), pair("c", "a", decision="plural"), pair("d", "a"), bare]
    folder = snapshot(tmp_path / "snapshot-3", {1: PAIR}, gold)
    assert lines(folder, "dpo") == [
        {"prompt": "[a]", "chosen": "two", "rejected": "one"},
        {"prompt": "[d]", "chosen": "one", "rejected": "two"},
    ]
    assert lines(folder, "kto") == [
        {"prompt": "[a]", "completion": "two", "label": True},
        {"prompt": "[a]", "completion": "one", "label": False},
        {"prompt": "[d]", "completion": "one", "label": True},
        {"prompt": "[d]", "completion": "two", "label": False},
    ]
    lost = offered(folder)["dpo"].leaves_out
    assert "Samples without a prompt." in lost
    assert "How clearly the winner won." in lost


def test_a_version_of_nothing_but_ties_has_no_pairs(tmp_path: Path) -> None:
    folder = snapshot(tmp_path / "snapshot-3", {1: PAIR}, [pair("a", "tie"), pair("b", "a", decision="plural")])
    for slug in ("dpo", "kto"):
        with pytest.raises(ExportRefused, match="winner"):
            write(slug, folder, tmp_path / "out.jsonl")
    assert not (tmp_path / "out.jsonl").exists()


def test_one_conversation_makes_messages_of_every_row(tmp_path: Path) -> None:
    talk = interface(
        [{"name": "outputs", "type": "candidates", "of": "chat"}],
        [{"name": "better", "type": "pairwise", "on": "outputs"}],
    )
    asked = {"role": "user", "content": "Tide?"}
    good, bad = {"role": "assistant", "content": "At six."}, {"role": "assistant", "content": "[]"}
    answer = {"better": {"winner": "a", "shown": ["a", "b"]}}
    gold = [
        pair("a", "a", interface=2),
        sample("b", {"outputs": candidates([asked, good], [asked, bad])}, answer),
        sample("c", {"outputs": candidates([asked, good], [asked])}, answer),
    ]
    folder = snapshot(tmp_path / "snapshot-3", {1: talk, 2: PAIR}, gold)
    rows = lines(folder, "dpo")
    for row in rows:
        for side in ("prompt", "chosen", "rejected"):
            jsonschema.validate(row[side], MESSAGES)
    assert rows[1] == {"prompt": [asked], "chosen": [good], "rejected": [bad]}
    assert rows[0]["prompt"] == [{"role": "user", "content": "[a]"}]
    assert len(rows) == 2


def test_corrections_are_prompts_with_completions(tmp_path: Path) -> None:
    document = interface(
        [{"name": "talk", "type": "chat"}, {"name": "reply", "type": "text"}],
        [{"name": "fix", "type": "correction", "on": "reply"}],
    )
    turns = [{"role": "system", "content": "Be kind.", "name": "house"}, {"role": "user", "content": "Tide?"}]
    fields = {"talk": turns, "reply": "Dunno."}
    gold = [
        sample("a", fields, {"fix": {"text": "At six.", "base_sha256": "0" * 64, "reasons": []}}),
        sample("b", fields, {}),
        sample("c", fields, {"fix": {"text": "At nine.", "base_sha256": "0" * 64, "reasons": []}}, decision="plural"),
    ]
    rows = lines(snapshot(tmp_path / "snapshot-3", {1: document}, gold), "sft")
    assert rows == [
        {
            "prompt": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Tide?"}],
            "completion": [{"role": "assistant", "content": "At six."}],
        }
    ]


def test_verdicts_that_name_their_text_are_labels(tmp_path: Path) -> None:
    document = interface(
        [{"name": "brief", "type": "text"}, {"name": "piece", "type": "markdown"}],
        [{"name": "works", "type": "verdict", "on": "piece"}],
    )
    fields = {"brief": "A kettle.", "piece": "It sings."}
    gold = [sample(key, fields, {"works": said}) for key, said in (("a", "yes"), ("b", "no"), ("c", "unsure"))]
    gold.append(sample("d", fields, {"works": "yes"}, decision="plural"))
    folder = snapshot(tmp_path / "snapshot-3", {1: document}, gold)
    assert [(row["completion"], row["label"]) for row in lines(folder, "kto")] == [
        ("It sings.", True),
        ("It sings.", False),
    ]


def test_what_another_version_of_the_interface_asked_is_named_as_left_out(tmp_path: Path) -> None:
    gold = [sample("a", {"text": "Ebb"}, {"mood": "dark"}), pair("b", "a", interface=2)]
    offer = offered(snapshot(tmp_path / "snapshot-3", {1: MOOD, 2: PAIR}, gold))["dpo"]
    assert not offer.refused
    assert any(lost.startswith("What was decided under version 1 of the interface: ") for lost in offer.leaves_out)
