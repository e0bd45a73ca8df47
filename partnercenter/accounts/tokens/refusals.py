"""What the token service refuses, in the words and numbers of Entra.

Sources: graph_gdap_contract section 15.5 and the published list of AADSTS codes. Texts are shortened where the original
speaks of its own portal.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

REQUEST, GRANT, CLIENT, SCOPE = "invalid_request", "invalid_grant", "invalid_client", "invalid_scope"
AWAY = "temporarily_unavailable"
ACCOUNT_LOCKED, TOO_MANY_TRIES = 50053, 90055


class Kind(NamedTuple):
    error: str
    text: str
    suberror: str = ""


KINDS: Mapping[int, Kind] = MappingProxyType(
    {
        50011: Kind(
            REQUEST,
            "The redirect URI '{uri}' specified in the request does not match the redirect URIs configured for the "
            "application '{app}'.",
        ),
        50020: Kind(
            GRANT,
            "User account '{user}' from identity provider '{home}' does not exist in tenant '{tenant}' and cannot "
            "access the application '{app}' in that tenant.",
        ),
        50034: Kind(GRANT, "The user account {user} does not exist in the {tenant} directory."),
        50053: Kind(
            GRANT,
            "The account is locked, you've tried to sign in too many times with an incorrect user ID or password. "
            "{sentence}",
        ),
        50057: Kind(GRANT, "The user account is disabled."),
        50058: Kind("login_required", "A silent sign-in request was sent but no user is signed in."),
        50059: Kind(
            REQUEST,
            "No tenant-identifying information found in either the request or implied by any provided credentials.",
        ),
        50076: Kind(GRANT, "You must use multi-factor authentication to access '{resource}'.", suberror="basic_action"),
        50126: Kind(GRANT, "Error validating credentials due to invalid username or password."),
        50173: Kind(GRANT, "The provided grant has expired due to it being revoked, a fresh auth token is needed."),
        50194: Kind(
            REQUEST,
            "Application '{app}' is not configured as a multi-tenant application. Use a tenant-specific endpoint.",
        ),
        54005: Kind(GRANT, "OAuth2 Authorization code was already redeemed, please retry with a new valid code."),
        65001: Kind(
            GRANT,
            "The user or administrator has not consented to use the application with ID '{app}' named '{name}'. Send "
            "an interactive authorization request for this user and resource.",
            suberror="consent_required",
        ),
        65004: Kind("authorization_declined", "The user has declined the request."),
        70000: Kind(GRANT, "The provided value for the input parameter '{name}' is not valid."),
        70003: Kind("unsupported_grant_type", "The app requested an unsupported grant type '{name}'."),
        70008: Kind(GRANT, "The provided authorization code or refresh token has expired due to inactivity."),
        70011: Kind(
            SCOPE, "The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        ),
        70016: Kind(
            "authorization_pending", "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
        ),
        70018: Kind("bad_verification_code", "Invalid verification code."),
        70019: Kind("expired_token", "Verification code expired."),
        90002: Kind(REQUEST, "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID."),
        90055: Kind(AWAY, "There are too many incoming requests. {sentence}"),
        90033: Kind(AWAY, "A transient error has occurred. Please try again."),
        500011: Kind(
            "invalid_resource", "The resource principal named {resource} was not found in the tenant named {tenant}."
        ),
        500112: Kind(
            CLIENT,
            "The reply address '{uri}' does not match the reply address provided when requesting Authorization code.",
        ),
        501481: Kind(
            GRANT, "The Code_Verifier does not match the code_challenge supplied in the authorization request."
        ),
        501491: Kind(REQUEST, "Invalid size of Code_Challenge parameter, or an unsupported Code_Challenge_method."),
        700005: Kind(GRANT, "Provided Authorization Code is intended to use against other tenant, thus rejected."),
        700016: Kind(
            "unauthorized_client",
            "Application with identifier '{app}' was not found in the directory '{tenant}'.",
        ),
        700025: Kind(CLIENT, "Client is public so neither 'client_assertion' nor 'client_secret' should be presented."),
        700027: Kind(CLIENT, "The certificate with identifier used to sign the client assertion is not registered."),
        700054: Kind("unsupported_response_type", "response_type '{name}' is not enabled for the application."),
        700082: Kind(GRANT, "The refresh token has expired due to inactivity. It was issued on {issued}."),
        900023: Kind(
            REQUEST,
            "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain.",
        ),
        900144: Kind(REQUEST, "The request body must contain the following parameter: '{name}'."),
        900561: Kind(REQUEST, "The endpoint only accepts {accepted} requests. Received a {method} request."),
        1002012: Kind(
            SCOPE,
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
            "/.default suffixed to the resource identifier (application ID URI).",
        ),
        7000215: Kind(
            CLIENT,
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            "not the client secret ID, for a secret added to app '{app}'.",
        ),
        7000218: Kind(
            CLIENT,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        ),
        7000222: Kind(CLIENT, "The provided client secret keys for app '{app}' are expired."),
        9002313: Kind(REQUEST, "Invalid request. Request is malformed or invalid."),
    }
)


class TokenRefused(Exception):
    """No token, with an AADSTS number of `KINDS`; `about` fills the gaps of its text."""

    retry_after = 0  # seconds

    def __init__(self, code: int, **about: object) -> None:
        kind = KINDS[code]
        super().__init__(kind.text.format(**about))
        self.code = code
        self.kind = kind

    @property
    def status(self) -> int:
        """400, but 401 for a client that could not prove who it is, and 503 or 429 for what may go through later."""
        if self.code == TOO_MANY_TRIES:
            return 429
        return {CLIENT: 401, AWAY: 503}.get(self.kind.error, 400)
