"""The address table: each stage brings its own pages (`urlpatterns`) and API (`api_urlpatterns`)."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from projects.workspace import urls as workspace

pages = [workspace.urlpatterns]
apis = [workspace.api_urlpatterns]

urlpatterns = [
    *(route for stage in pages for route in stage),
    path("accounts/", include("allauth.account.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include([route for stage in apis for route in stage])),
]
