"""Which security groups act with which roles of a relationship."""

import uuid
from zlib import crc32

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from customers.models import Customer, DirectoryRole
from gdap import access
from gdap.access import PartnerPermission
from gdap.access.losses import losses
from gdap.forms.relationships import AssignForm, AssignmentForm, RolesForm
from gdap.lifecycle import AssignmentStatus, Step
from gdap.models import AccessAssignment, AdminRelationship
from gdap.queries.groups import free_groups
from gdap.queries.relationships import assignments_of
from gdap.services.relationships import assign_groups, change_assignment, remove_assignments
from gdap.services.relationships.errors import changed
from gdap.views.relationships.confirming import Question, confirmed
from gdap.views.relationships.loading import loaded
from gdap.views.shown import ids_in, why_not
from partnercenter import clock
from partnercenter.errors import NotFound, Problem, sentence
from partnercenter.portal.guards import staff_page
from partnercenter.portal.http import PortalRequest
from partnercenter.portal.navigation import customer_page

LIVING = (AssignmentStatus.PENDING, AssignmentStatus.ACTIVE)


@staff_page
def assign(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """Give one or more groups some of the relationship's roles."""
    customer, relationship = loaded(request, customer_id, relationship_id)
    access.require_partner(request.principal, PartnerPermission.ASSIGN_GROUPS)
    late = why_not(request.principal, relationship, Step.ASSIGN, clock.now())
    if late is not None and request.method != "POST":
        messages.warning(request, f"{late.sentence} {late.hint}")
        return redirect("admin-relationship", customer.pk, relationship.pk)
    free = free_groups(relationship.partner_id, assignments_of(relationship, clock.now()))
    offered = [(group.pk, group.display_name) for group in free]
    form = AssignForm(request.POST or None, offered=offered, covered=_covered(relationship))
    if request.method == "POST" and form.attempt(
        lambda: assign_groups(
            by=request.principal,
            relationship=relationship,
            groups=form.cleaned_data["groups"],
            roles=form.cleaned_data["roles"],
        )
    ):
        count = len(form.cleaned_data["groups"])
        groups = f"{count} security group{'' if count == 1 else 's'}"
        messages.success(request, sentence(f"{groups} got roles in {relationship}"))
        return redirect("admin-relationship", customer.pk, relationship.pk)
    return _roles_page(request, customer, relationship, form, title="Add security groups")


@staff_page
def change(
    request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID, assignment_id: uuid.UUID
) -> HttpResponse:
    """Other roles for a group that has some."""
    customer, relationship = loaded(request, customer_id, relationship_id)
    assignment = _assignment(relationship, assignment_id)
    held = [link.role_id for link in assignment.role_links.all()]
    form = AssignmentForm(
        request.POST or None,
        covered=_covered(relationship),
        initial={"version": assignment.version, "roles": held},
    )
    group = assignment.security_group
    if request.method == "POST":
        if form.attempt(
            lambda: change_assignment(
                by=request.principal,
                assignment=assignment,
                roles=form.cleaned_data["roles"],
                expected_version=form.cleaned_data["version"],
            )
        ):
            said = "has other roles now" if form.result else "has these roles already, so nothing was changed"
            messages.success(request, f"{group} {said}.")
            return redirect("admin-relationship", customer.pk, relationship.pk)
        form.renew(version=assignment.version)
    why = why_not(request.principal, relationship, Step.ASSIGN, clock.now()) or _busy(assignment)
    return _roles_page(request, customer, relationship, form, title=group.display_name, why=why)


def _assignment(relationship: AdminRelationship, assignment_id: uuid.UUID) -> AccessAssignment:
    rows = relationship.access_assignments.select_related("security_group").prefetch_related("role_links")
    found = rows.filter(pk=assignment_id).first()
    if found is None or found.status(clock.now()) is AssignmentStatus.DELETED:
        raise NotFound(Problem(code="assignment_not_found", message="There is no such access assignment."))
    return found


def _busy(assignment: AccessAssignment) -> access.Why | None:
    status = assignment.status(clock.now())
    if status is AssignmentStatus.ACTIVE:
        return None
    return access.Why("Roles of a group can be changed while its assignment is active.", f"It is: {status.label}.")


def _covered(relationship: AdminRelationship) -> list[DirectoryRole]:
    return list(DirectoryRole.objects.filter(pk__in=relationship.role_links.values("role")))


def _roles_page(
    request: PortalRequest,
    customer: Customer,
    relationship: AdminRelationship,
    form: RolesForm,
    *,
    title: str,
    why: access.Why | None = None,
) -> HttpResponse:
    details = reverse("admin-relationship", args=[customer.pk, relationship.pk])
    context = {
        "customer": customer,
        "relationship": relationship,
        "form": form,
        "title": title,
        "why": why,
        "back_url": details,
    }
    shell = customer_page(customer, "admin-relationships", (relationship.display_name, details), (title, ""))
    return render(request, "gdap/assign.html", shell | context, status=form.status if form.errors else 200)


@staff_page
def remove(request: PortalRequest, customer_id: uuid.UUID, relationship_id: uuid.UUID) -> HttpResponse:
    """Take the roles of the selected groups away, after saying who loses what."""
    customer, relationship = loaded(request, customer_id, relationship_id)
    now = clock.now()
    there = {row.pk: row for row in assignments_of(relationship, now) if row.status(now) in LIVING}
    chosen = [there[key] for key in ids_in(request.GET.getlist("selected")) if key in there]
    if not chosen:
        messages.warning(request, "Select at least one security group that has roles here.")
        return redirect("admin-relationship", customer.pk, relationship.pk)
    names = [row.security_group.display_name for row in chosen]
    ids = {row.pk for row in chosen}

    def question() -> Question:
        return Question(
            title="Remove security groups?",
            sentences=(sentence(f"All roles in {relationship} end now for {access.listed(names, last='and')}"),),
            button="Remove security groups",
            lost=losses(customer, relationship.partner_id, ends=lambda link: link.assignment_id in ids),
        )

    def take(version: int) -> object:
        if version != _as_seen(chosen):
            raise changed("Something that is selected here")
        versions = {row.pk: row.version for row in chosen}
        return remove_assignments(by=request.principal, relationship=relationship, expected_versions=versions)

    def done() -> HttpResponse:
        verb = "has" if len(names) == 1 else "have"
        told = f"{access.listed(names, last='and')} no longer {verb} roles in {relationship}"
        messages.success(request, sentence(told))
        return redirect("admin-relationship", customer.pk, relationship.pk)

    return confirmed(
        request,
        relationship,
        customer,
        step=Step.ASSIGN,
        question=question,
        take=take,
        then=done,
        seen=_as_seen(chosen),
    )


def _as_seen(chosen: list[AccessAssignment]) -> int:
    """A number that is another one as soon as any of these changes."""
    return crc32(",".join(sorted(f"{row.pk}:{row.version}" for row in chosen)).encode())
