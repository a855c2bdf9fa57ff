"""Addresses of review. A sample's own page comes last: its key may hold slashes."""

from typing import Any

from django.urls import path

from projects.review import api, back_views, my_work_views, record, views

urlpatterns: list[Any] = [
    path("p/<slug:slug>/review/", views.review, name="review"),
    # Beside the samples and not below them: a key may be any word.
    path("p/<slug:slug>/review-bulk/", views.review_bulk, name="review-bulk"),
    path("p/<slug:slug>/review-sign/", views.review_sign, name="review-sign"),
    path("p/<slug:slug>/my-work/", my_work_views.my_work, name="my-work"),
    path("p/<slug:slug>/my-work/annotations.jsonl", my_work_views.my_annotations, name="my-annotations"),
    path("p/<slug:slug>/came-back/", back_views.back, name="came-back"),
    path("p/<slug:slug>/came-back/<int:overruling_id>/", back_views.back_reply, name="came-back-reply"),
    path("p/<slug:slug>/review-undo/<int:adjudication_id>/", views.review_undo, name="review-undo"),
    path("p/<slug:slug>/review/<path:key>/", views.review_sample, name="review-sample"),
    path("p/<slug:slug>/samples/<path:key>/", record.sample_page, name="sample"),
]
api_urlpatterns: list[Any] = [
    path("projects/<slug:slug>/disputes/", api.disputes, name="api-disputes"),
    path("projects/<slug:slug>/came-back/", back_views.back_api, name="api-came-back"),
    path(
        "projects/<slug:slug>/came-back/<int:overruling_id>/reply/",
        back_views.back_reply_api,
        name="api-came-back-reply",
    ),
    path("projects/<slug:slug>/samples/<path:key>/adjudication/", api.adjudication, name="api-adjudication"),
    path("projects/<slug:slug>/samples/<path:key>/", record.sample_api, name="api-sample"),
]
