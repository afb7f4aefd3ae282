"""The harness of the system tests: real nginx, real dataactiond, clients that see exact bytes.

nginx.py        an nginx of a test's own, and the checks that every test ends with
daemon.py       a dataactiond of a test's own
process.py      starting, waiting, stopping, sanitizers: what both share
http1.py        HTTP/1 over a raw socket: chunks, and how the connection ended
http2.py        HTTP/2 with RST_STREAM and flow control in the test's hand
certificate.py  TLS made at test time
records.py      what the sources must deliver, computed apart from the code under test
twice.py        a test that runs twice against the same workers
"""
