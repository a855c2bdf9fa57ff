"""Addresses of the workspace."""

from typing import Any

from django.urls import path
from django.views.generic import RedirectView

from projects.workspace import api, interface_views, notice_views, people_views, views, webhook_api, webhook_views

urlpatterns: list[Any] = [
    path("", views.home, name="home"),
    path("me/", people_views.me, name="me"),
    path("me/keys/", people_views.my_keys, name="me-keys"),
    path("me/token/", people_views.my_token, name="me-token"),
    path("me/notifications/", notice_views.notifications, name="notifications"),
    path("me/notifications/<int:notification_id>/", notice_views.notification, name="notification"),
    # Everybody has one address, on their own page.
    path("accounts/email/", RedirectView.as_view(pattern_name="me")),
    path("invite/<str:token>/", people_views.invitation, name="invitation"),
    path("jobs/<int:job_id>/", views.job, name="job"),
    path("jobs/<int:job_id>/cancel/", views.job_cancel, name="job-cancel"),
    path("p/new/", views.project_new, name="project-new"),
    path("p/<slug:slug>/", views.project, name="project"),
    path("p/<slug:slug>/settings/", views.settings, name="settings"),
    path("p/<slug:slug>/interface/", interface_views.interface, name="interface"),
    path("p/<slug:slug>/interface/preview/", interface_views.interface_preview, name="interface-preview"),
    path("p/<slug:slug>/interface/<int:version>/", interface_views.interface_version, name="interface-version"),
    path("p/<slug:slug>/people/", people_views.members, name="members"),
    path("p/<slug:slug>/people/<int:user_id>/", people_views.member, name="member"),
    path(
        "p/<slug:slug>/people/invitations/<int:invitation_id>/",
        people_views.invitation_revoke,
        name="invitation-revoke",
    ),
    path("p/<slug:slug>/webhooks/", webhook_views.webhook_list, name="webhooks"),
    path("p/<slug:slug>/webhooks/<int:webhook_id>/", webhook_views.webhook_one, name="webhook"),
    path(
        "p/<slug:slug>/webhooks/<int:webhook_id>/<int:delivery_id>/",
        webhook_views.webhook_resend,
        name="webhook-resend",
    ),
    path("p/<slug:slug>/audit/", views.audit_log, name="audit"),
    path("p/<slug:slug>/audit/verify/", views.audit_verify, name="audit-verify"),
]
api_urlpatterns: list[Any] = [
    path("projects/", api.projects, name="api-projects"),
    path("projects/<slug:slug>/", api.project, name="api-project"),
    path("jobs/<int:job_id>/", api.job, name="api-job"),
    path("notifications/", notice_views.notifications_api, name="api-notifications"),
    path("projects/<slug:slug>/webhooks/", webhook_api.webhook_list, name="api-webhooks"),
    path("projects/<slug:slug>/webhooks/<int:webhook_id>/", webhook_api.webhook_one, name="api-webhook"),
    path(
        "projects/<slug:slug>/webhooks/<int:webhook_id>/deliveries/",
        webhook_api.delivery_list,
        name="api-deliveries",
    ),
    path(
        "projects/<slug:slug>/webhooks/<int:webhook_id>/deliveries/<int:delivery_id>/",
        webhook_api.delivery_resend,
        name="api-delivery",
    ),
]
