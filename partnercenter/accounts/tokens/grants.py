"""The grants of the token endpoint (graph_gdap_contract section 15.2)."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

from partnercenter.accounts.models import SignInLimit, User
from partnercenter.accounts.services import subjects
from partnercenter.accounts.tokens.answers import Body, answer_for_app, answer_for_person
from partnercenter.accounts.tokens.clients import authenticated_client
from partnercenter.accounts.tokens.codes import redeemed_code
from partnercenter.accounts.tokens.devices import redeemed_device
from partnercenter.accounts.tokens.limits import guarded_try
from partnercenter.accounts.tokens.refresh import redeemed_refresh_token
from partnercenter.accounts.tokens.refusals import TokenRefused
from partnercenter.accounts.tokens.requests import TokenRequest, Version
from partnercenter.accounts.tokens.resources import DEFAULT, Wanted, wanted_by_resource, wanted_by_scope
from partnercenter.accounts.tokens.subjects import subject_at
from partnercenter.accounts.tokens.tenants import own_tenant


def tokens_for(request: TokenRequest) -> Body:
    """The body of the answer. Raises `TokenRefused`."""
    grant = request.need("grant_type")
    handler = GRANTS.get(grant)
    if handler is None:
        raise TokenRefused(70003, name=grant[:100])
    return handler(request)


def _client_credentials(request: TokenRequest) -> Body:
    """An app on its own, in its own tenant only: elsewhere nobody has consented to it."""
    if request.tenant is None:
        raise TokenRefused(50059)
    client = authenticated_client(request)
    if not client.has_secret:
        raise TokenRefused(7000218)
    tenant = own_tenant(client.app)
    if request.tenant.id != tenant.id:
        raise TokenRefused(700016, app=client.app.pk, tenant=request.tenant.name)
    return answer_for_app(request, client=client, tenant=tenant, wanted=_application_scope(request))


def _application_scope(request: TokenRequest) -> Wanted:
    if request.version is Version.V1:
        return wanted_by_resource(request.need("resource"), tenant=request.where, openid=False)
    scope = request.need("scope")
    if not scope.endswith(f"/{DEFAULT}") or len(scope.split()) > 1:
        raise TokenRefused(1002012, scope=scope[:500])
    return request.wanted()


def _password(request: TokenRequest) -> Body:
    """In the demo only: everywhere else people have a second factor, which this grant has no place for."""
    client = authenticated_client(request)
    username, password = request.need("username"), request.need("password")
    wanted = request.wanted()
    if not settings.DEMO_MODE:
        raise TokenRefused(50076, resource=wanted.resource.app_id)
    user = _with_password(request, username, password)
    if user.has_second_factor:
        raise TokenRefused(50076, resource=wanted.resource.app_id)
    subject = subject_at(request.tenant, user=user, app=client.app)
    return answer_for_person(request, client=client, subject=subject, wanted=wanted)


def _with_password(request: TokenRequest, username: str, password: str) -> User:
    """A name that nobody has gets the answer of a wrong password, after the same work."""
    with guarded_try(subjects(SignInLimit.Kind.STAFF, username, request.address)):
        people = User.objects.select_related("partner").filter(partner__isnull=False)
        user = people.filter(username=username.lower()).first()
        if user is None:
            make_password(password)
        if user is None or not check_password(password, user.password):
            raise TokenRefused(50126)
        return user


def _refresh_token(request: TokenRequest) -> Body:
    """The core of partner software: one refresh token, redeemed at the partner's tenant and at each customer's."""
    client = authenticated_client(request)
    row = redeemed_refresh_token(request.need("refresh_token"), client=client)
    wanted = request.wanted(otherwise=row.scopes)
    subject = subject_at(request.tenant, user=row.user, app=client.app)
    return answer_for_person(request, client=client, subject=subject, wanted=wanted, redeemed=row, has_mfa=row.has_mfa)


def _authorization_code(request: TokenRequest) -> Body:
    client = authenticated_client(request)
    row = redeemed_code(request, client=client)
    subject = subject_at(request.tenant, user=row.user, app=client.app)
    wanted = request.wanted(otherwise=row.scope)
    return answer_for_person(
        request,
        client=client,
        subject=subject,
        wanted=wanted,
        nonce=row.nonce,
        code_id=row.pk,
        has_mfa=row.has_mfa,
    )


def _device_code(request: TokenRequest) -> Body:
    client = authenticated_client(request)
    row, user = redeemed_device(request, client=client)
    subject = subject_at(request.tenant, user=user, app=client.app)
    wanted = wanted_by_scope(row.scope, tenant=request.where)
    return answer_for_person(request, client=client, subject=subject, wanted=wanted, has_mfa=row.has_mfa)


GRANTS: Mapping[str, Callable[[TokenRequest], Body]] = {
    "client_credentials": _client_credentials,
    "password": _password,
    "refresh_token": _refresh_token,
    "authorization_code": _authorization_code,
    "urn:ietf:params:oauth:grant-type:device_code": _device_code,
    "device_code": _device_code,  # as the v1 endpoint calls it
}
