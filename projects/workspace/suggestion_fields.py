"""The part of a project's settings that is about suggestions of machines."""

from django import forms

from projects.workspace.models import Project
from projects.workspace.policy import MOST_HIDDEN

MOST_SHARE = round(100 * MOST_HIDDEN)
SUGGESTIONS_WORDS = (
    ("beside", "Beside the question"),
    ("after", "Hidden until the person has answered the question"),
    ("prefilled", "Filled in, marked as the machine's until the person confirms or changes it"),
    ("off", "Not at all"),
)


class SuggestionFields(forms.Form):
    """Where people see suggestions, and how often they don't."""

    project: Project

    suggestions = forms.ChoiceField(
        label="Where people see them",
        choices=SUGGESTIONS_WORDS,
        widget=forms.RadioSelect,
        help_text="Counts for samples that are given from now on. Hidden checks and repeats never show any.",
    )
    suggestions_withheld = forms.IntegerField(
        label="Withheld from how many of 100 samples",
        required=False,
        min_value=0,
        max_value=MOST_SHARE,
        help_text="Drawn for each person and sample. The quality page compares answers with and without: how far "
        "people follow the machine can't be known otherwise. 10 to 20 is a good share.",
    )

    def checks_stand_out(self) -> bool:
        """Whether a sample without suggestions is, as the project is set up, more likely a check than anything else."""
        rules = self.project.rules
        checks = rules.gold_rate + rules.repeat_rate
        exposed = checks > 0 and rules.suggestions != "off" and not rules.suggestions_withheld
        return exposed and self.project.samples.filter(suggestions__isnull=False).exists()
