"""HTTP/2 with python3-h2: a test sees RST_STREAM and GOAWAY, and decides when windows open."""

import json
import socket

import h2.config
import h2.connection
import h2.events
import h2.settings

from support import http1


class Response:
    """`end`: "complete", "reset" (RST_STREAM, with its code in `error`), "goaway", or how the connection ended."""

    def __init__(self):
        self.headers = []
        self.body = b""
        self.end = ""
        self.error = None

    @property
    def status(self):
        return int(self.header(":status"))

    def header(self, name, default=None):
        values = [value for key, value in self.headers if key == name.lower()]
        assert len(values) <= 1, values
        return values[0] if values else default

    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"<h2 {self.end} {self.error} {self.headers} {self.body[:200]!r}>"


class Connection:
    """`window`: the initial window of a stream; with `acknowledge` false it never opens again, as of a client
    that does not read."""

    def __init__(self, port, tls=False, window=1 << 20, acknowledge=True):
        self.raw = http1.Connection(port, tls=tls, alpn=["h2"] if tls else None)
        if tls:
            assert self.raw.socket.selected_alpn_protocol() == "h2"
        self.acknowledge = acknowledge
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        self.h2.local_settings = h2.settings.Settings(client=True, initial_values={
            h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window, h2.settings.SettingCodes.ENABLE_PUSH: 0})
        self.h2.initiate_connection()
        if acknowledge:
            self.h2.increment_flow_control_window(1 << 24)
        self.flush()
        self.responses = {}

    def flush(self):
        data = self.h2.data_to_send()
        if data:
            self.raw.send(data)

    def send_request(self, method, path, body=None, headers=(), end=True):
        """Starts a stream and returns its number; the body must fit into the window."""
        stream = self.h2.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path)]
        head += [(name.lower(), value) for name, value in headers]
        if body is not None:
            body = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
            if not any(name.lower() == "content-type" for name, _ in headers):
                head.append(("content-type", "application/json"))
        self.h2.send_headers(stream, head, end_stream=body is None and end)
        if body is not None:
            for at in range(0, len(body), 16384):
                self.h2.send_data(stream, body[at:at + 16384])
            if end:
                self.h2.end_stream(stream)
        self.responses[stream] = Response()
        self.flush()
        return stream

    def read_response(self, stream):
        """Reads on until that stream has ended."""
        response = self.responses[stream]
        while not response.end:
            self.read_some()
        return response

    def read_some(self):
        """One read of the connection, whichever streams it is for."""
        try:
            events = self.h2.receive_data(self.raw.receive())
        except http1.Ended as end:
            for response in self.responses.values():
                response.end = response.end or str(end)
            return
        for event in events:
            self._take(event)
        self.flush()

    def _take(self, event):
        response = self.responses.get(getattr(event, "stream_id", None))
        if isinstance(event, h2.events.ConnectionTerminated):
            for other in self.responses.values():
                other.end, other.error = other.end or "goaway", event.error_code
        elif response is None:
            return
        elif isinstance(event, h2.events.ResponseReceived):
            response.headers = list(event.headers)
        elif isinstance(event, h2.events.DataReceived):
            response.body += event.data
            if self.acknowledge:
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        elif isinstance(event, h2.events.StreamEnded):
            response.end = "complete"
        elif isinstance(event, h2.events.StreamReset):
            response.end, response.error = "reset", event.error_code

    def request(self, method, path, body=None, headers=()):
        return self.read_response(self.send_request(method, path, body, headers))

    def post(self, path="/", body=b"{}", headers=()):
        return self.request("POST", path, body, headers)

    def reset_stream(self, stream, code=8):
        self.h2.reset_stream(stream, code)
        self.flush()

    def half_close(self):
        self.raw.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.raw.close()
