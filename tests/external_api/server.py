"""Connections: requests in, answers out, one after the other, each of them recorded."""

import asyncio
import functools

from external_api import control
from external_api.api import Call
from external_api.faults import INSTEAD
from external_api.http1 import MAX_LINE, Malformed, Reader
from external_api.sending import Answer, Link, answer_json, send, spoilt

ADDRESS = "127.0.0.1"
BACKLOG = 4096  # so that a thousand clients at once do not wait for a second SYN


class Watched(asyncio.StreamReaderProtocol):
    """Tells at once when the client has gone, so that thousands can wait without asking."""

    def __init__(self, accepted):
        self.gone = asyncio.Event()
        super().__init__(asyncio.StreamReader(limit=MAX_LINE), functools.partial(accepted, self.gone))

    def eof_received(self):
        self.gone.set()
        return super().eof_received()

    def connection_lost(self, exc):
        self.gone.set()
        super().connection_lost(exc)


class Server:
    """One port, of one API."""

    def __init__(self, api):
        self.api = api
        self.tasks = set()
        self.listening = None

    async def start(self, port, context=None):
        """Returns the port."""
        self.listening = await asyncio.get_running_loop().create_server(lambda: Watched(self._accepted), ADDRESS,
                                                                        port, ssl=context, backlog=BACKLOG)
        return self.listening.sockets[0].getsockname()[1]

    async def stop(self):
        self.listening.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _accepted(self, gone, reader, writer):
        task = asyncio.current_task()
        self.tasks.add(task)
        self.api.connections += 1
        try:
            await self._serve(self.api.connections, reader, Link(writer, gone, lambda: self.api.held))
        except (ConnectionError, asyncio.CancelledError):
            pass  # the client went, or stop() was called: either way there is nobody to answer
        finally:
            self.tasks.discard(task)
            if not writer.transport.is_closing():
                writer.close()

    async def _serve(self, number, reader, link):
        while not link.writer.transport.is_closing():
            try:
                request = await Reader(reader, link.writer.write).request()
            except Malformed as problem:
                await self._refuse(problem, number, link)
                return
            if request is None:
                return
            if request.path.startswith("/control/"):
                outcome = await send(link, request, control.handle(self.api, request), None)
            else:
                outcome = await self._answer(request, number, link)
            if outcome != "sent" or not request.keeps:
                return

    async def _refuse(self, problem, number, link):
        """To what is no request: 400, and an end."""
        entry = self.api.journal.begin(problem.request, number, None, str(problem))
        entry["status"] = 400
        outcome = await send(link, problem.request, answer_json({"error": str(problem)}, 400), None)
        self.api.journal.end(entry, outcome)

    async def _answer(self, request, number, link):
        api, journal = self.api, self.api.journal
        secured = link.writer.get_extra_info("ssl_object")
        entry = journal.begin(request, number, secured and _common_name(secured))
        outcome = "client gone"
        try:
            fault = api.faults.take(request)
            if fault is not None:
                entry["fault"] = fault.do
                await link.hold(fault.delay_ms / 1000)
            right = Answer() if fault and fault.do in INSTEAD else await api.answer(Call(api, request, link))
            if not link.gone():
                answer = spoilt(fault, right)
                entry["status"] = answer.status
                outcome = await send(link, request, answer, fault)
        finally:
            journal.end(entry, outcome)
        return outcome


def _common_name(secured):
    """Of the client's certificate, if it gave one."""
    for pairs in (secured.getpeercert() or {}).get("subject", ()):
        for name, value in pairs:
            if name == "commonName":
                return value
    return None
