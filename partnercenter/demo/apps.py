from importlib import import_module

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "partnercenter.demo"
    label = "demo"

    def ready(self) -> None:
        import_module("partnercenter.checks")  # registers them
