"""The domain: one Django app, one package per stage of a sample's life."""

import atexit
import gc

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"
    label = "projects"

    def ready(self) -> None:
        # What is loaded now stays: the garbage collector need not go through it again and again while imports make and
        # drop objects by the thousand.
        gc.freeze()
        atexit.register(gc.unfreeze)  # at the end everything is taken apart as usual
