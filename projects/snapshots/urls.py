"""Addresses of the snapshots stage."""

from django.urls import path

from projects.snapshots import (
    api,
    contamination_views,
    datasheet_views,
    diff_views,
    download_views,
    erasure_views,
    new_views,
    pseudonym_views,
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
    path("p/<slug:slug>/snapshots/<int:number>/erase/", erasure_views.version, name="erase-version"),
    path("p/<slug:slug>/contamination/", contamination_views.lists, name="contamination"),
    path("p/<slug:slug>/contamination/<int:list_id>/remove/", contamination_views.remove, name="contamination-remove"),
    path("p/<slug:slug>/pseudonyms/", pseudonym_views.page, name="pseudonyms"),
    path("p/<slug:slug>/pseudonyms/rotate/", pseudonym_views.rotate, name="pseudonyms-rotate"),
    path("p/<slug:slug>/pseudonyms/tell/", pseudonym_views.tell, name="pseudonyms-tell"),
    path("p/<slug:slug>/withdrawals/", withdrawal_views.withdrawals, name="withdrawals"),
    path("p/<slug:slug>/datasheet/", datasheet_views.page, name="datasheet"),
    path("p/<slug:slug>/withdrawals/<int:withdrawal_id>/erase/", erasure_views.content, name="erase-content"),
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
    path("projects/<slug:slug>/contamination/", contamination_views.lists_api, name="api-contamination"),
    path(
        "projects/<slug:slug>/contamination/<int:list_id>/", contamination_views.list_api, name="api-contamination-list"
    ),
    path("projects/<slug:slug>/pseudonyms/", pseudonym_views.epoch_api, name="api-pseudonyms"),
    path("projects/<slug:slug>/pseudonyms/<str:username>/", pseudonym_views.names_api, name="api-pseudonyms-of"),
    path("projects/<slug:slug>/withdrawals/", withdrawal_views.withdrawals_api, name="api-withdrawals"),
    path("projects/<slug:slug>/datasheet/", datasheet_views.api, name="api-datasheet"),
    path(
        "projects/<slug:slug>/withdrawals/<int:withdrawal_id>/downloads/",
        download_views.holders_api,
        name="api-withdrawal-downloads",
    ),
    path(
        "projects/<slug:slug>/withdrawals/<int:withdrawal_id>/erasure/",
        erasure_views.content_api,
        name="api-erase-content",
    ),
    path("projects/<slug:slug>/snapshots/<int:number>/erasure/", erasure_views.version_api, name="api-erase-version"),
    path(
        "projects/<slug:slug>/snapshots/<int:number>/exports/<slug:export_format>/",
        download_views.export_api,
        name="api-export",
    ),
]
