"""Tokens for whoever sits at the server: no password and no secret is asked, all else holds."""

from partnercenter.accounts.models import AppRegistration, User
from partnercenter.accounts.signing import sign
from partnercenter.accounts.tokens.claims import app_claims, person_claims
from partnercenter.accounts.tokens.clients import app_named
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import Client
from partnercenter.accounts.tokens.resources import granted_scopes, wanted_by_resource
from partnercenter.accounts.tokens.subjects import subject_at
from partnercenter.accounts.tokens.tenants import own_tenant, tenant_named

COMMON = "common"


def token_for_person(username: str, *, app: str, resource: str, tenant: str, has_mfa: bool) -> str:
    """An access token for a staff member. Raises `TokenRefused`."""
    people = User.objects.select_related("partner").filter(partner__isnull=False)
    user = people.filter(username=username.lower()).first()
    if user is None:
        raise TokenRefused(50034, user=username, tenant=tenant or COMMON)
    client = Client(app_named(app, where=tenant) if app else _some_app(user), has_secret=True)
    subject = subject_at(tenant_named(tenant or COMMON), user=user, app=client.app)
    wanted = wanted_by_resource(resource, tenant=subject.tenant.name)
    scopes = granted_scopes(client.app, wanted)
    claims = person_claims(subject, client=client, resource=wanted.resource, scopes=scopes, address="", has_mfa=has_mfa)
    return sign(claims)


def token_for_app(client_id: str, *, resource: str) -> str:
    """An access token for an app on its own, in its own tenant. Raises `TokenRefused`."""
    client = Client(app_named(client_id, where=COMMON), has_secret=True)
    tenant = own_tenant(client.app)
    wanted = wanted_by_resource(resource, tenant=tenant.name, openid=False)
    return sign(app_claims(tenant, client=client, resource=wanted.resource))


def _some_app(user: User) -> AppRegistration:
    apps = AppRegistration.objects.filter(tenant=user.partner_id, is_active=True, is_public=False)
    app = apps.order_by("created_at", "id").first()
    if app is None:
        raise TokenRefused(700016, app="", tenant=user.partner)
    return app
