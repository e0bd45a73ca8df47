"""The programs of Contoso that ask for tokens."""

import uuid
from datetime import timedelta

from partnercenter.accounts.models import Partner
from partnercenter.accounts.principals import Principal
from partnercenter.accounts.services import add_secret, register_app
from partnercenter.demo import ids

REDIRECT_URIS = ("http://localhost", "http://localhost/")  # any port: that is the rule for loopback
SECRET_LIFETIME = timedelta(days=10 * 365)
GRAPH_SCOPES = (
    "DelegatedAdminRelationship.ReadWrite.All",
    "Directory.AccessAsUser.All",
    "Directory.ReadWrite.All",
    "Group.ReadWrite.All",
    "User.Read",
    "User.ReadWrite.All",
)
GRAPH_ROLES = ("DelegatedAdminRelationship.ReadWrite.All", "Directory.Read.All")


def add_programs(*, by: Principal, partners: dict[uuid.UUID, Partner]) -> None:
    """The registration that every recipe for clients uses, and its sibling without a secret."""
    kept = register_app(
        by=by,
        tenant=partners[ids.CONTOSO],
        display_name="Contoso Desk",
        redirect_uris=REDIRECT_URIS,
        is_multi_tenant=True,
        graph_scopes=GRAPH_SCOPES,
        graph_roles=GRAPH_ROLES,
        app_id=ids.APP_CLIENT_ID,
    )
    add_secret(by=by, app=kept, description="the demo's", value=ids.APP_CLIENT_SECRET, lifetime=SECRET_LIFETIME)
    register_app(
        by=by,
        tenant=partners[ids.CONTOSO],
        display_name="Contoso Desk on a device",
        redirect_uris=REDIRECT_URIS,
        is_public=True,
        is_multi_tenant=True,
        graph_scopes=GRAPH_SCOPES,
        app_id=ids.PUBLIC_CLIENT_ID,
    )
