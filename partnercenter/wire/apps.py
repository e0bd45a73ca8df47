from django.apps import AppConfig


class WireConfig(AppConfig):
    name = "partnercenter.wire"
    label = "wire"
