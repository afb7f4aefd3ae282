"""Runs an external API: PYTHONPATH=tests python3 -m external_api"""

import argparse
import asyncio
import json
import signal
import ssl
import sys
import threading

from external_api.api import Api
from external_api.server import Server


def arguments():
    parser = argparse.ArgumentParser(prog="external_api", description="A company's API to test against.")
    parser.add_argument("--port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="serve TLS too, on a port of its own")
    parser.add_argument("--tls-port", type=int, default=0)
    parser.add_argument("--client-ca", metavar="FILE", help="with --tls: a port that needs a certificate of this CA")
    parser.add_argument("--mtls-port", type=int, default=0)
    parser.add_argument("--settings", type=json.loads, default={}, help="JSON; see README.md")
    parser.add_argument("--stdin", action="store_true", help="end when standard input does")
    options = parser.parse_args()
    if options.client_ca and not options.tls:
        parser.error("--client-ca needs --tls")
    return options


def context_of(options, client_ca=None):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=client_ca)
    context.load_cert_chain(*options.tls)
    if client_ca:
        context.verify_mode = ssl.CERT_REQUIRED
    return context


def end_with_stdin(loop, stop):
    def wait():
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, daemon=True).start()


async def run(options):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    api = Api(options.settings)
    wanted = {"port": (options.port, None)}
    if options.tls:
        wanted["tls_port"] = (options.tls_port, context_of(options))
    if options.client_ca:
        wanted["mtls_port"] = (options.mtls_port, context_of(options, options.client_ca))
    servers = {name: Server(api) for name in wanted}
    ports = {name: await servers[name].start(*how) for name, how in wanted.items()}
    if options.stdin:
        end_with_stdin(loop, stop)
    print(json.dumps(ports), flush=True)
    await stop.wait()
    for server in servers.values():
        await server.stop()


asyncio.run(run(arguments()))
