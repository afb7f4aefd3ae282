"""Opaque strings that only their maker can make: a client that reads or changes one is found out.

They begin with "+/" and may hold "=", so that one that is put into a URL must be escaped.
"""

import base64
import hashlib
import hmac
import json

from simulator.errors import invalid

KEY = b"the simulator's own"  # constant, so that a search can go on after a restart
MARK = b"\xfb\xff"
MAC_BYTES = 9


def _mac(data):
    return hmac.new(KEY, data, hashlib.sha256).digest()[:MAC_BYTES]


def seal(**content):
    data = MARK + json.dumps(content, separators=(",", ":")).encode()
    return base64.b64encode(data + _mac(data)).decode()


def unseal(text, **expected):
    """The content of a cursor that belongs to what is `expected` of it."""
    try:
        sealed = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise invalid("The cursor is not one of ours") from None
    data, mac = sealed[:-MAC_BYTES], sealed[-MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(data)):
        raise invalid("The cursor is not one of ours")
    content = json.loads(data[len(MARK):])
    if any(content.get(name) != value for name, value in expected.items()):
        raise invalid("The cursor belongs to another query")
    return content


def digest(value):
    """A short name of a JSON value, the same for the same value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]
