"""Every address of Microsoft Graph, below each of its versions."""

from django.urls import include, path, re_path

from partnercenter.wire.graph.views import UnknownPath

urlpatterns = [
    path("", include("gdap.graph.urls")),
    path("", include("customers.graph.urls")),
    path("", include("licensing.graph.urls")),
    re_path("", UnknownPath.as_view()),
]
