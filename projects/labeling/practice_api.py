"""Practice for programs: one's own rounds, and what owners choose and decide."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from projects.labeling import practice as verbs
from projects.labeling.actions import SubmissionReused
from projects.labeling.practice_models import PracticeAnswer, PracticeRound, PracticeSample, RoundState
from projects.labeling.practice_views import judged, people
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.schema import SchemaError
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.http import Conflict
from projects.workspace.interfaces import parsed
from projects.workspace.models import Membership, PracticeStanding


class RoundBody(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=RoundState.choices)
    wanted = serializers.IntegerField(help_text="Samples of the round.")
    answered = serializers.IntegerField()
    right = serializers.IntegerField(help_text="Of the known answers that were asked for.")
    asked = serializers.IntegerField()
    threshold = serializers.FloatField(help_text="The share of right ones that admits.")


class ExerciseBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    fields = serializers.DictField()  # type: ignore[assignment]
    shown = serializers.DictField(help_text="The order in which candidates are to be shown.")


class PracticeBody(serializers.Serializer[Any]):
    practises = serializers.BooleanField(help_text="You have to practise before you label.")
    rounds = RoundBody(many=True)
    sample = ExerciseBody(allow_null=True, help_text="What to answer now; null where there is nothing.")


class ExerciseAnswer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200)
    submission = serializers.UUIDField()
    answers = serializers.DictField()
    duration_ms = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False, allow_null=True)


class JudgedBody(serializers.Serializer[Any]):
    question = serializers.CharField()
    answer = serializers.JSONField(allow_null=True)
    known = serializers.JSONField(allow_null=True, help_text="Null where no answer is right or wrong.")
    right = serializers.BooleanField(allow_null=True)
    why = serializers.CharField(allow_blank=True)


class AnsweredBody(serializers.Serializer[Any]):
    round = RoundBody()
    questions = JudgedBody(many=True)


class PracticeSampleBody(serializers.Serializer[Any]):
    key = serializers.CharField()
    explanations = serializers.DictField(child=serializers.CharField(allow_blank=True))


class PracticeSampleRequest(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=200)
    use = serializers.BooleanField(default=True, help_text="False makes it a hidden check again.")
    explanations = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=verbs.LONGEST_REASON),
        required=False,
        help_text="By question, why the known answer is right. Left out: as they were.",
    )


class PracticePersonBody(serializers.Serializer[Any]):
    username = serializers.CharField()
    practises = serializers.BooleanField()
    standing = serializers.ChoiceField(choices=PracticeStanding.choices, allow_blank=True)
    rounds = RoundBody(many=True)


class PracticePersonRequest(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    do = serializers.ChoiceField(choices=("admit", "send_back"))


@extend_schema(methods=["GET"], operation_id="practice", request=None, responses={200: PracticeBody})
@extend_schema(methods=["POST"], operation_id="practise", request=ExerciseAnswer, responses={200: AnsweredBody})
@api_view(["GET", "POST"])
def practice(request: Request, slug: str) -> Response:
    """Your rounds and the sample to practise on; a POST answers it and is told what is right. The same submission again
    changes nothing."""
    membership = membership_for(request.user, slug)
    if request.method == "GET":
        turn = verbs.next_turn(membership=membership)
        rounds = PracticeRound.objects.filter(project=membership.project, annotator=membership.user).order_by("number")
        return Response(
            {
                "practises": membership.practises,
                "rounds": [_round(each) for each in rounds],
                "sample": _exercise(membership, turn.sample),
            }
        )
    body = ExerciseAnswer(data=request.data)
    body.is_valid(raise_exception=True)
    try:
        made = verbs.answer(membership=membership, **body.validated_data)
    except SchemaError as error:
        raise ValidationError({problem.path: [problem.reason] for problem in error.problems}) from error
    except (Refused, SubmissionReused) as error:
        raise Conflict(str(error)) from error
    return Response(_answered(made))


@extend_schema(
    methods=["GET"], operation_id="practice_samples", request=None, responses={200: PracticeSampleBody(many=True)}
)
@extend_schema(
    methods=["POST"],
    operation_id="choose_practice_sample",
    request=PracticeSampleRequest,
    responses={200: PracticeSampleBody(many=True)},
)
@api_view(["GET", "POST"])
def practice_samples(request: Request, slug: str) -> Response:
    """The samples of known answers that are for practice, in the order in which people get them; a POST chooses one, or
    makes it a hidden check again."""
    membership = membership_for(request.user, slug, OWNERS)
    if request.method == "POST":
        body = PracticeSampleRequest(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            verbs.choose(actor=membership.user, project=membership.project, **body.validated_data)
        except Sample.DoesNotExist:
            raise Http404("No such sample of known answers.") from None
        except Refused as error:
            raise Conflict(str(error)) from error
    rows = PracticeSample.objects.filter(project=membership.project, sample__state=SampleState.HIDDEN).order_by("pk")
    found = rows.values_list("sample__key", "explanations")
    return Response([{"key": key, "explanations": explanations} for key, explanations in found])


@extend_schema(
    methods=["GET"], operation_id="practice_people", request=None, responses={200: PracticePersonBody(many=True)}
)
@extend_schema(
    methods=["POST"],
    operation_id="decide_practice",
    request=PracticePersonRequest,
    responses={200: PracticePersonBody(many=True)},
)
@api_view(["GET", "POST"])
def practice_people(request: Request, slug: str) -> Response:
    """The annotators with their rounds, those who practise first; a POST admits one by hand or sends them back."""
    membership = membership_for(request.user, slug, OWNERS)
    project = membership.project
    if request.method == "POST":
        body = PracticePersonRequest(data=request.data)
        body.is_valid(raise_exception=True)
        name = body.validated_data["username"]
        found = get_or_404(project.memberships.select_related("user"), "annotator", user__username=name)
        decide = verbs.admit if body.validated_data["do"] == "admit" else verbs.send_back
        try:
            decide(actor=membership.user, project=project, user=found.user)
        except Refused as error:
            raise Conflict(str(error)) from error
    return Response(
        [
            {
                "username": row["member"].user.username,
                "practises": row["practises"],
                "standing": row["member"].practice,
                "rounds": [_round(each) for each in row["rounds"]],
            }
            for row in people(project)
        ]
    )


def _round(row: PracticeRound) -> dict[str, Any]:
    names = ("number", "state", "wanted", "answered", "right", "asked", "threshold")
    return {name: getattr(row, name) for name in names}


def _exercise(membership: Membership, sample: Sample | None) -> dict[str, Any] | None:
    if sample is None:
        return None
    assert membership.project.interface is not None
    interface = parsed(membership.project.interface)
    return {
        "key": sample.key,
        "fields": sample.fields,
        "shown": verbs.shown_to(membership.user, sample, interface),
    }


def _answered(made: PracticeAnswer) -> dict[str, Any]:
    return {
        "round": _round(made.round),
        "questions": [
            {
                "question": each.question.name,
                "answer": each.given,
                "known": each.known,
                "right": None if each.known is None else each.right,
                "why": each.why,
            }
            for each in judged(made, parsed(made.interface))
        ],
    }
