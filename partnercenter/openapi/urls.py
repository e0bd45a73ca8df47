from django.urls import path

from partnercenter.openapi import views

urlpatterns = [
    path("_schema/v1.json", views.as_json, name="schema"),
    path("_schema/v1/", views.operations, name="schema-page"),
    path("_schema/v1/<str:operation_id>/", views.operation, name="schema-operation"),
]
