"""Webhooks against a real server on this machine: signed, tried again, logged, and kept out of private networks."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from projects.models import AuditEntry, Delivery, Job, Notification, Project, Webhook
from projects.review import actions as review
from projects.workspace import jobs, outbox, webhook_send, webhooks
from projects.workspace.actions import Refused
from projects.workspace.audit import change
from tests.factories import make_project, make_sample
from tests.review.scene import Scene, mood

pytestmark = pytest.mark.django_db
EVENTS = list(outbox.NAMES)


class Receiver:
    """A server that writes down what it gets, and answers as it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *args: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?x=1"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    found = Receiver()
    yield found
    found.server.shutdown()
    found.server.server_close()


@pytest.fixture
def project() -> Project:
    return make_project()


def add(project: Project, url: str, events: list[str] = EVENTS) -> tuple[Webhook, str]:
    return webhooks.add_webhook(actor=project.created_by, project=project, url=url, events=events)


def work() -> None:
    """Does what waits, as if the time for it had come."""
    Job.objects.filter(state="queued").update(run_after=timezone.now())
    jobs.run_due()


def due_now() -> None:
    Delivery.objects.update(next_at=timezone.now())
    Webhook.objects.update(held_until=None)
    work()


def test_an_approval_is_told_and_its_signature_holds(receiver: Receiver) -> None:
    scene = Scene(people=2)
    _, secret = add(scene.project, receiver.url, ["sample.approved"])
    sample = scene.answered(mood("dark", 1), mood("bright", 5), key="one")
    assert receiver.got == [], "nothing was decided"
    made = review.adjudicate(actor=scene.reviewer, sample=sample, decision="plural")
    work()
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert told["type"] == "sample.approved"
    assert told["data"] == {
        "project": scene.project.slug,
        "sample": "one",
        "decision": "plural",
        "origin": "reviewer",
        "adjudication": made.pk,
    }
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - timezone.now().timestamp()) < 60
    sent = Delivery.objects.get()
    assert (sent.state, sent.status, sent.attempts, sent.message_id) == ("sent", 204, 1, headers["webhook-id"])


def test_the_signature_is_that_of_the_specifications_own_example() -> None:
    body = b'{"test": 2432232314}'
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = webhook_send.sign(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_dispute_by_rule_is_told_and_only_to_who_wants_it(receiver: Receiver) -> None:
    scene = Scene(people=2, policy={"approve": "agreement"})
    add(scene.project, receiver.url, ["sample.disputed"])
    add(scene.project, receiver.url + "&other", ["snapshot.ready"])
    scene.answered(mood("dark", 1), mood("bright", 5), key="apart")
    scene.answered(mood("dark", 1), mood("dark", 1), key="agreed")
    work()
    assert [json.loads(body)["data"]["sample"] for _, body in receiver.got] == ["apart"]


def test_a_version_that_is_ready_is_told(receiver: Receiver, project: Project) -> None:
    add(project, receiver.url)
    with change(None, project) as log:
        log("snapshot.built", project, snapshot=3, samples=7, root="ab")
    work()
    told = json.loads(receiver.got[0][1])
    assert (told["type"], told["data"]) == (
        "snapshot.ready",
        {"project": project.slug, "snapshot": 3, "samples": 7, "root": "ab"},
    )


def test_what_is_rolled_back_is_told_to_nobody(receiver: Receiver, project: Project) -> None:
    add(project, receiver.url)
    sample = make_sample(project)
    with pytest.raises(RuntimeError), change(None, project) as log:
        log("sample.approved", sample)
        raise RuntimeError
    assert not Delivery.objects.exists() and not Job.objects.exists()


def test_a_failure_is_tried_again_later_and_later_under_the_same_id(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    webhooks.send_test(actor=project.created_by, webhook=webhook)
    receiver.answers = [500, 503]
    waits = []
    for _ in range(2):
        due_now()
        waits.append((Delivery.objects.get().next_at - timezone.now()).total_seconds())
    assert 3 < waits[0] <= 5 and 290 < waits[1] <= 300
    job = Job.objects.get(kind="webhooks", state="queued")
    assert job.run_after > timezone.now() + timedelta(seconds=200), "nobody is busy meanwhile"
    assert "503" in Delivery.objects.get().error
    due_now()
    sent = Delivery.objects.get()
    assert (sent.state, sent.attempts, sent.error) == ("sent", 3, "")
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert Webhook.objects.get().failures == 0


def test_after_the_last_attempt_it_is_given_up_and_can_be_sent_again(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    made = webhooks.send_test(actor=project.created_by, webhook=webhook)
    receiver.answers = [500] * 8
    for _ in range(8):
        due_now()
    made.refresh_from_db()
    assert (made.state, made.attempts) == ("failed", 8)
    client = Client()
    client.force_login(project.created_by)
    address = reverse("webhook", args=[project.slug, webhook.pk])
    assert "Send again" in client.get(address).content.decode()
    again = reverse("webhook-resend", args=[project.slug, webhook.pk, made.pk])
    assert client.post(again)["Location"] == address
    client.post(again)  # a second click
    work()
    made.refresh_from_db()
    assert made.state == "sent"
    assert len(receiver.got) == 9


def test_one_that_never_answers_is_switched_off_and_its_owner_told(project: Project, settings: Any) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    webhook, _ = add(project, f"http://127.0.0.1:{port}/")
    for _ in range(3):
        webhooks.send_test(actor=project.created_by, webhook=webhook)
    for _ in range(webhooks.MOST_FAILURES):
        due_now()
    webhook.refresh_from_db()
    assert (webhook.state, webhook.failures) == ("failed", webhooks.MOST_FAILURES)
    told = Notification.objects.get()
    assert (told.user, told.kind) == (project.created_by, "webhook")
    assert AuditEntry.objects.filter(action="webhook.failed").count() == 1
    tried = sum(Delivery.objects.values_list("attempts", flat=True))
    due_now()
    assert sum(Delivery.objects.values_list("attempts", flat=True)) == tried, "it is left alone now"


def test_one_that_fails_is_left_alone_for_longer_and_longer_and_holds_up_no_other(
    receiver: Receiver, project: Project
) -> None:
    bad, _ = add(project, receiver.url)
    other = Receiver()
    good, _ = add(project, other.url)
    receiver.answers = [500] * 3
    for webhook in (bad, good):
        for _ in range(3):
            webhooks.send_test(actor=project.created_by, webhook=webhook)
    work()
    assert (len(receiver.got), len(other.got)) == (1, 3)
    other.server.shutdown()
    other.server.server_close()


def test_gone_is_taken_at_its_word(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    receiver.answers = [410]
    webhooks.send_test(actor=project.created_by, webhook=webhook)
    work()
    assert Webhook.objects.get().state == "failed"
    webhooks.switch(actor=project.created_by, webhook=webhook, on=True)
    due_now()
    assert Delivery.objects.get().state == "sent", "what waited is sent"


def test_a_redirect_is_not_followed(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    receiver.answers, receiver.headers = [302], {"Location": receiver.url}
    webhooks.send_test(actor=project.created_by, webhook=webhook)
    work()
    assert len(receiver.got) == 1
    assert "redirects are not followed" in Delivery.objects.get().error


def test_what_a_killed_worker_had_claimed_is_sent_by_the_next(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    made = webhooks.send_test(actor=project.created_by, webhook=webhook)
    Delivery.objects.update(claimed_until=timezone.now() + timedelta(seconds=60))
    work()
    assert receiver.got == [], "another worker is at it"
    Delivery.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    Job.objects.all().delete()
    assert (outbox.sweep(), outbox.sweep()) == (1, 0)
    work()
    assert [headers["webhook-id"] for headers, _ in receiver.got] == [made.message_id]


def test_of_two_workers_one_claims_a_delivery(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    made = webhooks.send_test(actor=project.created_by, webhook=webhook)
    assert [webhooks._claimed(made), webhooks._claimed(made)] == [True, False]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.7",
        "172.16.3.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused_when_it_is_used(
    project: Project, settings: Any, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    webhook, _ = add(project, "https://hooks.example.org/")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # One good address beside a private one is not enough.
    answers = [(socket.AF_INET, 1, 6, "", ("93.184.215.14", 443)), (family, 1, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: answers)
    monkeypatch.setattr(socket, "create_connection", lambda *args, **more: pytest.fail("it was spoken to"))
    webhooks.send_test(actor=project.created_by, webhook=webhook)
    work()
    assert "private network" in Delivery.objects.get().error


def test_the_address_that_was_checked_is_the_one_spoken_to(
    receiver: Receiver, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers otherwise a moment later gains nothing: it is looked up once."""
    port, asked, spoken = receiver.server.server_port, list[str](), list[tuple[str, int]]()

    def lookup(host: str, *args: Any, **more: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", ("127.0.0.1" if len(asked) == 1 else "10.0.0.1", port))]

    def connecting(address: tuple[str, int], timeout: float) -> socket.socket:
        spoken.append(address)
        made = socket.socket()
        made.settimeout(timeout)
        made.connect(address)
        return made

    with monkeypatch.context() as patch:
        patch.setattr(socket, "create_connection", connecting)
        patch.setattr(socket, "getaddrinfo", lookup)
        status = webhook_send.post(
            url=f"http://hooks.example.org:{port}/", secret=webhook_send.new_secret(), message_id="m", body=b"{}"
        )
    assert status == 204
    assert (asked, spoken) == (["hooks.example.org"], [("127.0.0.1", port)])
    assert receiver.got[0][0]["host"] == f"hooks.example.org:{port}"


def test_a_host_that_answers_drop_by_drop_is_cut_off(
    project: Project, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = True
    monkeypatch.setattr(webhook_send, "WHOLE", 0.6)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            held, _ = server.accept()
            with held:
                while not stop.wait(0.1):
                    try:
                        held.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        webhook, _ = add(project, f"http://127.0.0.1:{server.getsockname()[1]}/")
        webhooks.send_test(actor=project.created_by, webhook=webhook)
        began = timezone.now()
        work()
        stop.set()
        thread.join(timeout=5)
    assert (timezone.now() - began).total_seconds() < 5
    assert Delivery.objects.get().state == "waiting" and Delivery.objects.get().error


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.org/", "https://"),
        ("ftp://example.org/", "https://"),
        ("https://", "name a host"),
        ("https://me:pw@example.org/", "no user name"),
        ("https://example.org/#x", "no #"),
        ("https://example.org:99999/", "no address"),
        ("https://exa mple.org/", "no spaces"),
        ("https://127.0.0.1/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://" + "a" * 500, "at most 500"),
        ("https://exämple.org/", "ASCII"),
    ],
)
def test_what_can_be_no_address_is_refused_and_kept_in_the_form(
    project: Project, settings: Any, url: str, why: str
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = settings.WEBHOOK_ALLOW_HTTP = False
    with pytest.raises(Refused, match=why):
        add(project, url)
    client = Client()
    client.force_login(project.created_by)
    reply = client.post(reverse("webhooks", args=[project.slug]), {"url": url, "events": EVENTS})
    assert reply.status_code == 422 and not Webhook.objects.exists()


def test_a_secret_is_told_once(project: Project) -> None:
    client = Client()
    client.force_login(project.created_by)
    address = reverse("webhooks", args=[project.slug])
    told = client.post(address, {"url": "https://example.org/a", "events": EVENTS}).content.decode()
    webhook = Webhook.objects.get()
    assert webhook.secret in told
    for each in (address, reverse("webhook", args=[project.slug, webhook.pk]), f"/api/v1{address[2:]}"):
        assert webhook.secret not in client.get(each).content.decode()
    where = f"/api/v1/projects/{project.slug}/webhooks/"
    body = {"url": "https://example.org/b", "events": ["snapshot.ready"]}
    reply = client.post(where, body, content_type="application/json", headers={"Idempotency-Key": "w"})
    assert reply.status_code == 201 and reply.json()["secret"].startswith("whsec_")
    assert client.post(where, body, content_type="application/json").status_code == 409, "there is one already"
    assert "secret" not in client.get(where).json()[0]
    assert not AuditEntry.objects.filter(data__contains="whsec_").exists()


def test_the_api_shows_the_log_and_sends_again(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    client = Client()
    client.force_login(project.created_by)
    where = f"/api/v1/projects/{project.slug}/webhooks/{webhook.pk}/"
    assert client.post(f"{where}deliveries/").status_code == 202
    work()
    (row,) = client.get(f"{where}deliveries/").json()["results"]
    assert (row["state"], row["status"], row["body"]) == ("sent", 204, receiver.got[0][1].decode())
    assert client.post(f"{where}deliveries/{row['id']}/").json()["state"] == "waiting"
    off = client.patch(where, {"on": False}, content_type="application/json")
    assert off.json()["state"] == "off"
    work()
    assert len(receiver.got) == 1
    Delivery.objects.update(state="failed")
    assert client.post(f"{where}deliveries/{row['id']}/").status_code == 409
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404


def test_nobody_sees_the_webhooks_of_another_project(project: Project) -> None:
    webhook, _ = add(project, "https://example.org/a")
    elsewhere = make_project()
    client = Client()
    client.force_login(elsewhere.created_by)
    for slug in (project.slug, elsewhere.slug):
        assert client.get(reverse("webhook", args=[slug, webhook.pk])).status_code == 404


def test_the_log_is_kept_for_a_month(receiver: Receiver, project: Project) -> None:
    webhook, _ = add(project, receiver.url)
    webhooks.send_test(actor=project.created_by, webhook=webhook)
    work()
    outbox.sweep()
    assert Delivery.objects.count() == 1
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    outbox.sweep()
    assert not Delivery.objects.exists()


def test_a_project_without_webhooks_pays_one_query_for_an_event(
    project: Project, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert outbox.put(project, [outbox.Happened("sample.approved", "x", {})] * 50) == 0


def test_every_event_is_told_and_documented() -> None:
    from pathlib import Path

    from projects.workspace.audit import TOLD

    assert outbox.EVENTS.keys() == TOLD
    page = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
    for event in outbox.EVENTS.values():
        assert f"`{event.name}`" in page
        assert all(f"`{fact}`" in page for fact in event.told)


def test_the_documented_check_of_a_signature_takes_ours_and_no_other() -> None:
    import re
    import time
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs/webhooks.md").read_text()
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1], names)
    secret, now = webhook_send.new_secret(), int(time.time())
    signature = webhook_send.sign(secret, "msg_1", now, b"{}")
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(now), "webhook-signature": signature}
    assert names["is_ours"](secret, headers, b"{}")
    assert not names["is_ours"](secret, headers, b"{ }")
    assert not names["is_ours"](webhook_send.new_secret(), headers, b"{}")
