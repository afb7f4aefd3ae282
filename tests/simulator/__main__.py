"""Runs a simulator: PYTHONPATH=tests python3 -m simulator"""

import argparse
import asyncio
import json
import signal
import ssl
import sys
import threading

from aiohttp import web

from simulator.app import App
from simulator.platform import Platform

HOST = "127.0.0.1"


def arguments():
    parser = argparse.ArgumentParser(prog="simulator", description="A Genesys Cloud to test against.")
    parser.add_argument("--port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="serve TLS too, on a port of its own")
    parser.add_argument("--tls-port", type=int, default=0)
    parser.add_argument("--settings", type=json.loads, default={}, help="JSON; see README.md")
    parser.add_argument("--stdin", action="store_true", help="end when standard input does")
    return parser.parse_args()


def end_with_stdin(loop, stop):
    def wait():
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, daemon=True).start()


async def listen(runner, port, context=None):
    """Returns the port."""
    await web.TCPSite(runner, HOST, port, ssl_context=context, shutdown_timeout=1).start()
    return runner.addresses[-1][1]


async def run(options):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    platform = Platform(options.settings)
    runner = web.ServerRunner(web.Server(App(platform).handle, access_log=None))
    await runner.setup()
    ports = {"port": await listen(runner, options.port)}
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
        ports["tls_port"] = await listen(runner, options.tls_port, context)
    if options.stdin:
        end_with_stdin(loop, stop)
    print(json.dumps(ports), flush=True)
    await stop.wait()
    platform.release()
    await runner.cleanup()


asyncio.run(run(arguments()))
