"""Security groups: members come and go, the rest is read-only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from gdap.models import AccessAssignment, CustomerGrant, SecurityGroup
from gdap.services.groups import add_member, remove_member
from partnercenter.accounts.models import Partner, User
from partnercenter.accounts.principals import Principal
from partnercenter.admin_base import ServiceAdmin, ServiceForm, TwoLists, annotated, chosen, linked, see_also


class SecurityGroupForm(ServiceForm):
    members = forms.ModelMultipleChoiceField(User.objects.none(), required=False, widget=TwoLists("members"))

    class Meta:
        model = SecurityGroup
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: SecurityGroup = self.instance
        self.members_before = frozenset(group.group.user_set.all())
        self.initial["members"] = [user.pk for user in self.members_before]
        self.fields["members"].queryset = User.objects.filter(partner=group.partner_id)  # type: ignore[attr-defined]


@admin.register(SecurityGroup)
class SecurityGroupAdmin(ServiceAdmin):
    form = SecurityGroupForm
    editable = ("members",)
    list_display = ("display_name", linked("partner"), "is_built_in", annotated("member_count", "members"))
    list_filter = ("is_built_in", chosen("partner", Partner))
    search_fields = ("display_name", "description", "partner__name")
    id_fields = ("pk", "partner")
    hidden = ("group",)
    details = (see_also((AccessAssignment, "security_group"), (CustomerGrant, "source__security_group")),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SecurityGroup]:
        groups: QuerySet[SecurityGroup] = super().get_queryset(request)
        return groups.select_related("partner", "group").annotate(member_count=Count("group__user"))

    def apply(self, *, by: Principal, obj: SecurityGroup, form: SecurityGroupForm) -> None:
        wanted = frozenset(form.cleaned_data["members"])
        for user in wanted - form.members_before:
            add_member(by=by, group=obj, user=user)
        for user in form.members_before - wanted:
            remove_member(by=by, group=obj, user=user)
