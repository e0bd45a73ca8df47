"""Signing in to the portal and to the admin: the password, and where there is a second factor, its code."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.views import LoginView, RedirectURLMixin
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import FormView

from gdap.models import SecurityGroup
from partnercenter.accounts.forms import CodeForm, LimitedSignIn, OpsSignInForm
from partnercenter.accounts.models import User
from partnercenter.accounts.services import check_code, sentence_for
from partnercenter.accounts.tokens.redirects import origin_after_sign_in
from partnercenter.accounts.views.csp import allow_form_to_lead_to
from partnercenter.accounts.views.sessions import complete, wait_for_code, waiting_for_code

if TYPE_CHECKING:
    CodePage = FormView[CodeForm]
else:
    CodePage = FormView

MOST_DEMO_ACCOUNTS = 20


class TwoStepSignIn(LoginView):
    """The first step. Whoever has a second factor is not signed in by it, only sent on to the code."""

    authentication_form = LimitedSignIn

    def form_valid(self, form: Any) -> HttpResponse:
        user: User = form.get_user()
        if not user.has_second_factor:
            return super().form_valid(form)
        wait_for_code(self.request, user)
        after = self.get_redirect_url()
        query = f"?{urlencode({self.redirect_field_name: after})}" if after else ""
        return HttpResponseRedirect(f"{reverse('sign-in-code')}{query}")


class SignInView(TwoStepSignIn):
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        return _home_of(self.request.user) or super().get_default_redirect_url()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """On the way to an app, the form's page must allow that the chain of redirects ends there."""
        answer = super().dispatch(request, *args, **kwargs)
        return allow_form_to_lead_to(answer, origin_after_sign_in(self.get_redirect_url()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        if settings.DEMO_MODE:
            context["demo_accounts"] = _demo_accounts()
        return context


@never_cache
def ops_sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponseBase:
    """The sign-in of the admin, in its own looks; the code comes on the same page as the portal's."""
    if request.method == "GET" and admin.site.has_permission(request):
        return HttpResponseRedirect(reverse("admin:index"))
    context = {
        **admin.site.each_context(request),
        "title": "Sign in",
        "app_path": request.get_full_path(),
        REDIRECT_FIELD_NAME: reverse("admin:index"),
        **(extra_context or {}),
    }
    view = TwoStepSignIn.as_view(
        authentication_form=OpsSignInForm, template_name="admin/login.html", extra_context=context
    )
    return view(request)


@method_decorator([sensitive_post_parameters("code"), never_cache], name="dispatch")
class SignInCodeView(RedirectURLMixin, CodePage):
    """The second step: a code of the app, or a backup code."""

    template_name = "accounts/sign_in_code.html"
    form_class = CodeForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        user = waiting_for_code(request)
        if user is None:
            after = self.get_redirect_url()
            query = f"?{urlencode({self.redirect_field_name: after})}" if after else ""
            return HttpResponseRedirect(f"{reverse('sign-in')}{query}")
        self.person = user
        answer = super().dispatch(request, *args, **kwargs)
        return allow_form_to_lead_to(answer, origin_after_sign_in(self.get_redirect_url()))

    def form_valid(self, form: CodeForm) -> HttpResponse:
        checked = check_code(self.person, form.cleaned_data["code"])
        if checked.device is None:
            form.add_error("code", sentence_for(checked))
            return self.form_invalid(form)
        complete(self.request, self.person, checked.device)
        return super().form_valid(form)

    def get_default_redirect_url(self) -> str:
        return _home_of(self.request.user) or resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(person=self.person, next=self.get_redirect_url(), **kwargs)


def _home_of(user: object) -> str:
    return reverse("admin:index") if isinstance(user, User) and user.is_superuser else ""


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
