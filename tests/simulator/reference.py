"""Small operations of the platform: address ranges, and what this client may not do."""

import json

from simulator import strict
from simulator.calls import Answer
from simulator.errors import ApiError

RANGES = (("203.0.113.0/26", "data-actions", "us-east-1", "outbound"),
          ("203.0.113.64/26", "data-actions", "us-east-1", "both"),
          ("203.0.113.0/24", "api", "us-east-1", "inbound"),
          ("203.0.113.16/28", "data-actions", "us-east-1", "outbound"),  # within the first
          ("203.0.113.64/26", "data-actions", "us-west-2", "outbound"),  # the second again, for another region
          ("192.0.2.0/25", "data-actions", "eu-west-1", "inbound"),
          ("198.51.100.0/24", "open-messaging", "us-east-1", "inbound"),
          ("198.51.100.7/32", "data-actions", "eu-central-1", "outbound"),
          ("198.51.100.128/25", "smtp", "eu-central-1", "both"),
          ("2001:db8:40::/48", "data-actions", "eu-west-1", "outbound"),
          ("2001:db8:40:1::/64", "data-actions", "eu-west-1", "both"),  # within the one before
          ("2001:db8:40::/48", "data-actions", "eu-west-1", "outbound"),  # the same again
          ("2001:db8:80::/48", "audiohook", "eu-west-1", "outbound"),
          ("2001:db8:c0::/48", "data-actions", "ap-south-1", "inbound"))


def ipranges(_):
    names = ("cidr", "service", "region", "direction")
    return Answer(json.dumps({"entities": [dict(zip(names, values)) for values in RANGES]}))


def directory_search(call):
    """The real POST /api/v2/search is for the directory. The tutorial's body lacks `types`."""
    strict.fields(call.json, "body", ("types", "query"),
                  ("sort", "sortBy", "sortOrder", "pageSize", "pageNumber", "returnFields", "expand", "aggregations"))
    strict.array(call.json["types"], "types")
    raise ApiError(403, code="missing.permissions")
