"""Addresses of quality."""

from typing import Any

from django.urls import path

from projects.quality import answer_api, answer_views, api, people_api, people_views, suggestion_api, views

urlpatterns: list[Any] = [
    path("p/<slug:slug>/quality/", views.quality, name="quality"),
    path("p/<slug:slug>/quality/recompute/", views.recompute, name="quality-recompute"),
    path("p/<slug:slug>/quality/answers/", answer_views.answers_page, name="quality-answers"),
    path("p/<slug:slug>/quality/answers/<str:series>.csv", answer_views.answers_csv, name="quality-answers-csv"),
    path("p/<slug:slug>/quality/people/", people_views.together, name="quality-people"),
    path("p/<slug:slug>/quality/people/<path:username>/", people_views.person, name="quality-person"),
    path("p/<slug:slug>/quality/tables/<slug:table>.csv", people_views.table, name="quality-table"),
    path(
        "p/<slug:slug>/quality/tables/<slug:table>/<path:username>.csv",
        people_views.person_table,
        name="quality-person-table",
    ),
]
api_urlpatterns: list[Any] = [
    path("projects/<slug:slug>/agreement/", api.agreement, name="api-agreement"),
    path("projects/<slug:slug>/reviewer-agreement/", api.reviewer_agreement, name="api-reviewer-agreement"),
    path("projects/<slug:slug>/taste/", api.taste, name="api-taste"),
    path("projects/<slug:slug>/annotators/", api.annotators, name="api-annotators"),
    path("projects/<slug:slug>/aggregates/", answer_api.aggregates, name="api-aggregates"),
    path("projects/<slug:slug>/aggregates/<str:series>/", answer_api.aggregate, name="api-aggregate"),
    path("projects/<slug:slug>/annotators/<path:username>/", people_api.person, name="api-annotator"),
    path("projects/<slug:slug>/likeness/", people_api.likeness, name="api-likeness"),
    path("projects/<slug:slug>/suggestion-use/", suggestion_api.suggestion_use, name="api-suggestion-use"),
    path("projects/<slug:slug>/people/", people_api.together, name="api-people"),
]
