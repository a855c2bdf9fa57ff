"""Addresses of the entrance."""

from django.urls import path

from projects.intake import api, views

urlpatterns = [
    path("p/<slug:slug>/import/", views.imports, name="imports"),
    path("p/<slug:slug>/import/<int:import_id>/", views.report, name="import"),
    path("p/<slug:slug>/import/<int:import_id>/rejected/", views.rejected, name="import-rejected"),
    path("p/<slug:slug>/quarantine/release/", views.release, name="release"),
]
api_urlpatterns = [path("projects/<slug:slug>/imports/", api.imports, name="api-imports")]
