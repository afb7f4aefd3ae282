"""The body of an analytics query, as strict as the platform's model of it, and which conversations it means.

From the models ConversationQuery, AsyncConversationQuery, ConversationDetailQueryPredicate and
SegmentDetailQueryPredicate of the official SDK. Filters of a list are all required.
"""

import datetime
import re

from simulator import strict
from simulator.conversations import DAY_MS, OPEN, PERIOD, Traits, identifier, milliseconds
from simulator.errors import invalid

FIELDS = ("conversationFilters", "segmentFilters", "evaluationFilters", "surveyFilters", "resolutionFilters",
          "order", "orderBy")
ORDER_BY = ("conversationStart", "conversationEnd", "segmentStart", "segmentEnd")
NOT_SIMULATED = ("evaluationFilters", "surveyFilters", "resolutionFilters", "aggregations")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?")
PREDICATE = ("type", "dimension", "metric", "operator", "value", "range")
# What a conversation, and one of its segments, has of each dimension that is simulated.
DIMENSIONS = {
    "conversationFilters": {
        "conversationEnd": lambda traits: {""} if traits.ended else set(),
        "conversationStart": lambda traits: {""},
        "divisionId": lambda traits: {identifier("division", 0)},
        "originatingDirection": lambda traits: {traits.direction},
        "conversationId": lambda traits: {""},
        "conversationInitiator": lambda traits: set(),
        "customerParticipation": lambda traits: {"true"},
        "externalTag": lambda traits: set(),
    },
    "segmentFilters": {
        "direction": lambda traits: {traits.direction},
        "disconnectType": lambda traits: {traits.disconnect} if traits.ended else set(),
        "mediaType": lambda traits: {traits.media},
        "purpose": lambda traits: {"customer", "agent"},
        "queueId": lambda traits: {traits.queue},
        "segmentEnd": lambda traits: {""} if traits.ended else set(),
        "segmentType": lambda traits: {"interact"},
        "userId": lambda traits: {traits.agent},
        "ani": lambda traits: set(),
        "dnis": lambda traits: set(),
        "flowId": lambda traits: set(),
        "wrapUpCode": lambda traits: set(),
    },
}
ONLY_EXISTS = ("conversationEnd", "conversationStart", "conversationId", "segmentEnd")


class Query:
    """`begin` and `end` in milliseconds since 1970; `residues`: of the indices that match; `order` and `last` as of a
    Selection."""

    def __init__(self, body, more_fields, settings):
        strict.fields(body, "body", ("interval",), FIELDS + more_fields)
        self.begin, self.end = interval(body["interval"], settings.max_interval_days)
        self.order = strict.one_of(body.get("order", "asc"), "order", ("asc", "desc", "unordered"))
        order_by = strict.one_of(body.get("orderBy", "conversationStart"), "orderBy", ORDER_BY)
        # What has not ended counts as ending after all that have.
        self.last = OPEN if order_by in ("conversationEnd", "segmentEnd") else frozenset()
        for name in NOT_SIMULATED:
            if strict.array(body.get(name, []), name):
                raise invalid(f"{name}: not simulated")
        self.residues = set(range(PERIOD))
        for name in DIMENSIONS:
            for item in strict.array(body.get(name, []), name):
                self.residues &= _filter(item, name)


def interval(text, max_days):
    begin, slash, end = strict.text(text, "interval").partition("/")
    if not slash:
        raise invalid(f"interval: {text} is not ISO/ISO", code="invalid.date")
    begin, end = _moment(begin), _moment(end)
    if end <= begin:
        raise invalid("interval: its end is not after its begin", code="invalid.date")
    if max_days and end - begin > max_days * DAY_MS:
        raise invalid(f"interval: longer than {max_days} days", code="invalid.date")
    return begin, end


def _moment(text):
    try:
        if not MOMENT.fullmatch(text):
            raise ValueError
        text = re.sub(r"(\.\d{1,6})\d*", lambda match: match[1].ljust(7, "0"), text.replace("Z", "+00:00"))
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"interval: {text} is not a time", code="invalid.date") from None
    return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=datetime.timezone.utc))


def _filter(item, where):
    strict.fields(item, where, ("type",), ("clauses", "predicates"))
    sets = [_predicate(predicate, where) for predicate in strict.array(item.get("predicates", []), "predicates")]
    for clause in strict.array(item.get("clauses", []), "clauses"):
        strict.fields(clause, "clause", ("type", "predicates"))
        sets.append(_combined(clause["type"], [_predicate(predicate, where)
                                               for predicate in strict.array(clause["predicates"], "predicates")]))
    return _combined(item["type"], sets)


def _combined(kind, sets):
    strict.one_of(kind, "type", ("and", "or"))
    if not sets:
        raise invalid("a filter without predicates", code="constraint.validation")
    return set.intersection(*sets) if kind == "and" else set.union(*sets)


def _predicate(predicate, where):
    strict.fields(predicate, "predicate", (), PREDICATE)
    strict.one_of(predicate.get("type", "dimension"), "type", ("dimension", "metric", "property"))
    operator = strict.one_of(predicate.get("operator", "matches"), "operator", ("matches", "exists", "notExists"))
    if operator == "matches" and ("value" in predicate) == ("range" in predicate):
        raise invalid("a predicate that matches needs a value or a range", code="constraint.validation")
    if operator != "matches" and ("value" in predicate or "range" in predicate):
        raise invalid(f"{operator} takes neither value nor range", code="constraint.validation")
    if "dimension" not in predicate or predicate.get("type", "dimension") != "dimension" or "metric" in predicate:
        raise invalid("only dimensions are simulated")
    name = strict.one_of(predicate["dimension"], "dimension", tuple(DIMENSIONS[where]))
    if operator == "matches" and ("range" in predicate or name in ONLY_EXISTS):
        raise invalid(f"{name}: only {'exists and notExists' if name in ONLY_EXISTS else 'a value'} is simulated")
    value = strict.text(predicate["value"], "value") if operator == "matches" else None
    found = [DIMENSIONS[where][name](Traits(residue)) for residue in range(PERIOD)]
    return {residue for residue in range(PERIOD)
            if (value in found[residue] if operator == "matches" else bool(found[residue]) == (operator == "exists"))}
