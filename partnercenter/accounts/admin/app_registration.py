"""App registrations and their secrets: registered, changed and given secrets through the service."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from partnercenter.accounts.models import AppRegistration, ClientSecret, Partner, RefreshToken
from partnercenter.accounts.services import add_secret, register_app, remove_secret, update_app
from partnercenter.admin_base import ServiceAdmin, ServiceForm, acting, chosen, linked, see_also

SECRET_PAGE = "admin/accounts/appregistration/secret.html"  # noqa: S105  a template
_SETTINGS = ("display_name", "redirect_uris", "is_multi_tenant", "is_active", "graph_scopes", "graph_roles")


class LinesField(forms.CharField):
    """A list of texts, one per line."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in str(value or "").splitlines() if line.strip()]


class AppForm(ServiceForm):
    redirect_uris = LinesField(help_text="One per line. On loopback any port will do.")
    graph_scopes = LinesField(help_text="Delegated permissions of Graph that have consent, one per line.")
    graph_roles = LinesField(help_text="Application permissions of Graph that have consent, one per line.")


class NewAppForm(AppForm):
    tenant = forms.ModelChoiceField(Partner.objects.all())


class ChangedAppForm(AppForm):
    new_secret = forms.BooleanField(required=False, help_text="It is shown once, on the next page.")
    remove_secrets = forms.ModelMultipleChoiceField(ClientSecret.objects.none(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        secrets = ClientSecret.objects.filter(app=self.instance.pk).select_related("app")
        self.fields["remove_secrets"].queryset = secrets  # type: ignore[attr-defined]  # of this kind of field


@admin.register(AppRegistration)
class AppRegistrationAdmin(ServiceAdmin):
    form = ChangedAppForm
    editable = (*_SETTINGS, "new_secret", "remove_secrets")
    asked_first = ("tenant", "is_public", *(name for name in _SETTINGS if name != "is_active"))
    list_display = ("display_name", linked("tenant"), "id", "is_public", "is_multi_tenant", "is_active")
    list_filter = ("is_public", "is_multi_tenant", "is_active", chosen("tenant", Partner))
    list_select_related = ("tenant",)
    search_fields = ("display_name", "tenant__name")
    id_fields = ("pk", "tenant")
    details = (see_also((ClientSecret, "app"), (RefreshToken, "app")),)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_superuser

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return [(None, {"fields": self.asked_first})] if obj is None else super().get_fieldsets(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [] if obj is None else super().get_readonly_fields(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  Django's
        form = ChangedAppForm if change else NewAppForm
        return super().get_form(request, obj, change=change, **{"form": form, **kwargs})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        """Keeps a new secret for the page that answers this very request, and nowhere else."""
        secret = self._change(request, obj, form) if change else self._register(request, obj, form)
        request.new_secret = secret  # type: ignore[attr-defined]  # read by the answer, below
        obj.refresh_from_db()

    def _register(self, request: HttpRequest, obj: AppRegistration, form: NewAppForm) -> str:
        by = acting(request)
        app = register_app(by=by, **{name: form.cleaned_data[name] for name in self.asked_first})
        obj.pk = app.pk
        return "" if app.is_public else add_secret(by=by, app=app)

    def _change(self, request: HttpRequest, obj: AppRegistration, form: ChangedAppForm) -> str:
        by, wanted = acting(request), form.cleaned_data
        update_app(by=by, app=obj, **{name: wanted[name] for name in _SETTINGS})
        for secret in wanted["remove_secrets"]:
            remove_secret(by=by, secret=secret)
        return add_secret(by=by, app=obj) if wanted["new_secret"] else ""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        return self._shown_once(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return self._shown_once(request, obj) or super().response_change(request, obj)

    def _shown_once(self, request: HttpRequest, obj: AppRegistration) -> HttpResponse | None:
        """Not a message: messages wait in a cookie until somebody reads them."""
        secret = getattr(request, "new_secret", "")
        if not secret:
            return None
        context = {**self.admin_site.each_context(request), "title": "New secret", "app": obj, "secret": secret}
        return TemplateResponse(request, SECRET_PAGE, {**context, "opts": self.opts})
