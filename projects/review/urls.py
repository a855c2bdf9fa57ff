"""Addresses of review. A sample's own page comes last: its key may hold slashes."""

from typing import Any

from django.urls import path

from projects.review import record

urlpatterns: list[Any] = [
    path("p/<slug:slug>/samples/<path:key>/", record.sample_page, name="sample"),
]
api_urlpatterns: list[Any] = [
    path("projects/<slug:slug>/samples/<path:key>/", record.sample_api, name="api-sample"),
]
