"""Posts that need credentials: a bearer of POST /oauth/token, Basic credentials, a key in a header."""

import base64
import secrets
import time
import urllib.parse

from external_api.resources import one_post
from external_api.sending import answer_json

FORM = "application/x-www-form-urlencoded"


def _refused(scheme):
    return answer_json({"error": "unauthorized"}, 401, [("WWW-Authenticate", f'{scheme} realm="posts"')])


def _basic(request):
    """(Name, password), or None."""
    scheme, _, rest = (request.header("Authorization") or "").partition(" ")
    if scheme.lower() != "basic" or len(request.all("Authorization")) != 1:
        return None
    try:
        name, colon, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except ValueError:
        return None
    return (name, password) if colon else None


def token(call):
    """RFC 6749, 4.4: client credentials, in Basic or in the body, and not in both."""
    request, settings = call.request, call.api.settings
    if (request.header("Content-Type") or "").partition(";")[0].strip().lower() != FORM:
        return answer_json({"error": "invalid_request", "error_description": "the body must be a form"}, 400)
    try:
        pairs = urllib.parse.parse_qsl(request.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return answer_json({"error": "invalid_request", "error_description": "the body is not a form"}, 400)
    form, header = dict(pairs), request.header("Authorization")
    if len(form) != len(pairs) or (header is not None) == ("client_id" in form or "client_secret" in form):
        return answer_json({"error": "invalid_request", "error_description": "credentials in one place"}, 400)
    if form.get("grant_type") != "client_credentials":
        return answer_json({"error": "unsupported_grant_type"}, 400)
    given = _basic(request) if header is not None else (form.get("client_id"), form.get("client_secret"))
    if header is not None and given is not None:
        given = tuple(urllib.parse.unquote_plus(part) for part in given)  # RFC 6749, 2.3.1
    if given != (settings.client_id, settings.client_secret):
        return answer_json({"error": "invalid_client"}, 401, [("WWW-Authenticate", "Basic")])
    text = "token-" + secrets.token_urlsafe(24)
    call.api.tokens[text] = time.monotonic() + settings.expires_in
    return answer_json({"access_token": text, "token_type": "Bearer", "expires_in": settings.expires_in,
                        **({"scope": form["scope"]} if "scope" in form else {})}, 200, [("Cache-Control", "no-store")])


def oauth_post(call, name):
    scheme, _, text = (call.request.header("Authorization") or "").partition(" ")
    if scheme != "Bearer" or call.api.tokens.get(text, 0) <= time.monotonic():
        return _refused("Bearer")
    return one_post(name)


def basic_post(call, name):
    settings = call.api.settings
    return one_post(name) if _basic(call.request) == (settings.user, settings.password) else _refused("Basic")


def key_post(call, name):
    if call.request.all("X-Api-Key") != [call.api.settings.key]:
        return answer_json({"error": "a wrong X-Api-Key, or none"}, 403)
    return one_post(name)
