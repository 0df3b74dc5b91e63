"""The addresses: the library's, below the base that its documentation uses."""

from django.urls import include, path

urlpatterns = [path("scim/v2/", include("django_scim.urls"))]
