"""Health, metrics and the doctor: what they say when all is well, and when something is not."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from annotator import health
from projects.workspace.models import Worker


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_kept", None)


def test_live_needs_nothing(client: Client) -> None:
    assert client.get("/health/live").json() == {"state": "up"}


def test_every_answer_says_what_a_page_may_load(client: Client) -> None:
    policy = client.get("/health/live").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'; img-src 'self' data:; media-src 'self'; object-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.django_db(transaction=True)
def test_ready_while_every_component_is_up(client: Client) -> None:
    Worker.objects.create(name="w", seen_at=timezone.now())
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert {name: part["state"] for name, part in response.json()["components"].items()} == dict.fromkeys(
        ("database", "broker", "worker", "storage"), "up"
    )


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_worker(client: Client) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["components"]["worker"] == {"state": "down"}


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_the_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert client.get("/health/ready").json()["components"]["broker"]["state"] == "down"


@pytest.mark.django_db
def test_metrics_are_for_this_machine_or_whoever_has_the_token(client: Client, settings: Settings) -> None:
    client.get("/health/live")
    body = client.get("/metrics").content.decode()
    assert 'annotator_requests_total{method="GET",route="health-live",status="200"}' in body
    assert "annotator_job_wait_seconds" in body
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.1").status_code == 403
    settings.METRICS_TOKEN = "secret"
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer secret"}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_doctor_names_what_is_wrong_and_how_to_mend_it(settings: Settings, monkeypatch: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    out = io.StringIO()
    call_command("doctor", stdout=out)
    text = out.getvalue()
    assert "ALLOWED_HOSTS is *" in text
    assert "manage.py create_user" in text
    assert "no worker" in text
