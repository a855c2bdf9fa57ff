"""The job that reads a file of samples."""

from contextlib import ExitStack
from typing import Any

from projects.formats.readers import ReadError, UnknownFormat, reader_for
from projects.intake import uploads
from projects.intake.batches import Run
from projects.intake.media import Media
from projects.intake.models import Import
from projects.intake.store import SampleLoader
from projects.workspace.interfaces import parsed
from projects.workspace.jobs import JobFailed, Progress
from projects.workspace.models import Job


def run_import(job: Job, progress: Progress) -> dict[str, Any]:
    """Job handler ``import``: goes on from the job's checkpoint to the end of the file."""
    source = source_of(job)
    with ExitStack() as stack:
        try:
            path = stack.enter_context(uploads.local(source.upload))
            reader = reader_for(path, source.filename)
            assets = reader.open_assets(path)
            archive = stack.enter_context(assets) if assets else None
        except uploads.Gone as error:
            raise JobFailed("The uploaded file is not there any more.") from error
        except (UnknownFormat, ReadError) as error:
            raise JobFailed(f"The file can't be read: {error}") from error
        interface = source.project.interface
        assert interface is not None
        document = parsed(interface)
        media = Media(source.project, job.actor, document, archive)
        loader = SampleLoader(source, document, media, str(job.args.get("on_conflict", "")))
        return Run(job, progress, source, loader).over(reader, path)


def source_of(job: Job) -> Import:
    """The import that a job is for."""
    return Import.objects.select_related("project__interface").get(job=job)
