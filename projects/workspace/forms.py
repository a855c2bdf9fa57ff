"""Forms of the workspace's pages."""

from typing import Any

from django import forms
from django.db.models import Q

from projects.schema import GALLERY
from projects.workspace.actions import overlap_is_fixed
from projects.workspace.models import Project, Role, User
from projects.workspace.policy import REQUIRE, Policy, PolicyError

APPROVE_WORDS = (
    ("review", "A reviewer decides on every sample"),
    ("agreement", "Samples whose answers agree are approved by rule, the others go to review"),
    ("overlap", "Every sample with enough answers is approved by rule"),
)
REQUIRE_WORDS = {"licence": "a licence", "consent": "the creator's consent", "creator": "a named creator"}
# Text in whatever script the person writes.
AUTO = {"dir": "auto"}


class ProjectForm(forms.Form):
    """What a new project needs; all of it but the template can be changed until samples are in."""

    template = forms.ChoiceField(
        label="What will people do?",
        choices=[(template.slug, template.title) for template in GALLERY],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what people will do."},
    )
    name = forms.CharField(
        label="Name", max_length=200, widget=forms.TextInput(attrs=AUTO | {"placeholder": "Stories of the coast"})
    )
    overlap = forms.IntegerField(
        label="People per sample",
        min_value=1,
        max_value=100,
        initial=2,
        help_text="Agreement can be measured from two on.",
    )
    approve = forms.ChoiceField(
        label="Who approves a sample?", choices=APPROVE_WORDS, initial="review", widget=forms.RadioSelect
    )


class SettingsForm(forms.Form):
    """Name, guidelines, overlap and policy of a project."""

    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs=AUTO))
    guidelines = forms.CharField(
        label="Guidelines",
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs=AUTO | {"rows": 12}),
        help_text="Markdown. People read them on the project's page, and beside the sample while they label.",
    )
    overlap = forms.IntegerField(label="People per sample", min_value=1, max_value=100)
    approve = forms.ChoiceField(
        label="Who approves a sample?",
        choices=APPROVE_WORDS,
        widget=forms.RadioSelect,
        help_text="Counts for samples that are completed from now on.",
    )
    min_agreement = forms.FloatField(
        label="Least agreement for approval by rule",
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
        help_text="From 0 (any answers) to 1 (the same answers).",
    )
    review_own = forms.BooleanField(
        label="Reviewers may decide on samples that they labelled themselves", required=False
    )
    reveal_annotators = forms.BooleanField(label="Reviewers see who gave which answer", required=False)
    require = forms.MultipleChoiceField(
        label="Before it leaves, a sample needs",
        choices=[(name, REQUIRE_WORDS[name]) for name in REQUIRE],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Samples without it are left out of snapshots. An ended consent always leaves a sample out.",
    )
    licences = forms.CharField(
        label="What licences of your own allow",
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "LicenseRef-house: research", "spellcheck": "false"}),
        help_text="One a line: its name, a colon, and none, research or commercial. One that is not here passes for "
        "research only; other licences are known by their SPDX names.",
    )
    lease_minutes = forms.IntegerField(
        label="Minutes that a sample stays with one person",
        min_value=1,
        max_value=7 * 24 * 60,
        help_text="Afterwards somebody else may get it; the draft is kept.",
    )

    POLICY = ("approve", "min_agreement", "review_own", "reveal_annotators", "require", "licences", "lease_minutes")

    def __init__(self, project: Project, data: Any = None) -> None:
        rules = project.rules.as_dict()
        initial = {name: rules[name] for name in self.POLICY}
        initial["licences"] = "\n".join(f"{name}: {allowed}" for name, allowed in sorted(rules["licences"].items()))
        initial |= {"name": project.name, "guidelines": project.guidelines, "overlap": project.overlap}
        super().__init__(data, initial=initial)
        if overlap_is_fixed(project):
            self.fields["overlap"].disabled = True
            self.fields[
                "overlap"
            ].help_text = "Fixed since samples were imported: each of them counts down from this number."

    def clean_guidelines(self) -> str:
        return str(self.cleaned_data["guidelines"]).replace("\r\n", "\n")

    def clean_licences(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in str(self.cleaned_data["licences"]).splitlines():
            name, colon, allowed = (part.strip() for part in line.rpartition(":"))
            if not line.strip():
                continue
            if not colon:
                raise forms.ValidationError(f"“{line.strip()[:60]}”: expected a line like LicenseRef-house: research")
            if name in found:
                raise forms.ValidationError(f"{name} is there twice")
            found[name] = allowed.lower()
        try:
            Policy.parse({"licences": found})
        except PolicyError as error:
            raise forms.ValidationError(str(error).removeprefix("policy.licences").lstrip(":. ")) from error
        return found

    def changes(self) -> dict[str, Any]:
        """The arguments of ``update_project``."""
        data = self.cleaned_data
        policy = {name: data[name] for name in self.POLICY}
        return {**{name: data[name] for name in ("name", "guidelines", "overlap")}, "policy": policy}


class InviteForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Role.choices, initial=Role.ANNOTATOR)
    email = forms.EmailField(
        label="For whom",
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"placeholder": "name@example.org", "autocomplete": "off"}),
        help_text="An e-mail address as a note for yourself. Nothing is sent: copy the link.",
    )


class ProfileForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs=AUTO | {"autocomplete": "name"}),
        help_text="What others see. Without it they see your user name.",
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="To sign in with, and to set a new password when the old one is lost.",
    )

    def __init__(self, user: User, data: Any = None) -> None:
        self.user = user
        super().__init__(data, initial={"name": user.get_full_name(), "email": user.email})

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"])
        taken = Q(email__iexact=email) | Q(emailaddress__email__iexact=email)
        if email and User.objects.filter(taken).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Somebody else uses this address.")
        return email
