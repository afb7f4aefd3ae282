"""A company's API for tests: right where it is asked rightly, and wrong exactly as a test says.

Written on sockets, without an HTTP library, so that every byte that it sends can be a wrong one. README.md has what
it serves and how it is told to misbehave.

__main__.py   the command
server.py     connections: requests in, answers out, each of them counted and recorded
http1.py      HTTP/1.1 as it may arrive, strictly
api.py        the state of one API, its settings, and what becomes of a request
resources.py  what it serves: posts, slow answers, echoes
access.py     posts that need credentials: OAuth, Basic, a key
caching.py    answers that say how long they are good
faults.py     what a test scripted to go wrong
bodies.py     bodies that are not what they should be, and ones without an end
sending.py    answers as bytes, and the ways to break them
journal.py    what was asked
control.py    /control/...
"""
