"""Celery's way in: one task for all kinds of jobs."""

from celery import shared_task

from projects.workspace import jobs


@shared_task(name="annotator.run_job")
def run_job(job_id: int) -> None:
    jobs.run(job_id)
