"""App registrations: made, changed, and given secrets that are shown once."""

import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from partnercenter import clock
from partnercenter.accounts.models import AppRegistration, ClientSecret, Partner, digest_of
from partnercenter.accounts.principals import Principal
from partnercenter.audit.models import Operation, ResourceType
from partnercenter.audit.services import record
from partnercenter.errors import DomainError, Problem
from partnercenter.transactions import whole

SECRET_LIFETIME = timedelta(days=730)
_EDITABLE = ("display_name", "redirect_uris", "is_multi_tenant", "is_active", "graph_scopes", "graph_roles")


@whole
def register_app(
    *,
    by: Principal,
    tenant: Partner,
    display_name: str,
    redirect_uris: Sequence[str] = (),
    is_public: bool = False,
    is_multi_tenant: bool = False,
    graph_scopes: Sequence[str] = (),
    graph_roles: Sequence[str] = (),
    app_id: uuid.UUID | None = None,
) -> AppRegistration:
    """A new app of a partner, without a secret yet."""
    _check(display_name, redirect_uris)
    app = AppRegistration.objects.create(
        id=app_id or uuid.uuid4(),
        tenant=tenant,
        display_name=display_name,
        redirect_uris=list(redirect_uris),
        is_public=is_public,
        is_multi_tenant=is_multi_tenant,
        graph_scopes=list(graph_scopes),
        graph_roles=list(graph_roles),
    )
    _record(by, Operation.ADD_APPLICATION, app, after=_state(app))
    return app


@whole
def update_app(*, by: Principal, app: AppRegistration, **changes: object) -> AppRegistration:
    """Change some of name, redirect URIs, permissions, `is_multi_tenant` and `is_active`; the kind of client stays."""
    unknown = changes.keys() - set(_EDITABLE)
    if unknown:
        raise TypeError(f"An app registration has no {sorted(unknown)} to change.")
    app = AppRegistration.objects.get(pk=app.pk)
    before = _state(app)
    for name, value in changes.items():
        setattr(app, name, value)
    _check(app.display_name, app.redirect_uris)
    app.save(update_fields=list(changes))
    after = _state(app)
    changed = [name for name in after if after[name] != before[name]]
    if changed:
        _record(
            by,
            Operation.UPDATE_APPLICATION,
            app,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
    return app


@whole
def add_secret(
    *,
    by: Principal,
    app: AppRegistration,
    description: str = "",
    value: str = "",
    lifetime: timedelta = SECRET_LIFETIME,
) -> str:
    """A new secret, returned this once; `value` is for the demo, whose secret everybody knows."""
    if app.is_public:
        raise DomainError(_problem("is_public", "A public app can keep no secret, so it gets none."))
    secret = value or secrets.token_urlsafe(30)
    now = clock.now()
    before = _secrets(app)
    ClientSecret.objects.create(
        app=app,
        digest=digest_of(secret),
        hint=secret[:3],
        description=description,
        created_at=now,
        expires_at=now + lifetime,
    )
    _record(by, Operation.UPDATE_APPLICATION_SECRETS, app, before=before, after=_secrets(app))
    return secret


@whole
def remove_secret(*, by: Principal, secret: ClientSecret) -> None:
    """The secret opens nothing from now on; tokens that it opened live on until they run out."""
    app, before = secret.app, _secrets(secret.app)
    secret.delete()
    _record(by, Operation.UPDATE_APPLICATION_SECRETS, app, before=before, after=_secrets(app))


def _check(display_name: str, redirect_uris: Sequence[str]) -> None:
    problems = [] if display_name.strip() else [_problem("display_name", "Give the app a name.")]
    problems += [
        _problem("redirect_uris", f"{uri} is no redirect URI: use https, or http on this machine, and no fragment.")
        for uri in redirect_uris
        if not _is_redirect_uri(uri)
    ]
    if problems:
        raise DomainError(*problems)


def _is_redirect_uri(uri: str) -> bool:
    """Takes https anywhere, http on loopback, or a scheme of the app's own; the ones that browsers run never."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    if "#" in uri or any(character.isspace() for character in uri):
        return False
    if parts.scheme == "http":
        return parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme == "https":
        return bool(parts.hostname)
    return "." in parts.scheme or parts.scheme.startswith("msal")


def _problem(field: str, message: str) -> Problem:
    return Problem(code=f"invalid_{field}", message=message, field=field)


def _state(app: AppRegistration) -> dict[str, object]:
    return {name: getattr(app, name) for name in _EDITABLE}


def _secrets(app: AppRegistration) -> dict[str, object]:
    """What tells the secrets of an app apart, without telling them."""
    return {"secrets": [f"{row.hint}... {row.description}".strip() for row in ClientSecret.objects.filter(app=app)]}


def _record(
    by: Principal,
    operation: Operation,
    app: AppRegistration,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    record(
        by=by,
        operation=operation,
        resource_type=ResourceType.APPLICATION,
        resource_id=app.pk,
        resource_name=app.display_name,
        before=before,
        after=after,
    )
