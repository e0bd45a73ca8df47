from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "partnercenter.portal"
    label = "portal"
