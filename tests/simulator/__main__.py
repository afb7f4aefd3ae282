"""Runs a simulator: PYTHONPATH=tests python3 -m simulator"""

import argparse
import asyncio
import functools
import json
import signal
import ssl
import sys
import threading

from aiohttp import web

from simulator.app import App
from simulator.calls import HOSTS
from simulator.platform import Platform

ADDRESS = "127.0.0.1"


def arguments():
    parser = argparse.ArgumentParser(prog="simulator", description="A Genesys Cloud to test against.")
    parser.add_argument("--port", type=int, default=0, help="0, the default: a free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"), help="serve TLS too, on a port of its own")
    parser.add_argument("--tls-port", type=int, default=0)
    parser.add_argument("--apart", action="store_true", help="the login host on ports of its own, the others without")
    parser.add_argument("--login-port", type=int, default=0)
    parser.add_argument("--login-tls-port", type=int, default=0)
    parser.add_argument("--settings", type=json.loads, default={}, help="JSON; see README.md")
    parser.add_argument("--stdin", action="store_true", help="end when standard input does")
    return parser.parse_args()


def end_with_stdin(loop, stop):
    def wait():
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stop.set)

    threading.Thread(target=wait, daemon=True).start()


async def serve(handler, port, tls_port, context):
    """Returns what ends it, and the ports: one for TLS where there is a context."""
    runner = web.ServerRunner(web.Server(handler, access_log=None))
    await runner.setup()
    for number, secured in [(port, None)] + ([(tls_port, context)] if context else []):
        await web.TCPSite(runner, ADDRESS, number, ssl_context=secured, shutdown_timeout=1).start()
    return runner.cleanup, [address[1] for address in runner.addresses]


async def run(options):
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    platform = Platform(options.settings)
    context = None
    if options.tls:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*options.tls)
    handle = App(platform).handle
    served = {"": (("api",) if options.apart else HOSTS, options.port, options.tls_port)}
    if options.apart:
        served["login_"] = (("login",), options.login_port, options.login_tls_port)
    ends, ports = [], {}
    for prefix, (hosts, *numbers) in served.items():
        end, found = await serve(functools.partial(handle, hosts), *numbers, context)
        ends.append(end)
        ports.update(zip((f"{prefix}port", f"{prefix}tls_port"), found))
    if options.stdin:
        end_with_stdin(loop, stop)
    print(json.dumps(ports), flush=True)
    await stop.wait()
    platform.release()
    for end in ends:
        await end()


asyncio.run(run(arguments()))
