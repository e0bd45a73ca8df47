"""One contestant of `test_seat_race`: a process of its own that gives licenses to users, one after the other.

It prints "ready", waits for a line on standard input, and prints its results as JSON: "won", or what the refusal says.
"""

import json
import sys
import uuid

import django

django.setup()

from customers.models import CustomerUser  # noqa: E402
from licensing.rules import LicenseToAssign, LicenseUpdate  # noqa: E402
from licensing.services.licenses import update_licenses  # noqa: E402
from partnercenter.accounts.models import User  # noqa: E402
from partnercenter.accounts.principals import Door, principal_for  # noqa: E402
from partnercenter.errors import DomainError  # noqa: E402


def attempt(user_id: str, sku_id: str, staff_id: str) -> str:
    by = principal_for(User.objects.select_related("partner").get(pk=staff_id), door=Door.PORTAL)
    user = CustomerUser.objects.select_related("customer").get(pk=user_id)
    try:
        update_licenses(by=by, user=user, update=LicenseUpdate(assign=(LicenseToAssign(uuid.UUID(sku_id)),)))
    except DomainError as refusal:
        return ",".join(str(problem.code) for problem in refusal.problems)
    return "won"


def main(sku_id: str, staff_id: str, *user_ids: str) -> None:
    User.objects.count()  # the connection stands before the race begins
    print("ready", flush=True)  # noqa: T201  the other side of a pipe
    sys.stdin.readline()
    print(json.dumps([attempt(user_id, sku_id, staff_id) for user_id in user_ids]))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
