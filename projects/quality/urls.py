"""Addresses of quality."""

from typing import Any

from django.urls import path

from projects.quality import api, views

urlpatterns: list[Any] = [
    path("p/<slug:slug>/quality/", views.quality, name="quality"),
    path("p/<slug:slug>/quality/recompute/", views.recompute, name="quality-recompute"),
]
api_urlpatterns: list[Any] = [
    path("projects/<slug:slug>/agreement/", api.agreement, name="api-agreement"),
    path("projects/<slug:slug>/taste/", api.taste, name="api-taste"),
    path("projects/<slug:slug>/annotators/", api.annotators, name="api-annotators"),
]
