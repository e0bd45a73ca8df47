"""A change form whose values go to a service."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin.widgets import FilteredSelectMultiple
from django.http import HttpRequest, HttpResponse

from partnercenter.accounts.principals import Principal
from partnercenter.admin_base.pages import OpsAdmin, acting
from partnercenter.errors import DomainError, Problem

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class TwoLists(FilteredSelectMultiple):
    """What can be chosen on the left, what is chosen on the right; a plain list without scripts."""

    template_name = "admin/widgets/two_lists.html"

    def __init__(self, name: str) -> None:
        super().__init__(name, is_stacked=False)


class ServiceForm(ModelForm):
    """Reads values for a service, which alone judges them: the row itself is neither filled nor validated here."""

    refused: ClassVar[Sequence[Problem]] = ()

    def _post_clean(self) -> None:
        for problem in self.refused:
            self.add_error(self.field_of(problem), problem.message)

    def field_of(self, problem: Problem) -> str | None:
        """The field that shows `problem`; None shows it above the form."""
        return problem.field if problem.field in self.fields else None


class ServiceAdmin(OpsAdmin):
    """Shows a row with a form of `editable` fields; saving it calls `apply`, and a refusal comes back in the form."""

    form: type[ServiceForm] = ServiceForm
    editable: tuple[str, ...] = ()

    def apply(self, *, by: Principal, obj: Any, form: Any) -> None:
        """Hand the form's values to the service."""
        raise NotImplementedError

    def is_changeable(self, obj: Any) -> bool:
        """Whether the service could change this row at all."""
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_superuser and (obj is None or self.is_changeable(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [field for field in super().get_fields(request, obj) if field not in self.editable]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": super().get_fields(request, obj)})]
        return [
            (None, {"fields": list(self.editable)}),
            ("Read-only", {"fields": self.get_readonly_fields(request, obj)}),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002  Django's
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refused = getattr(request, "refused", ())
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Django rolls its transaction back when the service refuses; then the same form is shown with the reasons."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as error:
            request.refused = error.problems  # type: ignore[attr-defined]  # read by get_form
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001  Django's
        self.apply(by=acting(request), obj=obj, form=form)
        obj.refresh_from_db()
