"""Addresses of the entrance."""

from django.urls import path

from projects.intake import api, findings_views, suggestion_api, views

urlpatterns = [
    path("p/<slug:slug>/import/", views.imports, name="imports"),
    path("p/<slug:slug>/import/<int:import_id>/", views.report, name="import"),
    path("p/<slug:slug>/import/<int:import_id>/rejected/", views.rejected, name="import-rejected"),
    path("p/<slug:slug>/quarantine/release/", views.release, name="release"),
    path("p/<slug:slug>/findings/", findings_views.page, name="findings"),
    path("p/<slug:slug>/findings/clear/", findings_views.clear, name="findings-clear"),
    path("p/<slug:slug>/findings/reopen/", findings_views.reopen, name="findings-reopen"),
    path("p/<slug:slug>/findings/look/", findings_views.look_again, name="findings-look"),
]
api_urlpatterns = [
    path("projects/<slug:slug>/imports/", api.imports, name="api-imports"),
    path("projects/<slug:slug>/suggestions/", suggestion_api.suggestions, name="api-suggestions"),
    path("projects/<slug:slug>/findings/", findings_views.findings_api, name="api-findings"),
]
