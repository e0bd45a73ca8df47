"""What the directory's lists can be filtered by."""

from django.db.models import Exists, OuterRef, Q

from licensing.models import LicenseAssignment
from partnercenter.wire.graph.errors import unsupported
from partnercenter.wire.graph.filters import Fields
from partnercenter.wire.graph.filters import conditions as by
from partnercenter.wire.graph.filters.tree import Comparison, Operator


def _with_license(inner: Q) -> Q:
    return Q(Exists(LicenseAssignment.objects.filter(inner, user=OuterRef("pk"))))


def _license_count(asked: Comparison) -> Q:
    """Only whether there is one: `eq 0` and `ne 0`."""
    licensed = _with_license(Q())
    match asked.operator, asked.values:
        case Operator.EQ, (0,):
            return ~licensed
        case ((Operator.NE | Operator.GT), (0,)):
            return licensed
    raise unsupported("The number of licenses can be compared with eq 0 and ne 0 only.")


def _synced(asked: Comparison) -> Q:
    """True for those who come from the customer's own directory; the others have null, which false finds too."""
    found = Q(last_directory_sync_at__isnull=False)
    match asked.operator, asked.values:
        case (Operator.EQ, (True,)) | (Operator.NE, (False | None,)):
            return found
        case (Operator.NE, (True,)) | (Operator.EQ, (False | None,)):
            return ~found
    raise unsupported("onPremisesSyncEnabled is compared with true, false or null.")


USER_FIELDS: Fields = {
    "id": by.guid("pk"),
    "displayname": by.name("sort_name"),
    "userprincipalname": by.name("sort_principal_name"),
    "givenname": by.text("first_name"),
    "surname": by.text("last_name"),
    "jobtitle": by.text("job_title"),
    "department": by.text("department"),
    "officelocation": by.text("office_location"),
    "mobilephone": by.text("mobile_phone"),
    "usagelocation": by.text("usage_location"),
    "accountenabled": by.flag("sign_in_blocked", negated=True),
    "createddatetime": by.moment("created_at"),
    "deleteddatetime": by.moment("deleted_at"),
    "onpremisesimmutableid": by.text("immutable_id"),
    "onpremisessyncenabled": _synced,
    "usertype": by.choice("pk__isnull", {"Member": False}),  # nobody here is a guest
    "assignedlicenses": by.Items({"skuid": by.guid("subscribed_sku__product")}, _with_license),
    "assignedlicenses/$count": _license_count,
}
