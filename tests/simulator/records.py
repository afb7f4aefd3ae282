"""A conversation as JSON text, in both dialects. Every so many of them are made unusual: valid, but not what
a serializer writes. A record is a list of (name, JSON text), so that text is in the test's hand."""

import json
import re

from simulator.conversations import Traits, identifier, timestamp

LONG_NUMBERS = ("90071992547409931234567890", "-123456789012345678901234567890123456789.000000000000000000001",
                "18446744073709551616", "3.14159265358979323846264338327950288419716939937510582097494459e+30")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def record(conversations, index, dialect, attributes=False):
    """The text; `attributes`: those that jobs tell and the details query does not."""
    settings = conversations.settings
    members = (_tutorial if dialect == "tutorial" else _genesys)(conversations, index, attributes)
    if settings.long_numbers and index % settings.long_numbers == 0:
        members.append(("longNumber", LONG_NUMBERS[index // settings.long_numbers % len(LONG_NUMBERS)]))
    if settings.unusual and index % settings.unusual == 0:
        return UNUSUAL[index // settings.unusual % len(UNUSUAL)](members)
    return _joined(members)


def record_id(index, dialect):
    """The tutorial's ids have a prefix."""
    return ("conv-" if dialect == "tutorial" else "") + identifier("conversation", index)


def _joined(members):
    return "{" + ",".join(f'"{name}":{text}' for name, text in members) + "}"


def _revision(conversations, index):
    """Changes from page to page where `changing` says so."""
    every = conversations.settings.changing
    return f"revision-{conversations.pages_served}" if every and index % every == 0 else None


def _tutorial(conversations, index, _):
    traits = Traits(index)
    name = f'"{record_id(index, "tutorial")}"'
    fields = {"channelType": traits.media, "status": traits.status,
              "durationSeconds": conversations.settings.duration_ms // 1000,
              "queueId": traits.queue, "direction": traits.direction}
    revision = _revision(conversations, index)
    if revision:
        fields["revision"] = revision
    return [("type", '"conversation"'), ("id", name), ("conversationId", name),
            ("timestamp", f'"{timestamp(conversations.start(index))}"'),
            ("fields", json.dumps(fields, separators=(",", ":")))]


def _genesys(conversations, index, attributes):
    traits = Traits(index)
    begin = conversations.start(index)
    end = begin + conversations.settings.duration_ms
    segment = {"segmentStart": timestamp(begin), "segmentType": "interact", "queueId": traits.queue,
               "conference": False}
    if traits.ended:
        segment.update(segmentEnd=timestamp(end), disconnectType=traits.disconnect)
    participants = []
    for purpose in ("customer", "agent"):
        participant = {"participantId": identifier(purpose + " participant", index), "purpose": purpose,
                       "sessions": [{"mediaType": traits.media, "direction": traits.direction,
                                     "sessionId": identifier(purpose + " session", index), "segments": [segment],
                                     "metrics": [{"name": "tTalk", "emitDate": timestamp(end),
                                                  "value": conversations.settings.duration_ms}]}]}
        if purpose == "agent":
            participant["userId"] = traits.agent
        if attributes:
            participant["attributes"] = {"customerNumber": f"C-{index:08d}"}
        participants.append(participant)
    members = [("conversationId", f'"{record_id(index, "genesys")}"'),
               ("conversationStart", f'"{timestamp(begin)}"'),
               ("divisionIds", json.dumps([identifier("division", 0)])),
               ("originatingDirection", f'"{traits.direction}"'),
               ("participants", json.dumps(participants, separators=(",", ":")))]
    if traits.ended:
        members.insert(0, ("conversationEnd", f'"{timestamp(end)}"'))
    revision = _revision(conversations, index)
    if revision:
        members.append(("externalTag", f'"{revision}"'))
    return members


# --- unusual, but JSON

def _escaped(text):
    return "".join(f"\\u{ord(char):04x}" for char in text)


def _spaced(members):
    return " \r\n\t".join(TOKEN.findall(_joined(members)))


def _escaped_id(members):
    return _joined([(name, f'"{_escaped(text[1:-1])}"' if name in ("id", "conversationId") else text)
                    for name, text in members])


def _escaped_name(members):
    return _joined([("conversation\\u0049d" if name == "conversationId" else name, text) for name, text in members])


def _strings(members):
    return _joined(members + [("note", '"Grüße, 日本語, 😀 \\ud83d\\ude00 \\u2028 \\/ \\b\\f\\n\\r\\t\\" \\\\ \\u0000"'),
                              ("", '""'), ("ключ", '"\u007f\u0085\u2028"')])


def _nested(members):
    return _joined([("nested", "[" * 20 + '{"a":' * 20 + "{}" + "}" * 20 + "]" * 20)] + members)


def _values(members):
    return _joined(members + [("numbers", "[-0,0.0,1E400,-1e-400,0.1e+1,5e-324,100000000000000000000]"),
                              ("others", "[null,true,false,{},[],[[]],[{}]]")])


def _decoys(members):
    return _joined([("related", '{"conversationId":"decoy","id":"decoy"}'),
                    ("text", r'"\"conversationId\":\"decoy\",\\"'), ("list", '[{"id":"decoy"}]')] + members)


def _id_last(members):
    last = [member for member in members if member[0] in ("id", "conversationId")]
    return _joined([("long", '"' + "x" * 20_000 + '"')] + [member for member in members if member not in last] + last)


def _only_id(members):
    """The tutorial's client falls back to `id`."""
    both = {"id", "conversationId"} <= {name for name, _ in members}
    return _joined([member for member in members if not both or member[0] != "conversationId"])


UNUSUAL = (_spaced, _escaped_id, _escaped_name, _strings, _nested, _values, _decoys, _id_last, _only_id)
