from django.urls import path

from partnercenter.openapi import views

urlpatterns = [
    path("_schema/v1.json", views.as_json, name="schema"),
]
