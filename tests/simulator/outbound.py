"""The request that a data action makes: to the address that it was given, with its headers and no others.

A body is chunked unless the action's headers say `Transfer-Encoding: buffered`. Redirects are not followed. The
platform does not tell how it calls a connection that fails; here it is an indication of the 3rd party too.
"""

import asyncio
import dataclasses
import re
import ssl

import aiohttp
import yarl

from simulator.errors import ApiError, invalid

INDICATED = "The 3rd party indicated an issue with the request"
WITH_BODY = ("POST", "PUT", "PATCH")
NOT_IN_A_TARGET = re.compile(r"[^\x21-\x7e]")
OF_AIOHTTP = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")  # which it would add


@dataclasses.dataclass
class Outbound:
    method: str
    url: str
    headers: dict
    body: str | None  # None where the method has none
    seconds: float


def check_url(text, settings, where):
    """An address that an action may have."""
    schemes = ("https", "http") if settings.allow_http else ("https",)
    scheme, colon, rest = text.partition("://")
    if not colon or scheme not in schemes or not re.match(r"[^/?#\s$]", rest):
        raise invalid(f"{where} must be an absolute URL with {' or '.join(schemes)}", code="invalid.value")


def _context(settings):
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    if settings.certificate:
        context.load_cert_chain(*settings.certificate)
    return context


async def _pieces(body):
    yield body


async def call(settings, request):
    """The body of a 2xx; raises what the platform says of anything else."""
    try:
        return await asyncio.wait_for(_call(settings, request), request.seconds)
    except asyncio.TimeoutError:
        raise ApiError(504) from None
    except (aiohttp.ClientError, OSError, ValueError) as problem:
        raise invalid(f"{INDICATED}: {type(problem).__name__}") from None


async def _call(settings, request):
    if NOT_IN_A_TARGET.search(request.url):
        raise invalid("The URL has characters that a URL cannot have", code="invalid.substitution")
    headers = {name: value for name, value in request.headers.items() if name.lower() != "transfer-encoding"}
    buffered = any(name.lower() == "transfer-encoding" and value == "buffered"
                   for name, value in request.headers.items())
    body = None if request.body is None else request.body.encode()
    connector = aiohttp.TCPConnector(ssl=_context(settings), force_close=True)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False, skip_auto_headers=OF_AIOHTTP,
                                     timeout=aiohttp.ClientTimeout()) as session:
        async with session.request(request.method, yarl.URL(request.url, encoded=True), headers=headers,
                                   data=body if body is None or buffered else _pieces(body),
                                   allow_redirects=False) as answer:
            received = b""
            async for piece in answer.content.iter_any():
                received += piece
                if len(received) > settings.max_action_response_bytes:
                    raise invalid(f"The response is over the size limit of {settings.max_action_response_bytes} bytes",
                                  code="response.entity.too.large")
            if not 200 <= answer.status < 300:
                raise invalid(f"{INDICATED}: status {answer.status}")
            return received
