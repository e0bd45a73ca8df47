from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "partnercenter.audit"
    label = "audit"
