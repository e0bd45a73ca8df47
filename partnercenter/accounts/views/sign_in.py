"""Signing in and out of the portal."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import LoginView
from django.db.models import Prefetch
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from gdap.models import SecurityGroup
from partnercenter.accounts.models import User
from partnercenter.accounts.tokens.redirects import origin_after_sign_in
from partnercenter.accounts.views.csp import allow_form_to_lead_to

MOST_DEMO_ACCOUNTS = 20


class SignInView(LoginView):
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        user = self.request.user
        is_ops = isinstance(user, User) and user.is_superuser
        return reverse("admin:index") if is_ops else super().get_default_redirect_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """On the way to an app, the form's page must allow that the chain of redirects ends there."""
        answer = super().dispatch(request, *args, **kwargs)
        return allow_form_to_lead_to(answer, origin_after_sign_in(self.get_redirect_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            context["demo_accounts"] = _demo_accounts()
        return context


def _demo_accounts() -> list[dict[str, str]]:
    """Everybody who can sign in here, for the page that lets people try each."""
    groups = SecurityGroup.objects.filter(is_built_in=False)
    staff = User.objects.filter(partner__isnull=False, is_active=True).order_by("partner__name", "username")
    people = staff.select_related("partner").prefetch_related(
        "partner_role_assignments", Prefetch("groups__security_group", queryset=groups)
    )
    return [_demo_account(person) for person in people[:MOST_DEMO_ACCOUNTS]]


def _demo_account(person: User) -> dict[str, str]:
    groups = [group.security_group.display_name for group in person.groups.all() if hasattr(group, "security_group")]
    return {
        "upn": person.username,
        "password": "demo",
        "name": person.name,
        "initials": "".join(word[0] for word in person.name.split()[:2]).upper(),
        "roles": ", ".join(str(role) for role in person.partner_role_assignments.all()),
        "can": f"{person.partner}: {', '.join(groups) or 'in no security group'}",
    }
