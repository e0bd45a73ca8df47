"""Addresses that leave the partner's portal."""

from django.http import HttpRequest

from gdap.models import AdminRelationship


def invitation_url(request: HttpRequest, relationship: AdminRelationship) -> str:
    """Where an admin of the customer answers the request."""
    return request.build_absolute_uri(f"/tenant/approve/{relationship.pk}/")
