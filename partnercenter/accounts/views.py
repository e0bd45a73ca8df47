"""Signing in and out of the portal."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.urls import reverse

from partnercenter.accounts.models import User


class SignInView(LoginView):
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        return (
            reverse("admin:index")
            if isinstance(user, User) and user.is_superuser
            else super().get_default_redirect_url()
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            staff = User.objects.filter(partner__isnull=False, is_active=True).select_related("partner")
            people = staff.prefetch_related("partner_role_assignments")[:20]
            context["demo_accounts"] = [
                {
                    "username": person.username,
                    "name": person.name,
                    "role": ", ".join(str(role) for role in person.partner_role_assignments.all()),
                    "partner": str(person.partner),
                }
                for person in people
            ]
        return context
