"""Addresses that leave the partner's portal."""

from django.http import HttpRequest
from django.urls import reverse

from gdap.models import AdminRelationship


def invitation_url(request: HttpRequest, relationship: AdminRelationship) -> str:
    """Where an admin of the customer answers the request."""
    return request.build_absolute_uri(reverse("tenant-approve", args=[relationship.pk]))
