"""Every address of Microsoft Graph, below each of its versions."""

from django.urls import include, path, re_path

from partnercenter.wire.graph.batch import Batch
from partnercenter.wire.graph.views import UnknownPath

urlpatterns = [
    path("$batch", Batch.as_view()),
    path("", include("gdap.graph.urls")),
    path("", include("customers.graph.urls")),
    path("", include("licensing.graph.urls")),
    re_path("", UnknownPath.as_view()),
]
