"""A process of the product with a replica: does what a line on standard input says and prints what came of it."""

import json
import sys

import django

django.setup()

from django.contrib.auth.models import Group  # noqa: E402
from django.db import connections  # noqa: E402

from customers.models import CustomerUser  # noqa: E402
from gdap.models import CustomerGrant  # noqa: E402
from partnercenter.accounts.models import User  # noqa: E402
from partnercenter.demo import ids  # noqa: E402
from tests.partner_center import Api, body_of  # noqa: E402

USERS = f"/v1/customers/{ids.FABRIKAM}/users"
ava = User.objects.get(username="ava.admin@contoso-partners.example")
groups = list(ava.groups.all())


def there(statement: str) -> None:
    with connections["replica"].cursor() as cursor:
        cursor.execute(statement)


def listed() -> dict[str, object]:
    asked = []

    def note(run, sql, params, many, context):
        asked.append(sql)
        return run(sql, params, many, context)

    with connections["replica"].execute_wrapper(note):
        answer = Api(ava).get(USERS)
    names = [item["userPrincipalName"] for item in body_of(answer).get("items", [])]
    about_users = [sql for sql in asked if "customers_customeruser" in sql]
    return {"status": answer.status_code, "names": names, "asked_replica": bool(about_users)}


def create(name: str) -> int:
    password = {"password": "Made-up-1!", "forceChangePassword": True}
    body = {"displayName": name, "userPrincipalName": name, "usageLocation": "SK", "passwordProfile": password}
    return Api(ava).post(USERS, body).status_code


def rights_there() -> int:
    """How many grants the replica would still find for ava at Fabrikam."""
    held = Group.objects.using("replica").filter(user=ava.pk)
    return CustomerGrant.all_objects.using("replica").filter(content_object=ids.FABRIKAM, group__in=held).count()


DO = {
    "list": listed,
    "pause": lambda: there("SELECT pg_wal_replay_pause()"),
    "resume": lambda: there("SELECT pg_wal_replay_resume()"),
    "create": create,
    "there": lambda name: CustomerUser.objects.using("replica").filter(user_principal_name=name).exists(),
    "rights there": rights_there,
    "end rights": ava.groups.clear,
    "give rights back": lambda: ava.groups.set(groups),
}

for line in sys.stdin:
    word, *words = json.loads(line)
    print(json.dumps(DO[word](*words)), flush=True)  # noqa: T201  the other side of a pipe
