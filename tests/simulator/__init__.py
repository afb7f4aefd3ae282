"""A Genesys Cloud to test against: strict where the platform is strict, and wrong where a test says so.

Written from what is known of the platform and from the tutorials, apart from the client it tests, so that
one misreading cannot pass both. README.md has the control API.

__main__.py         the command
app.py              routes, and what happens to every request
platform.py         the state of one simulator: settings, clock, and all that follows
calls.py            a request on its way, and its answer
wire.py             answers as bytes: chunks, and the ways to break them
errors.py           the platform's error bodies
strict.py           JSON bodies checked field by field
tokens.py           OAuth: the token endpoint, and who a bearer is
rates.py            requests a minute, and the headers that tell
conversations.py    conversations by index, never stored, and which of them match
records.py          a conversation as JSON, in both dialects, sometimes unusual
cursors.py          opaque strings that only their maker can make
search_tutorial.py  POST /api/v2/search
query_body.py       the body of an analytics query
details.py          POST .../conversations/details/query
jobs.py             .../conversations/details/jobs
actions.py          data actions
reference.py        ipranges, and what a client without permission meets
faults.py           what a test scripted to go wrong
journal.py          what was asked
control.py          /control/...
"""
