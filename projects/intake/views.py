"""Pages of imports: give a file, see what became of every line."""

from typing import Any

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from projects.intake import actions
from projects.intake.models import Import, ImportKind
from projects.intake.rejected import first, read
from projects.samples.models import Sample
from projects.samples.states import SampleState
from projects.schema import Interface as Parsed
from projects.workspace.access import OWNERS, get_or_404, membership_for
from projects.workspace.actions import Refused
from projects.workspace.interfaces import parsed

SHOWN = 50  # imports, and rejected lines of one


@login_required
@require_http_methods(["GET", "POST"])
def imports(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a file, and the imports so far."""
    membership = membership_for(request.user, slug, OWNERS)
    project, problem = membership.project, ""
    if request.method == "POST":
        file = request.FILES.get("file")
        try:
            if file is None:
                raise Refused("Choose a file first.")
            source = actions.start_import(
                actor=membership.user,
                project=project,
                file=file,
                filename=file.name or "upload",
                kind=request.POST.get("kind", ""),
                on_conflict=request.POST.get("on_conflict", actions.KEEP),
            )
            return redirect("import", slug, source.pk)
        except (Refused, ValueError) as error:
            problem = str(error)
    assert project.interface is not None
    context = {
        "project": project,
        "membership": membership,
        "imports": Import.objects.filter(project=project).select_related("job", "created_by")[:SHOWN],
        "kinds": ImportKind.choices,
        "problem": problem,
        "example": orjson.dumps(example_line(parsed(project.interface)), option=orjson.OPT_INDENT_2).decode(),
        "fields": parsed(project.interface).fields,
    }
    return render(request, "intake/imports.html", context, status=422 if problem else 200)


@login_required
@require_GET
def report(request: HttpRequest, slug: str, import_id: int) -> HttpResponse:
    """One import: its progress, then the counts and the lines that were not taken."""
    membership = membership_for(request.user, slug, OWNERS)
    sources = Import.objects.select_related("job", "created_by").filter(project=membership.project)
    source = get_or_404(sources, "import", pk=import_id)
    counts = {name: n for name, n in (source.job.result or {}).items() if name != "lines"}
    context: dict[str, Any] = {
        "project": membership.project,
        "membership": membership,
        "source": source,
        "counts": counts,
        "rejected": first(source, SHOWN) if source.errors else [],
        "rejected_count": counts.get("invalid", 0) + counts.get("conflict", 0),
        "quarantined": quarantined(source),
    }
    return render(request, "intake/import.html", context)


@login_required
@require_GET
def rejected(request: HttpRequest, slug: str, import_id: int) -> HttpResponseBase:
    """Every line that was not taken, with number and reason, as JSON Lines."""
    project = membership_for(request.user, slug, OWNERS).project
    source = get_or_404(Import.objects.select_related("job").filter(project=project), "import", pk=import_id)
    response = StreamingHttpResponse(read(source), content_type="application/x-ndjson")
    response["Content-Disposition"] = f'attachment; filename="import-{source.pk}-rejected.jsonl"'
    return response


@login_required
@require_POST
def release(request: HttpRequest, slug: str) -> HttpResponse:
    """Lets one quarantined sample, or all of them, into the queue."""
    membership = membership_for(request.user, slug, OWNERS)
    project, key = membership.project, request.POST.get("key", "")
    try:
        if key:
            sample = get_or_404(Sample.objects.filter(project=project), "sample", key=key)
            actions.release(actor=membership.user, project=project, sample=sample)
            messages.success(request, f"{key} is in the queue now.")
        else:
            count = actions.release_all(actor=membership.user, project=project)
            messages.success(request, f"{count} samples are in the queue now.")
    except Refused as error:
        messages.error(request, str(error))
    return redirect("samples", slug)


def quarantined(source: Import) -> int:
    """How many samples of the project wait in quarantine, where this import could have put them there."""
    if source.kind != ImportKind.SAMPLES or source.job.is_open:
        return 0
    return Sample.objects.filter(project=source.project, state=SampleState.QUARANTINED).count()


def example_line(interface: Parsed) -> dict[str, Any]:
    """A line that this project's interface takes."""
    return {
        "key": "story-1",
        "fields": {field.name: example_value(field) for field in interface.fields if field.required},
        "metadata": {"language": "en"},
        "provenance": {"origin": "human", "licence": "CC-BY-4.0", "creator": "…"},
    }


def example_value(field: Any) -> Any:
    inner = field.of or field.type
    value: Any = {
        "chat": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}],
        "image": "pictures/1.png",
        "audio": "sounds/1.wav",
        "video": "videos/1.mp4",
    }.get(inner.slug, "…")
    return [{"id": "a", "value": value}, {"id": "b", "value": value}] if field.of else value
