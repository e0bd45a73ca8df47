from typing import Any

from django.contrib.auth.models import AbstractUser
from django_scim.models import AbstractSCIMUserMixin


class User(AbstractSCIMUserMixin, AbstractUser):
    """As the documentation of django-scim2 has it; its groups are Django's, and nobody is in one."""

    @property
    def scim_groups(self) -> Any:
        return self.groups
