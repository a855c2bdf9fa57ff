"""The editor of what is shown and asked: who may use it, what it refuses, when it makes a new version."""

import copy
import json
import uuid
from typing import Any

import pytest
from django.urls import reverse

from projects.labeling import actions as labeling
from projects.models import Assignment, Interface
from projects.schema import FIELD_TYPES, GALLERY, QUESTION_TYPES, Field, Template
from projects.schema.describe import describe
from projects.workspace import actions
from tests.factories import INTERFACE, make_member, make_sample, membership
from tests.workspace.cast import FOR_OWNERS, Cast, browser

pytestmark = pytest.mark.django_db


def edited(**changes: Any) -> dict[str, Any]:
    """The interface with another second question."""
    document = copy.deepcopy(INTERFACE)
    document["questions"][1] |= changes
    return document


class Editor:
    """An owner with the editor open."""

    def __init__(self) -> None:
        self.cast = Cast(interface=INTERFACE)
        self.address = reverse("interface", args=[self.cast.project.slug])
        self.client = browser(self.cast.owner)
        self.base = self.newest().sha256

    def newest(self) -> Interface:
        return Interface.objects.filter(project=self.cast.project).order_by("-version")[0]

    def save(self, document: Any, **more: str) -> Any:
        text = document if isinstance(document, str) else json.dumps(document)
        return self.client.post(self.address, {"document": text, "base": self.base, "intent": "save", **more})

    def preview(self, document: Any) -> Any:
        text = document if isinstance(document, str) else json.dumps(document)
        address = reverse("interface-preview", args=[self.cast.project.slug])
        return self.client.post(address, {"document": text}, headers={"HX-Request": "true"})

    def label(self) -> Assignment:
        """Somebody labels a sample, so that version 1 is in use."""
        make_sample(self.cast.project)
        member = membership(self.cast.project, self.cast.annotator)
        assignment = labeling.next_assignment(membership=member)
        assert assignment is not None
        labeling.submit(
            membership=member,
            assignment_id=assignment.pk,
            answers={"mood": "dark", "craft": 3},
            submission=uuid.uuid4(),
        )
        return assignment


def test_the_editor_and_its_versions_are_for_owners() -> None:
    cast = Cast()
    for name, more in (("interface", []), ("interface-version", [1])):
        assert cast.statuses(reverse(name, args=[cast.project.slug, *more])) == FOR_OWNERS


@pytest.mark.parametrize("name", ["interface", "interface-preview"])
def test_only_owners_may_post_to_it(name: str) -> None:
    editor = Editor()
    address = reverse(name, args=[editor.cast.project.slug])
    form = {"document": json.dumps(edited(scale=[1, 7])), "base": editor.base}
    for person, status in ((editor.cast.reviewer, 403), (editor.cast.annotator, 403), (editor.cast.stranger, 404)):
        assert browser(person).post(address, form).status_code == status
    assert editor.newest().document == INTERFACE
    assert editor.client.post(address, form).status_code in (200, 302)


def test_an_interface_nobody_labels_with_is_changed_in_place() -> None:
    editor = Editor()
    assert editor.save(edited(scale=[1, 7])).status_code == 302
    assert (editor.newest().version, editor.newest().document["questions"][1]["scale"]) == (1, [1, 7])


def test_an_interface_in_use_asks_before_it_makes_a_new_version() -> None:
    editor = Editor()
    editor.label()
    asked = editor.save(edited(scale=[1, 7]))
    assert asked.status_code == 200
    assert editor.newest().version == 1
    fates = {fate.change.question: (fate.change.change, fate.answers) for fate in asked.context["fates"]}
    assert fates == {"mood": ("kept", 1), "craft": ("changed", 1)}
    assert json.loads(asked.context["text"]) == edited(scale=[1, 7])

    confirmed = editor.save(edited(scale=[1, 7]), confirmed=asked.context["ask"].sha256)
    assert confirmed.status_code == 302
    assert editor.newest().version == 2
    page = editor.client.get(editor.address).content.decode()
    assert "Version 2 is in use from the next sample on." in page


def test_a_confirmation_of_one_text_does_not_hold_for_another() -> None:
    editor = Editor()
    editor.label()
    asked = editor.save(edited(scale=[1, 7]))
    again = editor.save(edited(scale=[1, 9]), confirmed=asked.context["ask"].sha256)
    assert (again.status_code, editor.newest().version) == (200, 1)


def test_the_next_sample_comes_with_the_new_version_and_the_open_one_keeps_its_own() -> None:
    editor = Editor()
    editor.label()
    make_sample(editor.cast.project)
    make_sample(editor.cast.project)
    open_one = labeling.next_assignment(membership=membership(editor.cast.project, editor.cast.annotator))
    new = actions.save_interface(actor=editor.cast.owner, project=editor.cast.project, document=edited(scale=[1, 7]))
    other = make_member(editor.cast.project)
    fresh = labeling.next_assignment(membership=membership(editor.cast.project, other))
    assert open_one is not None
    assert fresh is not None
    assert (open_one.interface.version, fresh.interface_id) == (1, new.pk)


def test_the_same_document_again_saves_nothing() -> None:
    editor = Editor()
    editor.label()
    assert editor.save(INTERFACE).status_code == 302
    assert editor.newest().version == 1


def test_fields_that_samples_do_not_have_are_asked_about_first() -> None:
    editor = Editor()
    make_sample(editor.cast.project)
    document = {**INTERFACE, "fields": [*INTERFACE["fields"], {"name": "brief", "type": "text"}]}
    asked = editor.save(document)
    assert asked.status_code == 200
    assert "brief" in asked.context["ask"].warnings[0]
    assert editor.newest().document == INTERFACE


BROKEN = [
    ('{"schema": 1,', "line 1"),
    ("[1]", "interface"),
    ('{"schema": NaN}', "interface"),
    ('{"schema": 1, "schema": 1}', "interface"),
    ("[" * 100_000, "interface"),
    ('{"schema": 1' + 400 * "0" + "}", "interface"),
    (json.dumps(edited(title="\x00")), "interface"),
    (json.dumps(edited(title="\ud800")), "interface"),
    (json.dumps(edited(type="telepathy")), "questions[1].type"),
    (json.dumps(edited(scael=[1, 5])), "questions[1].scael"),
    ("", "line 1"),
]


@pytest.mark.parametrize(("text", "path"), BROKEN, ids=range(len(BROKEN)))
def test_what_does_not_fit_is_named_and_the_text_is_kept(text: str, path: str) -> None:
    editor = Editor()
    refused = editor.save(text)
    assert refused.status_code == 422
    assert refused.context["problems"][0].path.startswith(path)
    assert refused.context["text"] == text
    shown = editor.preview(text)
    assert shown.status_code == 200
    assert f'data-path="{path}' in shown.content.decode()
    assert 'id="preview"' not in shown.content.decode()
    assert editor.newest().document == INTERFACE


def test_of_two_owners_the_second_keeps_the_text_and_sees_the_other() -> None:
    editor = Editor()
    other = make_member(editor.cast.project, "owner")
    actions.save_interface(actor=other, project=editor.cast.project, document=edited(title="Theirs"))
    refused = editor.save(edited(title="Mine"))
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "Theirs" in page
    assert "Mine" in refused.context["text"]
    assert editor.newest().document["questions"][1]["title"] == "Theirs"
    # The form carries the newer version by now, so that saving again goes over it knowingly.
    editor.base = refused.context["base"]
    assert editor.save(edited(title="Mine")).status_code == 302
    assert editor.newest().document["questions"][1]["title"] == "Mine"


def test_a_save_that_lost_the_race_in_the_last_moment_is_refused_too() -> None:
    editor = Editor()
    actions.save_interface(actor=editor.cast.owner, project=editor.cast.project, document=edited(title="Theirs"))
    with pytest.raises(actions.Stale):
        actions.save_interface(
            actor=editor.cast.owner,
            project=editor.cast.project,
            document=edited(title="Mine"),
            base_sha256=editor.base,
        )


def test_looking_saves_nothing() -> None:
    editor = Editor()
    assert editor.save(edited(title="Other"), intent="look").status_code == 200
    assert editor.newest().document == INTERFACE


@pytest.mark.parametrize("template", GALLERY, ids=lambda template: template.slug)
def test_every_interface_of_the_gallery_has_its_preview(template: Template) -> None:
    editor = Editor()
    page = editor.preview(template.document).content.decode()
    for question in template.document["questions"]:
        assert f'id="q-{question["name"]}"' in page
    assert "not here" not in page


def test_user_text_in_the_preview_is_escaped() -> None:
    page = Editor().preview(edited(title="<script>alert(1)</script>", help="</textarea><b>")).content.decode()
    assert "<script>" not in page
    assert "<b>" not in page


def test_an_older_version_says_what_the_next_one_changed() -> None:
    editor = Editor()
    editor.label()
    actions.save_interface(actor=editor.cast.owner, project=editor.cast.project, document=edited(scale=[1, 7]))
    first, second = (reverse("interface-version", args=[editor.cast.project.slug, number]) for number in (1, 2))
    page = editor.client.get(first)
    assert [change.change for change in page.context["changes"]] == ["kept", "changed"]
    assert page.context["used"] == 1
    assert editor.client.get(second).context["following"] is None
    for missing in (3, 10**30):
        address = reverse("interface-version", args=[editor.cast.project.slug, missing])
        assert editor.client.get(address).status_code == 404


@pytest.mark.parametrize("member", FIELD_TYPES, ids=lambda member: member.slug)
def test_the_example_of_every_field_type_fits_it(member: Any) -> None:
    for inner in FIELD_TYPES if "of" in member.settings else [None]:
        if inner is None or "of" not in inner.settings:
            field = Field("it", member, "It", of=inner)
            assert member.fault(member.example(field), field) is None


@pytest.mark.parametrize("member", QUESTION_TYPES, ids=lambda member: member.slug)
def test_the_editor_knows_every_setting_of_every_question_type(member: Any) -> None:
    described = next(each for each in describe()["questions"] if each["slug"] == member.slug)
    names = {setting["name"] for setting in (*described["settings"], *described["more"])}
    assert names >= member.settings | {"name", "title", "help", "required", "on", "show_if", "kind"}
