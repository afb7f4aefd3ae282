"""Small operations of the platform: address ranges, and what this client may not do."""

import json

from simulator import strict
from simulator.calls import Answer
from simulator.errors import ApiError, invalid

RANGES = (("203.0.113.0/26", "data-actions", "us-east-1", "outbound"),
          ("203.0.113.64/26", "data-actions", "us-east-1", "both"),
          ("198.51.100.0/24", "open-messaging", "us-east-1", "inbound"),
          ("2001:db8:40::/48", "data-actions", "eu-west-1", "outbound"))


def ipranges(_):
    names = ("cidr", "service", "region", "direction")
    return Answer(json.dumps({"entities": [dict(zip(names, values)) for values in RANGES]}))


def directory_search(call):
    """The real POST /api/v2/search is for the directory. The tutorial's body lacks `types`."""
    strict.fields(call.json, "body", ("types", "query"),
                  ("sort", "sortBy", "sortOrder", "pageSize", "pageNumber", "returnFields", "expand", "aggregations"))
    strict.array(call.json["types"], "types")
    raise ApiError(403, code="missing.permissions")


def create_action(call):
    """The real POST /api/v2/integrations/actions makes an action."""
    strict.fields(call.json, "body", ("category", "name", "integrationId", "contract", "config"), ("secure",))
    if not isinstance(call.json["contract"], dict):
        raise invalid("contract must be an object")
    raise ApiError(403, code="missing.permissions")
