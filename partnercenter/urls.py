"""Every address of the product."""

from django.contrib import admin
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from partnercenter.accounts.views import SignInView
from partnercenter.portal import views
from partnercenter.wire.graph import views as graph
from partnercenter.wire.graph.paths import VERSIONS
from partnercenter.wire.partner_center.views import UnknownPath

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", SignInView.as_view(), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("help/", views.help_page, name="help"),
    path("theme/", views.theme, name="theme"),
    path("", include("partnercenter.operations.urls")),
    path("tenant/", include("partnercenter.tenant.urls")),
    path("", include("customers.urls")),
    path("", include("licensing.urls")),
    path("", include("gdap.urls")),
    path("", include("partnercenter.audit.urls")),
    path("v1/", include("partnercenter.urls_v1")),
    path("v1", UnknownPath.as_view()),
    *(path(f"{version}/", include("partnercenter.urls_graph")) for version in VERSIONS),
    *(path(version, graph.UnknownPath.as_view()) for version in VERSIONS),
    path("", include("partnercenter.emulator.urls")),
    path("", include("partnercenter.openapi.urls")),
    path("admin/", admin.site.urls),
    path("", include("partnercenter.accounts.urls")),
]

handler404 = "partnercenter.portal.views.not_found"
handler500 = "partnercenter.portal.views.failed"
