"""Addresses of samples and their media."""

from django.urls import path, re_path

from projects.samples import api, views

urlpatterns = [
    path("p/<slug:slug>/samples/", views.samples, name="samples"),
    re_path(r"^p/(?P<slug>[-\w]+)/assets/(?P<sha256>[0-9a-f]{64})/$", views.asset, name="asset"),
]
api_urlpatterns = [
    path("projects/<slug:slug>/samples/", api.samples, name="api-samples"),
    path("projects/<slug:slug>/assets/", api.assets, name="api-assets"),
]
