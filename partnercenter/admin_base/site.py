"""The admin site as ops see it."""

from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from partnercenter.accounts.models import User

NAME = "partnercenter operations"


class OpsSignInForm(AdminAuthenticationForm):
    """Says no at once to whoever would be turned away on the next page."""

    def confirm_login_allowed(self, user: User) -> None:
        super().confirm_login_allowed(user)
        if not user.is_superuser:
            raise ValidationError(
                self.error_messages["invalid_login"],
                code="invalid_login",
                params={"username": self.username_field.verbose_name},
            )


def is_ops(request: HttpRequest) -> bool:
    """Django would let in everybody with `is_staff`; the models that an account may see is no question here."""
    return request.user.is_active and request.user.is_superuser


def open_to_ops(site: AdminSite) -> None:
    """Name the site, and keep everybody but superusers out."""
    site.site_header = site.site_title = NAME
    site.index_title = "Records"
    site.site_url = None  # ops have no page in the portal
    site.login_form = OpsSignInForm
    site.has_permission = is_ops  # type: ignore[method-assign]  # the site is Django's own; other apps register there too
