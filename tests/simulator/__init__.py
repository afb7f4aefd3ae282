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
action_api.py       data actions: made, listed, read, changed, published
action_body.py      what a data action is made of, checked member by member
action_store.py     those that clients made, published and drafts
action_run.py       one of them run, step by step
actions.py          execution, and the actions of the settings
dataactions.py      the tutorial's data actions
schemas.py          the JSON schemas of a contract
velocity.py         templates
json_paths.py       the paths of a translation map
outbound.py         the requests that data actions make
reference.py        ipranges, and the directory's search
faults.py           what a test scripted to go wrong
journal.py          what was asked
control.py          /control/...
"""
