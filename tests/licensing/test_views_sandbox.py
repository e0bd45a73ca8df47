"""The limits of a sandbox on the page where subscriptions are ordered."""

from licensing.models import Subscription
from tests.factories import SubscriptionFactory, product
from tests.portal.visitor import Visitor


def test_an_order_beyond_the_limits_of_the_sandbox_is_refused_and_stays_typed(world, settings):
    settings.SANDBOX_MODE = True
    there = f"/customers/{world.tailspin.pk}/subscriptions/new/{product('VISIOCLIENT').pk}/"
    form = Visitor(world.ava).get(there).post_form
    many = form.submit(quantity="26", friendly_name="Many", press="Submit order")
    assert (many.status, many.errors_of("quantity")) == (
        400,
        ["A subscription of the sandbox has at most 25 licenses."],
    )
    assert (many.post_form.values["quantity"], many.post_form.values["friendly_name"]) == (["26"], ["Many"])
    for _ in range(5):
        SubscriptionFactory(customer=world.tailspin, partner=world.contoso, product="VISIOCLIENT", quantity=1)
    sixth = form.submit(quantity="25", press="Submit order")
    assert sixth.status == 400
    assert "A customer of the sandbox has at most 5 subscriptions." in sixth.messages[0]
    assert Subscription.objects.filter(customer=world.tailspin).count() == 5
    settings.SANDBOX_MODE = False
    assert form.submit(quantity="26", press="Submit order").status == 302
