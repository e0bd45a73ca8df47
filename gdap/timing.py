"""How long the states last that only pass, from the setting GDAP_STEP_SECONDS."""

from datetime import timedelta

from django.conf import settings

from gdap.lifecycle import Timing


def timing() -> Timing:
    return Timing(**{name: timedelta(seconds=seconds) for name, seconds in settings.GDAP_STEP_SECONDS.items()})
