"""Addresses of the snapshots stage."""

from django.urls import path

from projects.snapshots import (
    api,
    datasheet_views,
    diff_views,
    download_views,
    new_views,
    push_views,
    schedule_views,
    verify_views,
    views,
    withdrawal_views,
)

urlpatterns = [
    path("p/<slug:slug>/snapshots/", views.snapshots, name="snapshots"),
    path("p/<slug:slug>/snapshots/new/", new_views.new, name="snapshot-new"),
    path("p/<slug:slug>/snapshots/preview/", new_views.preview, name="snapshot-preview"),
    path("p/<slug:slug>/snapshots/<int:number>/", views.snapshot, name="snapshot"),
    path("p/<slug:slug>/snapshots/<int:number>/verify/", verify_views.verify, name="snapshot-verify"),
    path("p/<slug:slug>/snapshots/<int:number>/diff/", diff_views.choose, name="snapshot-diff-choose"),
    path("p/<slug:slug>/snapshots/<int:number>/diff/<int:other>/", diff_views.diff, name="snapshot-diff"),
    path("p/<slug:slug>/snapshots/<int:number>/acknowledge/", withdrawal_views.acknowledge, name="acknowledge"),
    path("p/<slug:slug>/snapshots/<int:number>/links/", download_views.links, name="links"),
    path("p/<slug:slug>/snapshots/<int:number>/links/<int:link_id>/revoke/", download_views.revoke, name="link-revoke"),
    path("p/<slug:slug>/snapshots/<int:number>/pushes/", push_views.pushes, name="snapshot-push"),
    path("p/<slug:slug>/snapshots/schedule/", schedule_views.schedule, name="schedule"),
    path("p/<slug:slug>/destinations/", push_views.destination_add, name="destinations"),
    path(
        "p/<slug:slug>/destinations/<int:destination_id>/remove/",
        push_views.destination_remove,
        name="destination-remove",
    ),
    path("d/<str:token>/", download_views.fetch, name="download"),
    path("p/<slug:slug>/withdrawals/", withdrawal_views.withdrawals, name="withdrawals"),
    path("p/<slug:slug>/datasheet/", datasheet_views.page, name="datasheet"),
    path(
        "p/<slug:slug>/snapshots/<int:number>/exports/<slug:export_format>/",
        download_views.export,
        name="snapshot-export",
    ),
]
api_urlpatterns = [
    path("projects/<slug:slug>/snapshots/", api.snapshots, name="api-snapshots"),
    path("projects/<slug:slug>/snapshots/preview/", api.preview, name="api-snapshot-preview"),
    path("projects/<slug:slug>/snapshots/<int:number>/", api.snapshot, name="api-snapshot"),
    path(
        "projects/<slug:slug>/snapshots/<int:number>/diff/<int:other>/", diff_views.diff_api, name="api-snapshot-diff"
    ),
    path(
        "projects/<slug:slug>/snapshots/<int:number>/acknowledgement/",
        withdrawal_views.acknowledge_api,
        name="api-acknowledge",
    ),
    path("projects/<slug:slug>/snapshots/<int:number>/downloads/", download_views.downloads_api, name="api-downloads"),
    path("projects/<slug:slug>/snapshots/<int:number>/links/", download_views.links_api, name="api-links"),
    path("projects/<slug:slug>/snapshots/<int:number>/links/<int:link_id>/", download_views.link_api, name="api-link"),
    path(
        "projects/<slug:slug>/snapshots/<int:number>/verifications/",
        verify_views.verifications_api,
        name="api-verifications",
    ),
    path("projects/<slug:slug>/snapshots/<int:number>/pushes/", push_views.pushes_api, name="api-pushes"),
    path("projects/<slug:slug>/destinations/", push_views.destinations_api, name="api-destinations"),
    path("projects/<slug:slug>/destinations/<int:destination_id>/", push_views.destination_api, name="api-destination"),
    path("projects/<slug:slug>/schedule/", schedule_views.schedule_api, name="api-schedule"),
    path("projects/<slug:slug>/withdrawals/", withdrawal_views.withdrawals_api, name="api-withdrawals"),
    path("projects/<slug:slug>/datasheet/", datasheet_views.api, name="api-datasheet"),
    path(
        "projects/<slug:slug>/snapshots/<int:number>/exports/<slug:export_format>/",
        download_views.export_api,
        name="api-export",
    ),
]
