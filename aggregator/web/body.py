"""Reading a request without trusting its size, its speed or what it says of itself."""

from __future__ import annotations

import asyncio
import zlib
from typing import Final

from starlette.requests import Request

from aggregator.refusal import Refusal, refuse
from shieldwall.limits import INFLATED_BYTES, WIRE_BYTES
from shieldwall.messages.problem import Problem, ProblemType

PROTOCOLS: Final = (1,)
PROTOCOL_HEADER: Final = "Shieldwall-Protocol"
GZIP_WINDOW: Final = 31
"""zlib's code for a gzip wrapper and nothing else."""


def check_head(request: Request, media_type: str) -> None:
    """Raises Refusal for a protocol, media type, encoding or announced size this server does not take."""
    spoken = request.headers.get(PROTOCOL_HEADER, "1")
    if spoken not in map(str, PROTOCOLS):
        raise Refusal(Problem(ProblemType.UNSUPPORTED_PROTOCOL, supported=PROTOCOLS))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != media_type:
        raise refuse(ProblemType.UNSUPPORTED_MEDIA)
    if request.headers.get("content-encoding", "identity").lower() not in ("identity", "gzip"):
        raise refuse(ProblemType.UNSUPPORTED_MEDIA)
    announced = request.headers.get("content-length")
    if announced is not None and (not announced.isdecimal() or int(announced) > WIRE_BYTES):
        raise refuse(ProblemType.TOO_LARGE)


async def read_body(request: Request, seconds: float) -> bytes:
    """The body, inflated. Raises Refusal when it is larger than announced, too large, or too slow."""
    received = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                received += chunk
                if len(received) > WIRE_BYTES:
                    raise refuse(ProblemType.TOO_LARGE)
    except TimeoutError:
        raise refuse(ProblemType.UNAVAILABLE, retry_after=60) from None
    if request.headers.get("content-encoding", "identity").lower() == "gzip":
        return inflate(bytes(received))
    return bytes(received)


def inflate(packed: bytes) -> bytes:
    """One gzip member, at most INFLATED_BYTES of it. Raises Refusal."""
    machine = zlib.decompressobj(GZIP_WINDOW)
    try:
        plain = machine.decompress(packed, INFLATED_BYTES + 1)
    except zlib.error:
        raise refuse(ProblemType.MALFORMED) from None
    if len(plain) > INFLATED_BYTES:
        raise refuse(ProblemType.TOO_LARGE)
    if not machine.eof or machine.unused_data:
        raise refuse(ProblemType.MALFORMED)
    return plain
