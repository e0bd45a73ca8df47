from django.urls import path

from partnercenter.emulator.views import clock_page, controls, mailbox

APPROVE = "_emulator/gdap/relationships/<uuid:relationship_id>"

urlpatterns = [
    path("_emulator/clock", controls.clock_control, name="emulator-clock"),
    path(f"{APPROVE}/approve", controls.approve_control, name="emulator-approve"),
    # As Graph writes the id: the partner's behind the relationship's.
    path(f"{APPROVE}-<uuid:partner_id>/approve", controls.approve_control),
    path("emulator/clock/", clock_page.clock_page, name="clock-page"),
    path("emulator/mailbox/", mailbox.mail_list, name="mailbox"),
    path("emulator/mailbox/<uuid:mail_id>/", mailbox.one_mail, name="mail"),
]
