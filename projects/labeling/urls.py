"""Addresses of the labelling stage."""

from django.urls import path

from projects.labeling import (
    api,
    bulk_views,
    my_work_api,
    practice_api,
    practice_views,
    thread_api,
    thread_views,
    views,
)
from projects.labeling.dump import dump_api

urlpatterns = [
    path("p/<slug:slug>/label/", views.label, name="label"),
    path("p/<slug:slug>/label/bulk/", bulk_views.bulk_page, name="label-bulk"),
    path("p/<slug:slug>/label/bulk/submit/", bulk_views.bulk_submit, name="label-bulk-submit"),
    path("p/<slug:slug>/label/submit/", views.submit, name="label-submit"),
    path("p/<slug:slug>/label/undo/", views.undo, name="label-undo"),
    path("p/<slug:slug>/label/<int:assignment_id>/", views.open_again, name="label-open"),
    path("p/<slug:slug>/label/<int:assignment_id>/draft/", views.draft, name="label-draft"),
    path("p/<slug:slug>/label/<int:assignment_id>/suggestions/", views.reveal, name="label-reveal"),
    path("p/<slug:slug>/label/<int:assignment_id>/skip/", views.skip, name="label-skip"),
    path("p/<slug:slug>/label/<int:assignment_id>/discard/", views.discard, name="label-discard"),
    path("p/<slug:slug>/practice/", practice_views.practise, name="practice"),
    path("p/<slug:slug>/practice/<int:answer_id>/", practice_views.practice_result, name="practice-result"),
    path("p/<slug:slug>/practice/samples/", practice_views.practice_samples, name="practice-samples"),
    path("p/<slug:slug>/practice/everybody/", practice_views.practice_everybody, name="practice-everybody"),
    path("p/<slug:slug>/practice/people/<int:user_id>/", practice_views.practice_person, name="practice-person"),
    path("p/<slug:slug>/questions/", thread_views.questions, name="questions"),
    path("p/<slug:slug>/thread/<path:key>/", thread_views.thread, name="thread"),
]
api_urlpatterns = [
    path("projects/<slug:slug>/dump/", dump_api, name="api-dump"),
    path("projects/<slug:slug>/my-work/", my_work_api.my_work, name="api-my-work"),
    path("projects/<slug:slug>/my-annotations/", my_work_api.my_annotations, name="api-my-annotations"),
    path("projects/<slug:slug>/practice/", practice_api.practice, name="api-practice"),
    path("projects/<slug:slug>/practice/samples/", practice_api.practice_samples, name="api-practice-samples"),
    path("projects/<slug:slug>/practice/people/", practice_api.practice_people, name="api-practice-people"),
    path("projects/<slug:slug>/next/", api.next_sample, name="api-next"),
    path("projects/<slug:slug>/annotations/", api.annotations, name="api-annotations"),
    path("projects/<slug:slug>/assignments/<int:assignment_id>/draft/", api.draft, name="api-draft"),
    path("projects/<slug:slug>/assignments/<int:assignment_id>/skip/", api.skip, name="api-skip"),
    path("projects/<slug:slug>/comments/<int:comment_id>/", thread_api.comment, name="api-comment"),
    path("projects/<slug:slug>/samples/<path:key>/comments/", thread_api.sample_comments, name="api-comments"),
]
