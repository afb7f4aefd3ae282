"""`/api/v2/analytics/conversations/details/jobs`: made, polled, read by cursor, deleted.

A job's conversations are those of the time it was made. Its state follows the polls, not the clock.
"""

import functools
import json
import uuid

from simulator import cursors, strict
from simulator.calls import Answer
from simulator.conversations import Selection, timestamp
from simulator.details import array, need_permission, page_answer, page_of
from simulator.errors import ApiError, invalid
from simulator.query_body import Query

DEFAULT_SIZE = 1000
MAX_LIMIT = 2**31 - 1
EXPIRES_MS = 7 * 86_400_000


class Job:
    def __init__(self, selection, limit):
        self.selection = selection
        self.size = min(len(selection), limit)
        self.polls = 0
        self.deleted = False

    def state(self, settings):
        if self.polls < settings.job_polls:
            return "QUEUED" if self.polls <= 1 else "PENDING"
        return settings.job_end


def create(call):
    need_permission(call)
    asked = Query(call.json, ("limit", "startOfDayIntervalMatching"), call.platform.settings)
    limit = strict.integer(call.json.get("limit", MAX_LIMIT), "limit", 1, MAX_LIMIT)
    from_start_of_day = call.json.get("startOfDayIntervalMatching", False)
    if not isinstance(from_start_of_day, bool):
        raise invalid("startOfDayIntervalMatching must be true or false")
    return functools.partial(_make, call, asked, limit, from_start_of_day)


def _make(call, asked, limit, from_start_of_day):
    low, high = call.platform.conversations.active_during(asked.begin, asked.end, from_start_of_day)
    name = str(uuid.uuid4())
    call.platform.jobs[name] = Job(Selection(low, high, asked.residues, asked.order, asked.last), limit)
    return Answer(json.dumps({"jobId": name}), 202)


def _job(call):
    job = call.platform.jobs.get(call.parameters[0])
    if job is None or job.deleted:
        raise ApiError(404, f"No job {call.parameters[0]}")
    return job


def _newest(call):
    return timestamp(call.platform.conversations.start(call.platform.conversations.high))


def poll(call):
    need_permission(call)
    return functools.partial(_poll, call, _job(call))


def _poll(call, job):
    settings = call.platform.settings
    job.polls += 1
    state = job.state(settings)
    answer = {"state": state, "submissionDate": _newest(call)}
    if state == "FULFILLED":
        conversations = call.platform.conversations
        answer["completionDate"] = _newest(call)
        answer["expirationDate"] = timestamp(conversations.start(conversations.high) + EXPIRES_MS)
    elif state == "FAILED":
        answer["errorMessage"] = "The query failed"
    return Answer(json.dumps(answer), 202 if state in ("QUEUED", "PENDING") else 200)


def results(call):
    need_permission(call)
    job, settings = _job(call), call.platform.settings
    if job.state(settings) != "FULFILLED":
        raise invalid("The job is not fulfilled")
    size = strict.decimal(call.query("pageSize"), "pageSize", min(DEFAULT_SIZE, settings.max_job_page_size), 1,
                          settings.max_job_page_size)
    cursor = call.query("cursor")
    offset = cursors.unseal(cursor, job=call.parameters[0])["offset"] if cursor is not None else 0
    return functools.partial(_results, call, job, cursor, offset, size)


def _results(call, job, cursor, offset, size):
    texts, after = page_of(call, job.selection, offset, min(size, job.size - offset), attributes=True)
    following = None
    if call.page_fault == "repeat_cursor" and cursor is not None:
        following = cursor
    elif after < job.size:
        following = cursors.seal(job=call.parameters[0], offset=after, nonce=str(uuid.uuid4()))
    return page_answer(call, ("conversations", array(texts)), ("cursor", json.dumps(following) if following else None),
                       ("dataAvailabilityDate", json.dumps(_newest(call))))


def delete(call):
    need_permission(call)
    return functools.partial(_delete, _job(call))


def _delete(job):
    job.deleted = True
    return Answer("", 204)


def availability(call):
    need_permission(call)
    return Answer(json.dumps({"dataAvailabilityDate": _newest(call)}))
