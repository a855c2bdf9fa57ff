"""Pages of a project's webhooks: the list, one of them with the log of what was sent to it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from projects.workspace import webhooks
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.models import Project
from projects.workspace.notice_models import Delivery, DeliveryState, Webhook, WebhookState
from projects.workspace.outbox import EVENTS
from projects.workspace.views import UNFIT

PAGE = 50


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhook_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The project's webhooks. A new one's secret is in the answer to its POST, nowhere else."""
    membership = membership_for(request.user, slug, OWNERS)
    context: dict[str, Any] = {"problem": "", "url": "", "chosen": [event.name for event in EVENTS.values()]}
    if request.method == "POST":
        url, events = request.POST.get("url", "").replace("\x00", ""), request.POST.getlist("events")
        try:
            made, secret = webhooks.add_webhook(
                actor=membership.user, project=membership.project, url=url, events=events
            )
            context |= {"made": made, "secret": secret}
        except Refused as error:
            context |= {"problem": str(error), "url": url, "chosen": events}
    context |= {
        "project": membership.project,
        "membership": membership,
        "webhooks": find(membership.project),
        "events": EVENTS.values(),
    }
    return render(request, "workspace/webhooks.html", context, status=UNFIT if context["problem"] else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def webhook_one(request: HttpRequest, slug: str, webhook_id: int) -> HttpResponse:
    """One webhook and the log of what was sent to it. POST switches it on or off, tests or removes it."""
    membership = membership_for(request.user, slug, OWNERS)
    found = get_or_404(find(membership.project), "webhook", pk=webhook_id)
    if request.method == "POST":
        return _done(request, membership.user, found)
    log = found.deliveries.order_by("-pk")
    state = request.GET.get("state", "")
    if state in DeliveryState.values:
        log = log.filter(state=state)
    context = {
        "project": membership.project,
        "membership": membership,
        "webhook": found,
        "is_on": found.state == WebhookState.ON,
        "page": Paginator(log.defer("body"), PAGE).get_page(request.GET.get("page")),
        "state": state,
        "states": DeliveryState.choices,
        "query": f"state={state}" if state in DeliveryState.values else "",
    }
    return render(request, "workspace/webhook.html", context)


def _done(request: HttpRequest, user: Any, found: Webhook) -> HttpResponse:
    slug, do = found.project.slug, request.POST.get("do", "")
    if do == "remove":
        webhooks.remove_webhook(actor=user, webhook=found)
        messages.success(request, "The webhook is gone.")
        return redirect("webhooks", slug)
    if do in ("on", "off"):
        webhooks.switch(actor=user, webhook=found, on=do == "on")
    elif do == "test":
        webhooks.send_test(actor=user, webhook=found)
        messages.success(request, "A test is on its way. Reload this page to see how it went.")
    return redirect("webhook", slug, found.pk)


@login_required
@require_POST
def webhook_resend(request: HttpRequest, slug: str, webhook_id: int, delivery_id: int) -> HttpResponse:
    """Sends one entry of the log again."""
    membership = membership_for(request.user, slug, OWNERS)
    delivery = delivery_of(membership.project, webhook_id, delivery_id)
    try:
        if webhooks.send_again(actor=membership.user, delivery=delivery):
            messages.success(request, "It is on its way again.")
        else:
            messages.info(request, "It waits to be sent already.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("webhook", slug, webhook_id)


def find(project: Project) -> Any:
    """The project's webhooks, the oldest first."""
    return Webhook.objects.filter(project=project).select_related("project").order_by("pk")


def delivery_of(project: Project, webhook_id: int, delivery_id: int) -> Delivery:
    mine = Delivery.objects.select_related("webhook__project").filter(webhook__project=project, webhook=webhook_id)
    return get_or_404(mine, "delivery", pk=delivery_id)
