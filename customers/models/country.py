from typing import ClassVar

from django.db import models


class Country(models.Model):
    """A usage location: ISO 3166-1 alpha-2, and whether licenses may be used there."""

    code = models.CharField(primary_key=True, max_length=2)
    name = models.CharField(max_length=100)
    licensing_allowed = models.BooleanField(default=True)
    reason = models.CharField(max_length=200, blank=True, help_text="Why licenses may not be used there.")

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name_plural = "countries"

    def __str__(self) -> str:
        return self.name
