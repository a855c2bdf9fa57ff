"""Prometheus metrics: requests by route, jobs by kind and state, the queue's age."""

import hmac
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

REQUESTS = Counter("annotator_requests", "Requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "annotator_request_seconds",
    "Time to the answer.",
    ["route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class MetricsMiddleware:
    """Counts and times every request under the name of its route, so that labels stay few."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        start = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        route = (match.view_name if match else "") or "none"
        REQUESTS.labels(route, request.method or "", str(response.status_code)).inc()
        SECONDS.labels(route).observe(time.perf_counter() - start)
        return response


class _Jobs(Collector):
    """Read from the database when asked: the same for every process."""

    def collect(self) -> Any:
        from projects.workspace.models import Job, JobState, Worker
        from projects.workspace.relay import ALIVE

        jobs = GaugeMetricFamily("annotator_jobs", "Jobs by kind and state.", labels=["kind", "state"])
        for row in Job.objects.values("kind", "state").annotate(n=Count("pk")).order_by():
            jobs.add_metric([row["kind"], row["state"]], row["n"])
        yield jobs
        now = timezone.now()
        oldest = Job.objects.filter(state=JobState.QUEUED, run_after__lt=now).aggregate(t=Min("run_after"))["t"]
        yield GaugeMetricFamily(
            "annotator_job_wait_seconds",
            "How long the oldest due job has been waiting.",
            value=(now - oldest).total_seconds() if oldest else 0,
        )
        alive = Worker.objects.filter(seen_at__gt=now - ALIVE).count()
        yield GaugeMetricFamily("annotator_workers", "Workers that gave a sign of life lately.", value=alive)

    def describe(self) -> Any:
        return []


REGISTRY.register(_Jobs())


def metrics(request: HttpRequest) -> HttpResponse:
    """The exposition text; with ``METRICS_TOKEN`` set for whoever has it, else for this machine only."""
    token = settings.METRICS_TOKEN
    if token:
        allowed = hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    else:
        local = request.META.get("REMOTE_ADDR") in ("127.0.0.1", "::1", "")
        allowed = local and "X-Forwarded-For" not in request.headers
    if not allowed:
        return HttpResponse("Not allowed.\n", status=403, content_type="text/plain")
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
