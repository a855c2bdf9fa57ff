"""The site: wiring only, no domain words."""

from annotator.celery import app as celery_app

__all__ = ["celery_app"]
