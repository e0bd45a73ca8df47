from django.urls import path

from partnercenter.emulator import views

urlpatterns = [
    path("_emulator/clock", views.clock_control, name="emulator-clock"),
    path("_emulator/gdap/relationships/<uuid:relationship_id>/approve", views.approve_control, name="emulator-approve"),
    # As Graph writes the id: the partner's behind the relationship's.
    path("_emulator/gdap/relationships/<uuid:relationship_id>-<uuid:partner_id>/approve", views.approve_control),
]
