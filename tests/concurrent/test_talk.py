"""The same thing said or asked for at once, over real connections."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from projects.models import Comment, Delivery, Job, Notification
from projects.samples import comments
from projects.workspace import digest, jobs, webhooks
from tests.concurrent.test_queue import side_by_side
from tests.factories import make_member, make_project, make_sample, make_user, membership

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_comment_sent_by_several_requests_at_once_is_one() -> None:
    project = make_project()
    reviewer, sample = make_member(project, "reviewer"), make_sample(project)
    key, member = uuid.uuid4(), membership(project, reviewer)
    text = f"@{project.created_by.username} look"

    def send() -> None:
        comments.begin(membership=member, sample=sample, text=text, client_id=key)

    assert side_by_side(*[send] * 4) == []
    assert (Comment.objects.count(), Notification.objects.count()) == (1, 1)


def test_workers_that_sweep_and_run_at_once_send_one_mail() -> None:
    person = make_user(email="ada@example.org")
    project = make_project(person)
    old = timezone.now() - timedelta(days=2)
    about = {"kind": "mention", "title": "t", "address": "/", "key": "k"}
    Notification.objects.create(user=person, project=project, created_at=old, **about)
    assert side_by_side(*[digest.sweep] * 4) == []
    (job,) = Job.objects.filter(kind="digest")
    assert side_by_side(*[lambda: jobs.run(job.pk)] * 4) == []
    assert len(mail.outbox) == 1


def test_of_several_workers_one_claims_a_delivery() -> None:
    project = make_project()
    webhook, _ = webhooks.add_webhook(
        actor=project.created_by, project=project, url="https://example.org/", events=["sample.approved"]
    )
    made = webhooks.send_test(actor=project.created_by, webhook=webhook)
    claimed: list[bool] = []
    assert side_by_side(*[lambda: claimed.append(webhooks._claimed(made))] * 4) == []
    assert sorted(claimed) == [False, False, False, True]
    assert Delivery.objects.get().attempts == 1
