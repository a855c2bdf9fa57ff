"""Fetching a version over a real connection: whole, in parts, by a link; and what is recorded of it."""

import http.client
import json
import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.authtoken.models import Token

from projects.models import AuditEntry, Download, DownloadLink, Project, Sample, Snapshot, User
from projects.snapshots import cache, downloads, files
from projects.snapshots.exports import export
from projects.snapshots.withdrawal import acknowledge, withdraw
from projects.workspace.actions import Refused
from tests.factories import make_member
from tests.snapshots.making import MOOD, approved, built

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def snapshot(project: Project) -> Snapshot:
    reviewer = make_member(project, "reviewer")
    for key in "abc":
        approved(project, reviewer, MOOD, key=key)
    return built(project)


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[..., Reply]


@pytest.fixture
def ask(live_server: Any, owner: User, snapshot: Snapshot) -> Ask:
    """A request over a socket to the version as JSON Lines, or to another address; by the owner's token."""
    token = Token.objects.create(user=owner)
    usual = reverse("api-export", args=[snapshot.project.slug, snapshot.number, "jsonl"])

    def send(method: str = "GET", address: str = usual, *, signed_in: bool = True, **headers: str) -> Reply:
        host = live_server.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method, address, headers={**sent, **({"Authorization": f"Token {token.key}"} if signed_in else {})}
            )
            reply = connection.getresponse()
            return Reply(reply.status, {name.lower(): value for name, value in reply.getheaders()}, reply.read())
        finally:
            connection.close()

    return send


class TestRanges:
    def test_the_whole_says_that_parts_can_be_had(self, ask: Ask, snapshot: Snapshot) -> None:
        reply = ask()
        assert reply.status == 200
        assert [json.loads(line)["key"] for line in reply.body.splitlines()] == ["a", "b", "c"]
        assert reply.headers["accept-ranges"] == "bytes"
        assert reply.headers["content-length"] == str(len(reply.body))
        assert reply.headers["etag"].startswith(f'"{snapshot.root[:32]}-jsonl-')
        assert "attachment" in reply.headers["content-disposition"]

    def test_a_damaged_version_is_not_given_away(self, ask: Ask, snapshot: Snapshot) -> None:
        with files.local(snapshot) as folder:
            table = next((folder / "data").glob("gold-*"))
            table.write_bytes(table.read_bytes()[:-1] + b"X")
        reply = ask()
        assert reply.status == 409
        assert reply.headers["content-type"] == "application/problem+json"
        assert "damaged" in json.loads(reply.body)["detail"]

    def test_a_download_that_broke_off_is_resumed(self, ask: Ask) -> None:
        whole = ask()
        half = len(whole.body) // 2
        first = ask(Range=f"bytes=0-{half - 1}")
        assert (first.status, first.headers["content-range"]) == (206, f"bytes 0-{half - 1}/{len(whole.body)}")
        rest = ask(Range=f"bytes={half}-", If_Range=first.headers["etag"])
        assert rest.status == 206
        assert rest.headers["content-length"] == str(len(whole.body) - half)
        assert first.body + rest.body == whole.body
        last = ask(Range="bytes=-10")
        assert last.body == whole.body[-10:]

    @pytest.mark.parametrize("header", ["bytes=5-1", "bytes=0-1,4-5", "lines=0-1", "nonsense"])
    def test_what_can_not_be_served_in_part_comes_whole(self, ask: Ask, header: str) -> None:
        reply = ask(Range=header)
        assert reply.status == 200
        assert len(reply.body) == int(reply.headers["content-length"])

    def test_another_file_than_the_one_that_was_begun_comes_whole(self, ask: Ask) -> None:
        etag = ask().headers["etag"]
        for other in ('"other"', f"W/{etag}", "Sat, 29 Oct 1994 19:43:31 GMT"):
            assert ask(Range="bytes=5-", If_Range=other).status == 200, other
        assert ask(Range="bytes=5-", If_Range=etag).status == 206

    def test_bytes_past_the_end_are_refused_with_the_size(self, ask: Ask) -> None:
        size = len(ask().body)
        reply = ask(Range=f"bytes={size}-")
        assert (reply.status, reply.headers["content-range"], reply.body) == (416, f"bytes */{size}", b"")
        assert reply.headers["etag"]

    def test_conditions_come_before_ranges(self, ask: Ask) -> None:
        etag = ask().headers["etag"]
        unchanged = ask(If_None_Match=etag, Range="bytes=0-1")
        assert (unchanged.status, unchanged.body) == (304, b"")
        assert ask(If_Match='"other"', Range="bytes=0-1").status == 412
        assert ask(If_Match=etag, Range="bytes=0-1").status == 206

    def test_head_tells_the_size_and_sends_nothing(self, ask: Ask) -> None:
        size = len(ask().body)
        reply = ask("HEAD", Range="bytes=0-1")
        assert (reply.status, reply.headers["content-length"], reply.body) == (200, str(size), b"")
        assert Download.objects.count() == 1, "looking is no download"

    def test_a_part_is_read_on_when_the_file_is_swept_away(self, snapshot: Snapshot) -> None:
        from projects.workspace.ranges import Span, _read

        member = export("jsonl")
        assert member is not None
        path, _ = downloads.prepared(snapshot, member)
        body = path.read_bytes()
        reading = _read(lambda: path.open("rb"), Span(3, 20))
        path.unlink()
        assert b"".join(reading) == body[3:21]


class TestRecords:
    def test_each_download_is_recorded_once_however_many_parts(self, ask: Ask, owner: User) -> None:
        ask(Range="bytes=0-9")
        ask(Range="bytes=10-")
        ask(Range="bytes=5000000-")
        (row,) = Download.objects.all()
        assert (row.user, row.export_format, row.link) == (owner, "jsonl", None)
        ask()
        assert Download.objects.count() == 2
        assert AuditEntry.objects.filter(action="snapshot.downloaded").count() == 2

    def test_leaving_out_the_first_byte_hides_nothing(self, ask: Ask) -> None:
        assert ask(Range="bytes=1-").status == 206
        assert Download.objects.count() == 1

    def test_the_page_and_programs_tell_who(self, ask: Ask, snapshot: Snapshot, owner: User, client: Client) -> None:
        ask()
        client.force_login(owner)
        slug = snapshot.project.slug
        page = client.get(reverse("snapshot", args=[slug, snapshot.number])).content.decode()
        assert f"<td>{owner}</td>" in page
        (row,) = client.get(reverse("api-downloads", args=[slug, snapshot.number])).json()["results"]
        assert (row["user"], row["format"], row["link"]) == (owner.username, "jsonl", None)


class TestSuperseded:
    def test_it_is_refused_until_acknowledged(self, ask: Ask, snapshot: Snapshot, owner: User, client: Client) -> None:
        assert ask().status == 200
        samples = Sample.objects.filter(key="a")
        withdraw(actor=owner, project=snapshot.project, samples=samples, reason="They asked us to.")
        reply = ask()
        assert reply.status == 409
        assert "withdrawn" in json.loads(reply.body)["detail"]
        assert not list(cache._place().glob("*/jsonl*")), "what was made from it is forgotten"
        client.force_login(owner)
        address = reverse("snapshot-export", args=[snapshot.project.slug, snapshot.number, "jsonl"])
        assert "is superseded" in client.get(address, follow=True).content.decode()
        assert Download.objects.count() == 1
        snapshot.refresh_from_db()
        acknowledge(actor=owner, snapshot=snapshot, reason="Audit.")
        assert ask().status == 200
        assert client.get(address).status_code == 200


class TestLinks:
    @pytest.fixture
    def link(self, snapshot: Snapshot, owner: User) -> DownloadLink:
        return downloads.make_link(
            actor=owner, snapshot=snapshot, export_format="jsonl", lifetime="24h", note="For Ada"
        )

    @pytest.fixture
    def address(self, link: DownloadLink) -> str:
        return reverse("download", args=[downloads.token_of(link)])

    def test_it_needs_no_account_and_can_be_resumed(self, ask: Ask, address: str, link: DownloadLink) -> None:
        whole = ask(address=address, signed_in=False)
        assert whole.status == 200
        assert whole.headers["x-robots-tag"] == "noindex"
        part = ask(address=address, signed_in=False, Range="bytes=7-", If_Range=whole.headers["etag"])
        assert (part.status, part.body) == (206, whole.body[7:])
        (row,) = Download.objects.all()
        assert (row.user, row.link) == (None, link)

    def test_nobody_makes_one_up(self, ask: Ask, address: str, link: DownloadLink) -> None:
        for made_up in (f"{link.pk}", f"{link.pk}~AAAA", address.split("/")[2][:-1] + "_", "~", "x" * 300):
            assert ask(address=f"/d/{made_up}/", signed_in=False).status == 404

    def test_its_time_ends(self, ask: Ask, address: str, link: DownloadLink) -> None:
        assert timedelta(hours=23) < link.expires_at - timezone.now() <= timedelta(hours=24)
        DownloadLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        reply = ask(address=address, signed_in=False)
        assert reply.status == 410
        assert b"It was good until" in reply.body

    def test_an_owner_revokes_it(self, ask: Ask, address: str, link: DownloadLink, owner: User, client: Client) -> None:
        client.force_login(owner)
        slug, number = link.snapshot.project.slug, link.snapshot.number
        assert address in client.get(reverse("snapshot", args=[slug, number])).content.decode()
        page = client.post(reverse("link-revoke", args=[slug, number, link.pk]), follow=True).content.decode()
        assert "Revoked" in page
        assert address not in page
        assert ask(address=address, signed_in=False).status == 410
        assert AuditEntry.objects.filter(action__startswith="link.").count() == 2

    def test_a_withdrawal_ends_it_whatever_owners_acknowledge(
        self, ask: Ask, address: str, link: DownloadLink, owner: User
    ) -> None:
        snapshot = link.snapshot
        withdraw(actor=owner, project=snapshot.project, samples=Sample.objects.filter(key="a"), reason="Asked.")
        snapshot.refresh_from_db()
        acknowledge(actor=owner, snapshot=snapshot, reason="Audit.")
        reply = ask(address=address, signed_in=False)
        assert reply.status == 410
        assert b"withdrawn" in reply.body
        with pytest.raises(Refused, match="superseded"):
            downloads.make_link(actor=owner, snapshot=snapshot, export_format="jsonl", lifetime="7d")

    def test_the_page_makes_one(self, snapshot: Snapshot, owner: User, client: Client) -> None:
        client.force_login(owner)
        address = reverse("links", args=[snapshot.project.slug, snapshot.number])
        page = client.post(
            address, {"format": "csv", "lifetime": "7d", "note": "For Ben"}, follow=True
        ).content.decode()
        link = DownloadLink.objects.get()
        assert reverse("download", args=[downloads.token_of(link)]) in page
        assert "For Ben" in page
        for wrong in ({"format": "csv", "lifetime": "9y"}, {"format": "pdf", "lifetime": "7d"}, {}):
            client.post(address, wrong)
        assert DownloadLink.objects.count() == 1

    def test_programs_make_list_and_revoke(self, snapshot: Snapshot, owner: User, client: Client) -> None:
        client.force_login(owner)
        slug, number = snapshot.project.slug, snapshot.number
        address = reverse("api-links", args=[slug, number])
        made = client.post(address, {"format": "jsonl", "lifetime": "24h"}, content_type="application/json")
        assert made.status_code == 201
        anybody = Client().get(made.json()["address"])
        assert anybody.status_code == 200
        anybody.close()
        assert [row["id"] for row in client.get(address).json()] == [made.json()["id"]]
        one = reverse("api-link", args=[slug, number, made.json()["id"]])
        assert client.delete(one).status_code == 204
        assert client.delete(one).status_code == 409
        assert Client().get(made.json()["address"]).status_code == 410
        refused = client.post(address, {"format": "coco", "lifetime": "24h"}, content_type="application/json")
        assert refused.status_code == 409


class TestCache:
    def test_an_export_is_written_once(self, snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
        member = export("jsonl")
        assert member is not None
        first = downloads.prepared(snapshot, member)

        def again(*given: Any) -> Any:
            raise AssertionError("written twice")

        monkeypatch.setattr(files, "exported", again)
        assert downloads.prepared(snapshot, member) == first

    def test_what_nobody_used_for_a_week_is_swept(self, snapshot: Snapshot) -> None:
        member = export("jsonl")
        assert member is not None
        path, _ = downloads.prepared(snapshot, member)
        assert cache.sweep() == 0
        long_ago = time.time() - cache.KEPT - 1
        os.utime(path, (long_ago, long_ago))
        assert cache.sweep() == 1
        assert not path.exists()
