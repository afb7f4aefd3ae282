"""The actions that clients made: what is published, and the draft beside it, each with a version of its own.

A published action begins with version 1 and a draft does too; a change adds one. Publishing makes the draft's content
the next version of the action, and the draft is gone. A contract is final once it is published.
"""

import copy
import dataclasses
import uuid

from simulator.action_body import need_version
from simulator.errors import ApiError, invalid

BUILT_IN = "static"  # how their ids begin


@dataclasses.dataclass
class State:
    """`content`: category, name, integrationId, secure, contract, config"""
    content: dict
    version: int = 1

    def change(self, changes):
        self.content.update(copy.deepcopy(changes))
        self.version += 1


@dataclasses.dataclass
class Stored:
    """At least one of the two is there."""
    published: State | None = None
    draft: State | None = None

    def publish(self):
        version = self.published.version + 1 if self.published else 1
        self.published, self.draft = State(self.draft.content, version), None


class ActionStore:
    def __init__(self):
        self.stored = {}  # by id, in the order they were made

    def add(self, **state):
        name = str(uuid.uuid4())
        self.stored[name] = Stored(**state)
        return name

    def find(self, name, of):
        """(Stored, its State) of the action with this id: `of` is "published" or "draft"."""
        stored = self.stored.get(name)
        state = getattr(stored, of, None)
        if state is None:
            raise ApiError(404, f"There is no {of} action {name}")
        return stored, state

    def all(self, of):
        """(id, State), in the order they were made."""
        return [(name, getattr(stored, of)) for name, stored in self.stored.items() if getattr(stored, of)]

    def remove(self, name, of):
        """What has neither of the two any more is gone."""
        stored = self.stored[name]
        setattr(stored, of, None)
        if of == "published" or stored.published is None:
            del self.stored[name]


def check_change(stored, state, version, changes):
    need_version(version, state.version)
    published = stored.published
    if published and "contract" in changes and changes["contract"] != published.content["contract"]:
        raise invalid("The contract of a published action cannot be changed", code="constraint.validation")


def check_mutable(name):
    if name.startswith(BUILT_IN):
        raise ApiError(403, "A built-in action cannot be changed")
