"""OAuth: client credentials, and who a bearer is.

`POST /oauth/token`, in the tutorial's dialect also `POST /api/v2/oauth/token`. The platform answers an unknown
client and too many requests with 400; the tutorials have 429 for the latter, and scopes, which the platform
does not use with client credentials and which are refused here.
"""

import base64
import functools
import json
import re
import secrets
import urllib.parse

from simulator.calls import Answer
from simulator.errors import ApiError, OAuthError

BEARER = re.compile(r"Bearer [A-Za-z0-9._~+/-]+=*")
FORM_FIELDS = ("grant_type", "client_id", "client_secret", "scope")


class Token:
    def __init__(self, number, scopes, expires):
        self.number = number
        self.scopes = scopes
        self.expires = expires  # by the simulator's clock
        self.revoked = False


class Tokens:
    """All that were issued, numbered from 1."""

    def __init__(self, clock):
        self.clock = clock
        self.issued = {}

    def issue(self, scopes, life, most_alive):
        text = "eyJ" + secrets.token_urlsafe(60) + "." + secrets.token_urlsafe(8)
        token = self.issued[text] = Token(len(self.issued) + 1, scopes, self.clock() + life)
        if most_alive:
            for old in self.alive()[:-most_alive]:
                old.revoked = True
        return text, token

    def alive(self):
        return [token for token in self.issued.values() if not token.revoked and token.expires > self.clock()]

    def expire_all(self):
        for token in self.issued.values():
            token.expires = min(token.expires, self.clock())

    def revoke_all(self):
        for token in self.issued.values():
            token.revoked = True

    def find(self, authorization):
        """The token of a header's value, alive or not."""
        return self.issued.get(authorization[len("Bearer "):]) if BEARER.fullmatch(authorization or "") else None

    def bearer(self, authorizations):
        """The living token of a request's Authorization headers."""
        if not authorizations:
            raise ApiError(401, "No authentication bearer token specified in authorization header.",
                           "authentication.required")
        token = self.find(authorizations[0]) if len(authorizations) == 1 else None
        if token is None or token.revoked or token.expires <= self.clock():
            raise ApiError(401)
        return token


def named(tokens, authorization):
    """A header's value for the journal: what it is, not what it says."""
    scheme, _, rest = authorization.partition(" ")
    if scheme == "Bearer":
        token = tokens.find(authorization)
        return f"Bearer token {token.number}" if token else "Bearer unknown"
    return f"{scheme} {'client' if rest else 'nothing'}"


def _form(call):
    if call.request.content_type != "application/x-www-form-urlencoded":
        raise OAuthError(400, "the content type must be application/x-www-form-urlencoded", "invalid_request")
    try:
        pairs = urllib.parse.parse_qsl(call.body.decode("ascii"), keep_blank_values=True, strict_parsing=True,
                                       errors="strict")
    except ValueError:
        raise OAuthError(400, "the body is not a form", "invalid_request") from None
    form = dict(pairs)
    if len(form) != len(pairs) or any(name not in FORM_FIELDS for name in form):
        raise OAuthError(400, "a field is unknown or there twice", "invalid_request")
    return form


def _basic(authorization):
    scheme, _, rest = authorization.partition(" ")
    try:
        client, colon, secret = base64.b64decode(rest, validate=True).decode("utf-8").partition(":")
    except ValueError:
        client = colon = secret = ""
    if scheme != "Basic" or not colon:
        raise OAuthError(400, "the Authorization header is not Basic", "invalid_request")
    return client, secret


def _credentials(call, form):
    headers = call.request.headers.getall("Authorization", [])
    in_body = "client_id" in form or "client_secret" in form
    if len(headers) + in_body != 1:
        raise OAuthError(400, "credentials belong into one Authorization header or into the body", "invalid_request")
    if call.platform.settings.credentials not in ("any", "body" if in_body else "basic"):
        raise OAuthError(400, "credentials are not taken from there", "invalid_request")
    return (form.get("client_id"), form.get("client_secret")) if in_body else _basic(headers[0])


def rate_limited(settings, wait):
    """The dialect's way to say that there were too many requests for tokens."""
    if settings.dialect == "tutorial":
        return OAuthError(429, "rate limit exceeded", "too_many_requests", {"Retry-After": str(wait)})
    return OAuthError(400, f"rate limit exceeded; more than {settings.token_rate} token requests a minute",
                      "invalid_request")


def issue(call):
    settings = call.platform.settings
    form = _form(call)
    if settings.token_rate:
        _, _, wait = call.platform.rates.count("token endpoint", settings.token_rate)
        if wait:
            raise rate_limited(settings, wait)
    if "grant_type" not in form:
        raise OAuthError(400, "grant_type is missing", "invalid_request")
    if form["grant_type"] != "client_credentials":
        raise OAuthError(400, "the grant type is not supported", "unsupported_grant_type")
    if _credentials(call, form) != (settings.client_id, settings.client_secret):
        raise OAuthError(400, "client not found", "invalid_client")
    if "scope" in form and settings.dialect != "tutorial":
        raise OAuthError(400, "scopes do not apply to client credentials", "invalid_scope")
    return functools.partial(_issue, call, form.get("scope", "").split(" "))


def _issue(call, wanted):
    settings = call.platform.settings
    scopes = [scope for scope in wanted if scope in settings.scopes]
    text, _ = call.platform.tokens.issue(scopes, settings.expires_in, settings.live_tokens)
    answer = {"access_token": text, "token_type": settings.token_type, "expires_in": settings.expires_in}
    if settings.dialect == "tutorial":
        answer["scope"] = " ".join(scopes)
    return Answer(json.dumps(answer), headers={"Cache-Control": "no-store"})


def information(call):
    """GET or HEAD /api/v2/tokens/me"""
    organization = {"id": "8f1b0c4e-7a0e-4c55-9d0a-5f8d2a1c3b6e", "name": "Simulator"}
    return Answer(json.dumps({"organization": organization, "homeOrganization": organization,
                              "authorizedScope": call.token.scopes,
                              "OAuthClient": {"id": call.platform.settings.client_id, "name": "tests",
                                              "organization": organization}}))


def revoke(call):
    """DELETE /api/v2/tokens/me"""
    return functools.partial(_revoke, call.token)


def _revoke(token):
    token.revoked = True
    return Answer("{}")
