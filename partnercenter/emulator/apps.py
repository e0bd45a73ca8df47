from django.apps import AppConfig
from django.conf import settings
from django.core.signals import request_started

from partnercenter import clock


class EmulatorConfig(AppConfig):
    name = "partnercenter.emulator"
    label = "emulator"

    def ready(self) -> None:
        if not settings.DEMO_MODE:
            return
        from partnercenter.emulator import shared_clock  # noqa: PLC0415  models are there only now

        clock.use(shared_clock.now)
        request_started.connect(shared_clock.look_again, dispatch_uid="emulator clock")
