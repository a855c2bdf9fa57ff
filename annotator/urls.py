"""The address table: each stage brings its own pages (`urlpatterns`) and API (`api_urlpatterns`)."""

from django.conf import settings
from django.urls import include, path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView

from annotator import health, metrics
from projects.intake import urls as intake
from projects.labeling import urls as labeling
from projects.provenance import urls as provenance
from projects.quality import urls as quality
from projects.review import urls as review
from projects.samples import urls as samples
from projects.snapshots import urls as snapshots
from projects.workspace import urls as workspace

STAGES = (workspace, samples, provenance, intake, labeling, quality, review, snapshots)

urlpatterns = [
    # First, because programs wait for it most often.
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/v1/", include([route for stage in STAGES for route in stage.api_urlpatterns])),
    *(route for stage in STAGES for route in stage.urlpatterns),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("accounts/", include("allauth.account.urls")),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", TemplateView.as_view(template_name="styleguide.html"), name="styleguide"))
