from django.urls import include, path

from partnercenter.tenant import views

urlpatterns = [
    path("", views.home, name="tenant-home"),
    path("sign-in/", views.sign_in_page, name="tenant-sign-in"),
    path("sign-out/", views.sign_out_page, name="tenant-sign-out"),
    path("", include("gdap.urls_tenant")),
    path("", include("partnercenter.audit.urls_tenant")),
    path("billing/", include("licensing.urls_tenant")),
]
