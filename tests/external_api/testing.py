"""A small client for the API's own tests: what it sends and what it gets, byte by byte."""

import http.client
import json
import socket

TIMEOUT = 30  # bounds a failure; nothing is measured by it


class Reply:
    def __init__(self, answer):
        self.status = answer.status
        self.headers = answer.headers
        self.body = answer.read()

    @property
    def json(self):
        return json.loads(self.body)


def send(api, method, target, body=None, headers=(), connection=None):
    """One request, on a connection of its own where none is given; `headers` may name one twice."""
    link = connection or http.client.HTTPConnection("127.0.0.1", api.port, timeout=TIMEOUT)
    try:
        link.putrequest(method, target, skip_accept_encoding=True)
        for name, value in headers:
            link.putheader(name, value)
        body = body.encode() if isinstance(body, str) else body
        if body is not None:
            link.putheader("Content-Length", str(len(body)))
        link.endheaders(body)
        return Reply(link.getresponse())
    finally:
        if connection is None:
            link.close()


def get(api, target, **options):
    return send(api, "GET", target, **options)


def connect(api):
    return socket.create_connection(("127.0.0.1", api.port), TIMEOUT)


def read_all(link):
    """(Bytes, how the connection ended)"""
    received = b""
    with link:
        while True:
            try:
                piece = link.recv(65536)
            except ConnectionResetError:
                return received, "reset"
            if not piece:
                return received, "end"
            received += piece


def raw(api, data):
    """What comes for these bytes, until the connection ends."""
    link = connect(api)
    link.sendall(data if isinstance(data, bytes) else data.encode())
    return read_all(link)


def ask(path, *headers, method="GET"):
    """A request as text, after which the connection ends."""
    return "\r\n".join((f"{method} {path} HTTP/1.1", "Host: x", "Connection: close", *headers, "", ""))


def parts(received):
    """(Head, body)"""
    head, _, body = received.partition(b"\r\n\r\n")
    return head.decode("latin-1"), body
