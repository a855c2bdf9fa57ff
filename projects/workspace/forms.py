"""Forms of the workspace's pages."""

from typing import Any

from django import forms
from django.db.models import Q

from projects.schema import GALLERY
from projects.workspace.actions import overlap_is_fixed
from projects.workspace.interfaces import parsed
from projects.workspace.models import Project, Role, User
from projects.workspace.policy import MOST_PEOPLE, MOST_PRACTICE, REQUIRE, Policy, PolicyError
from projects.workspace.suggestion_fields import MOST_SHARE, SuggestionFields

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


class SettingsForm(SuggestionFields):
    """Name, guidelines, overlap and policy of a project."""

    name = forms.CharField(label="Name", max_length=200, widget=forms.TextInput(attrs=AUTO))
    guidelines = forms.CharField(
        label="Guidelines",
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs=AUTO | {"rows": 12}),
        help_text="Markdown. People read them on the project's page, and beside the sample while they label.",
    )
    overlap = forms.IntegerField(label="People per sample", min_value=1, max_value=MOST_PEOPLE)
    overlap_max = forms.IntegerField(
        label="At most, where they disagree",
        required=False,
        min_value=2,
        max_value=MOST_PEOPLE,
        help_text="Adaptive overlap: a sample gets one person more at a time, up to this number, until the most "
        "frequent answer to each objective question is far enough ahead. Empty: the same number for every sample.",
    )
    overlap_lead = forms.IntegerField(
        label="Lead of the first answer over the second",
        required=False,
        min_value=1,
        max_value=MOST_PEOPLE,
        help_text="How many more people must have given the first answer. 2 with at most 5 people, or 3 with at most "
        "10, saves nearly half of the answers and costs hardly any accuracy.",
    )
    gold_rate = forms.IntegerField(
        label="Hidden checks among 100 samples",
        required=False,
        min_value=0,
        max_value=MOST_SHARE,
        help_text="So often, at places nobody can foresee, a person gets a sample whose answers are known (imported as "
        "“gold”). Nobody gets one twice, nobody can tell it from others, and no answer to it becomes a label. Only for "
        "objective questions.",
    )
    repeat_rate = forms.IntegerField(
        label="Repeats among 100 samples",
        required=False,
        min_value=0,
        max_value=MOST_SHARE,
        help_text="So often a person gets a sample again that they answered at least 20 samples ago, without their "
        "earlier answer. It tells taste from noise, and counts as no second answer.",
    )
    practice_samples = forms.IntegerField(
        label="Samples that new annotators practise on",
        required=False,
        min_value=1,
        max_value=MOST_PRACTICE,
        help_text="They see after each what is right and why, and label when enough was right. What they answer is "
        "never part of the data. Empty: everybody labels at once. Whoever has begun labelling goes on, unless you send "
        "them back.",
    )
    practice_threshold = forms.IntegerField(
        label="Per cent of right answers that admit to labelling",
        required=False,
        min_value=0,
        max_value=100,
        help_text="Of the known answers to objective questions. Below it, people may try again with other samples.",
    )
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
    min_confidence = forms.FloatField(
        label="Least confidence for approval by rule",
        required=False,
        min_value=0,
        max_value=1,
        widget=forms.NumberInput(attrs={"step": "0.05"}),
        help_text="How probable the answer to each objective question must be, from 0 (not asked for) to 1. It takes "
        "30 known answers to tell; until then such samples wait for a reviewer, who reads why.",
    )
    second_reviewer = forms.BooleanField(
        label="What a reviewer approves waits until a second reviewer confirms it",
        required=False,
        help_text="Somebody else than the first, with the role reviewer or owner. Counts for decisions from now on.",
    )
    owner_signs = forms.BooleanField(
        label="Whatever is approved, by rule too, waits for an owner to sign it off",
        required=False,
        help_text="The last step before a sample may enter a snapshot. Owners can sign off all that waits at once.",
    )
    second_look_percent = forms.FloatField(
        label="Per cent of reviewers' decisions that another reviewer makes too",
        required=False,
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"step": "any"}),
        help_text="Without seeing the first; the quality page then says how far reviewers agree. Where two differ a "
        "third person settles, or an owner where there is none. 0 for none.",
    )
    review_own = forms.BooleanField(
        label="Reviewers may decide on samples that they labelled themselves", required=False
    )
    reveal_annotators = forms.BooleanField(label="Reviewers see who gave which answer", required=False)
    importance = forms.CharField(
        label="Importance of a sample",
        required=False,
        max_length=220,
        widget=forms.TextInput(attrs=AUTO | {"placeholder": "metadata.priority", "spellcheck": "false"}),
        help_text="A number in its metadata: disputes that count for more come first. Empty: all count the same.",
    )
    sources = forms.CharField(
        label="Where candidates come from",
        required=False,
        max_length=220,
        widget=forms.TextInput(attrs=AUTO | {"placeholder": "metadata.models", "spellcheck": "false"}),
        help_text="For the strengths of models: “id” if the candidates' ids mean the same in every sample, or the "
        "place in the metadata that holds their names by id. Empty: nobody says.",
    )
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

    POLICY = (
        *("approve", "min_agreement", "min_confidence", "second_reviewer", "owner_signs", "review_own"),
        *("reveal_annotators", "importance", "sources", "require", "licences", "lease_minutes", "suggestions"),
    )
    CHECKS = ("gold_rate", "repeat_rate")
    RATES = (*CHECKS, "suggestions_withheld")

    def __init__(self, project: Project, data: Any = None) -> None:
        rules = project.rules.as_dict()
        initial = {name: rules[name] for name in self.POLICY}
        initial["second_look_percent"] = round(100 * rules["second_look_rate"], 4)
        initial["licences"] = "\n".join(f"{name}: {allowed}" for name, allowed in sorted(rules["licences"].items()))
        initial |= {name: round(100 * rules[name]) for name in self.RATES}
        if adaptive := rules["overlap"]:
            initial |= {"overlap_max": adaptive["max"], "overlap_lead": adaptive["lead"]}
        if rules["practice"]:
            initial["practice_samples"] = rules["practice"]["samples"]
            initial["practice_threshold"] = round(100 * rules["practice"]["threshold"])
        initial |= {"name": project.name, "guidelines": project.guidelines, "overlap": project.overlap}
        super().__init__(data, initial=initial)
        self.project = project
        known = project.samples.filter(state="hidden").count()
        self.fields["gold_rate"].help_text += f" The project has {known or 'no'} such sample{'s'[: known != 1]}."
        if overlap_is_fixed(project):
            self.fields["overlap"].disabled = True
            self.fields[
                "overlap"
            ].help_text = "Fixed since samples were imported: each of them counts down from this number."

    def clean_importance(self) -> str:
        return self._place("importance")

    def clean_sources(self) -> str:
        return self._place("sources")

    def _place(self, name: str) -> str:
        place = str(self.cleaned_data[name]).strip()
        try:
            Policy.parse({name: place})
        except PolicyError as error:
            raise forms.ValidationError(str(error).removeprefix(f"policy.{name}: ").capitalize()) from error
        return place

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

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        least, most, lead = (data.get(name) for name in ("overlap", "overlap_max", "overlap_lead"))
        if most and least and most <= least:
            self.add_error("overlap_max", f"Expected more than the {least} that every sample gets, or nothing.")
        if most and not lead and "overlap_lead" not in self.errors:
            self.add_error("overlap_lead", "Say how far ahead the first answer must be, from 1.")
        if lead and not most and "overlap_max" not in self.errors:
            self.add_error("overlap_max", "Say how many people a sample gets at most, or leave the lead empty too.")
        if most and lead and lead > most:
            self.add_error("overlap_lead", f"{most} people can't put an answer {lead} ahead.")
        if most and not self._has_objective():
            self.add_error("overlap_max", "None of the questions is objective, so no answer can be ahead.")
        if sum(data.get(name) or 0 for name in self.CHECKS) > MOST_SHARE:
            self.add_error("repeat_rate", f"Together with the hidden checks more than {MOST_SHARE} of 100.")
        self._check_practice(data.get("practice_samples"), data.get("practice_threshold"))
        return data

    def _check_practice(self, wanted: int | None, threshold: int | None) -> None:
        if wanted and threshold is None and "practice_threshold" not in self.errors:
            self.add_error("practice_threshold", "Say how many per cent must be right.")
        if not wanted:
            return
        chosen = self.project.samples.filter(state="hidden", practice_sample__isnull=False).count()
        if chosen < wanted:
            self.add_error(
                "practice_samples",
                f"{chosen or 'None'} of the samples with known answers {'is' if chosen == 1 else 'are'}"
                " chosen for practice. Choose more under Practice first.",
            )

    def _has_objective(self) -> bool:
        assert self.project.interface is not None
        interface = parsed(self.project.interface)
        return interface.has_objective(question.name for question in interface.questions)

    def changes(self) -> dict[str, Any]:
        """The arguments of ``update_project``."""
        data = self.cleaned_data
        policy = {name: data[name] for name in self.POLICY}
        policy["min_confidence"] = data["min_confidence"] or 0
        policy |= {name: (data[name] or 0) / 100 for name in self.RATES}
        policy["second_look_rate"] = (data["second_look_percent"] or 0) / 100
        if data["overlap_max"]:
            policy["overlap"] = {"min": data["overlap"], "max": data["overlap_max"], "lead": data["overlap_lead"]}
        if data["practice_samples"]:
            policy["practice"] = {"samples": data["practice_samples"], "threshold": data["practice_threshold"] / 100}
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
