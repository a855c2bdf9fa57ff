"""Addresses of provenance."""

from typing import Any

from django.urls import path

from projects.provenance import views

urlpatterns = [
    path("p/<slug:slug>/creators/", views.creators, name="creators"),
    path("p/<slug:slug>/consents/", views.consents, name="consents"),
    path("p/<slug:slug>/consents/<int:consent_id>/end/", views.end_consent, name="consent-end"),
]
api_urlpatterns: list[Any] = []
