"""The page on which owners answer what a datasheet asks, and the same for programs."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.snapshots import datasheet
from projects.snapshots.layout.prose import CHAPTERS, QUESTIONS, answered
from projects.snapshots.models import Datasheet
from projects.workspace.access import OWNERS, membership_for
from projects.workspace.http import Conflict

UNFIT = 422
STALE = 409


class DatasheetForm(forms.Form):
    """A text for each question; none is required."""

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, found: Datasheet, data: Any = None) -> None:
        super().__init__(data, initial={"revision": found.revision, **found.answers})
        for question in QUESTIONS.values():
            self.fields[question.name] = forms.CharField(
                label=question.title,
                help_text=question.asks,
                required=False,
                max_length=datasheet.LONGEST,
                widget=forms.Textarea(attrs={"dir": "auto", "rows": 3}),
            )

    def chapters(self, facts: dict[str, list[str]], theirs: dict[str, str]) -> list[dict[str, Any]]:
        """The chapters with their fields, what is measured, and what somebody else wrote there meanwhile."""
        return [
            {
                "chapter": chapter,
                "rows": [
                    {"field": self[each.name], "facts": facts.get(each.name, ()), "theirs": theirs.get(each.name)}
                    for each in chapter.questions
                ],
            }
            for chapter in CHAPTERS
        ]


@login_required
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The questions with what the figures say already; POST saves all answers."""
    membership = membership_for(request.user, slug, OWNERS)
    project, found = membership.project, datasheet.sheet(membership.project)
    form = DatasheetForm(found, request.POST if request.method == "POST" else None)
    status, stale = 200, None
    if request.method == "POST":
        status = UNFIT
        if form.is_valid():
            revision = form.cleaned_data.pop("revision")
            try:
                datasheet.write(actor=membership.user, project=project, answers=form.cleaned_data, revision=revision)
                messages.success(request, "Saved. The next version will say it.")
                return redirect("datasheet", slug)
            except datasheet.Stale as problem:
                status, stale = STALE, problem.newest
                form = _over(stale, form.cleaned_data)
    theirs = _differing(stale, form) if stale else {}
    context = {
        "project": project,
        "membership": membership,
        "form": form,
        "chapters": form.chapters(datasheet.measured(project), theirs),
        "sheet": stale or found,
        "stale": stale,
        "answered": answered({name: form[name].value() or "" for name in QUESTIONS}),
        "total": len(QUESTIONS),
    }
    return render(request, "snapshots/datasheet.html", context, status=status)


def _over(newest: Datasheet, mine: dict[str, Any]) -> DatasheetForm:
    """The writer's own texts in a form that would replace the newest ones."""
    return DatasheetForm(newest, {**mine, "revision": newest.revision})


def _differing(newest: Datasheet, form: DatasheetForm) -> dict[str, str]:
    return {
        name: newest.answers.get(name, "")
        for name in QUESTIONS
        if newest.answers.get(name, "") != (form[name].value() or "").strip()
    }


class DatasheetQuestion(serializers.Serializer[Any]):
    name = serializers.CharField()
    title = serializers.CharField()
    asks = serializers.CharField()
    chapter = serializers.CharField()


class DatasheetBody(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    answers = serializers.DictField(child=serializers.CharField())
    answered = serializers.IntegerField()
    questions = DatasheetQuestion(many=True)


class DatasheetRequest(serializers.Serializer[Any]):
    answers = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=datasheet.LONGEST),
        help_text="all answers by the question's name; what is left out or empty is not answered any more",
    )
    revision = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="the one that was read; 409 if there is a later one"
    )


@extend_schema(methods=["GET"], operation_id="datasheet", request=None, responses={200: DatasheetBody})
@extend_schema(
    methods=["PUT"], operation_id="write_datasheet", request=DatasheetRequest, responses={200: DatasheetBody}
)
@api_view(["GET", "PUT"])
def api(request: Request, slug: str) -> Response:
    """What owners wrote for the documents of the next version, and what is asked; PUT replaces all answers."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "GET":
        return Response(body_of(datasheet.sheet(membership.project)))
    body = DatasheetRequest(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        written = datasheet.write(actor=membership.user, project=membership.project, **body.validated_data)
    except datasheet.AnswerError as error:
        raise ValidationError({f"answers.{name}": [problem] for name, problem in error.problems.items()}) from error
    except datasheet.Stale as error:
        raise Conflict(str(error)) from error
    return Response(body_of(written))


def body_of(found: Datasheet) -> dict[str, Any]:
    return {
        "revision": found.revision,
        "answers": found.answers,
        "answered": answered(found.answers),
        "questions": [
            {"name": each.name, "title": each.title, "asks": each.asks, "chapter": chapter.slug}
            for chapter in CHAPTERS
            for each in chapter.questions
        ],
    }
