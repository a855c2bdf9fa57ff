"""The domain: one Django app, one package per stage of a sample's life."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    label = "projects"
