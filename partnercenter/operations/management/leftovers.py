"""Rows that count no more by the clock, and that nobody comes back for. What tells of the past is not among them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet

from customers.models import OneTimeSecret, UserUpload
from licensing.models import BulkRun
from partnercenter.accounts.models import AuthorizationCode, DeviceCode, RefreshToken
from partnercenter.portal.models import WizardRun
from partnercenter.wire.models import GivenAnswer
from partnercenter.wire.partner_center.replay import REMEMBERED

Rows = QuerySet[Any]
KEPT = timedelta(days=30)  # results that somebody may still have open, and files of users to be
REPLAYS_KNOWN = timedelta(days=1)  # a code that comes back shortly after its end still says why


def leftovers(now: datetime) -> Mapping[str, Rows]:
    """What is swept -> its rows."""
    lifetime = timedelta(hours=settings.WIZARD_LIFETIME_HOURS)
    left = Q(completed_at=None, created_at__lte=now - lifetime) | Q(completed_at__lte=now - KEPT)
    return {
        "wizards": WizardRun.objects.filter(left),
        "drafts of license runs": BulkRun.objects.filter(
            status=BulkRun.Status.DRAFT, created_at__lte=now - lifetime, followers=None
        ),
        "uploads of users": UserUpload.objects.filter(created_at__lte=now - KEPT),
        "links to passwords": OneTimeSecret.objects.filter(expires_at__lte=now),
        "answers to requests": GivenAnswer.objects.filter(given_at__lte=now - REMEMBERED),
        "authorization codes": AuthorizationCode.objects.filter(expires_at__lte=now - REPLAYS_KNOWN),
        "device codes": DeviceCode.objects.filter(expires_at__lte=now - REPLAYS_KNOWN),
        "refresh tokens": RefreshToken.objects.filter(expires_at__lte=now - REPLAYS_KNOWN),
    }
