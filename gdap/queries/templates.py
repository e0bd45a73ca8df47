"""Templates of a partner, and what became of them."""

import uuid
from datetime import datetime

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Lower

from gdap.models import RelationshipTemplate, TemplateGroup, TemplateRequest
from gdap.queries.relationships import relationships_of
from partnercenter.errors import NotFound, Problem


def template_of(partner_id: uuid.UUID | None, template_id: uuid.UUID) -> RelationshipTemplate:
    """The template of this partner; `NotFound` for any other."""
    found = RelationshipTemplate.objects.select_related("partner").filter(partner=partner_id, pk=template_id).first()
    if found is None:
        raise NotFound(Problem(code="template_not_found", message="There is no such template."))
    return found


def templates_with_counts(partner_id: uuid.UUID | None) -> QuerySet[RelationshipTemplate]:
    """Annotates `name_key`, `role_count`, `group_count` and `request_count`."""
    templates = RelationshipTemplate.objects.filter(partner=partner_id)
    return templates.annotate(
        name_key=Lower("display_name"),
        role_count=_counted(RelationshipTemplate.roles.through.objects.filter(relationshiptemplate=OuterRef("pk"))),
        group_count=_counted(TemplateGroup.objects.filter(template=OuterRef("pk"))),
        request_count=_counted(TemplateRequest.objects.filter(template=OuterRef("pk"), relationship__isnull=False)),
    )


def _counted(rows: QuerySet[object]) -> Coalesce:  # type: ignore[type-var]
    """How many there are, in a query of its own inside the one."""
    one = rows.order_by().annotate(all=Value(1)).values("all")
    counted = one.annotate(count=Count("*")).values("count")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def requests_of(template: RelationshipTemplate, now: datetime) -> QuerySet[TemplateRequest]:
    """What was requested from it, newest first on a page that sorts by `created_at`; cleaned-up ones are left out."""
    kept = relationships_of(template.partner_id, now).values("pk")
    rows = template.requests.select_related("customer", "relationship")
    return rows.filter(relationship__in=kept) | rows.filter(relationship__isnull=True).exclude(problem="")
