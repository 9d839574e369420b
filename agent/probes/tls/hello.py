"""A ClientHello written by hand, because the local TLS library refuses to offer what is to be found.

RFC 8446 and RFC 5246 for TLS and SSL 3, the SSL 2.0 draft of 1995 for its own form. Nothing is ever negotiated to the
end: the first answer of the server tells which version and suite it takes.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

VERSIONS: Final = {"ssl3": 0x0300, "tls1": 0x0301, "tls1_1": 0x0302, "tls1_2": 0x0303, "tls1_3": 0x0304}
GROUPS: Final = (29, 23, 24, 25, 30, 256, 257)
"""x25519, P-256, P-384, P-521, x448, ffdhe2048, ffdhe3072."""
SIGNATURES: Final = (
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0401, 0x0501, 0x0601,
    0x0203, 0x0201, 0x0402, 0x0202, 0x0101,
)  # fmt: skip
RECORD_BYTES: Final = (1 << 14) + 2048
ALERT, HANDSHAKE, SERVER_HELLO = 21, 22, 2
SSL2_SUITES: Final = (0x010080, 0x020080, 0x030080, 0x040080, 0x050080, 0x060040, 0x0700C0)


class NotTlsError(ValueError):
    """What came back is neither an alert nor a ServerHello."""


@dataclass(frozen=True, slots=True)
class ServerHello:
    version: int
    suite: int


def client_hello(name: str, version: int, suites: Sequence[int]) -> bytes:
    """One record that offers this version and nothing above it."""
    codes = b"".join(struct.pack(">H", suite) for suite in suites)
    legacy = min(version, 0x0303)
    extensions = b"" if version == 0x0300 else _extensions(name, version)
    body = struct.pack(">H", legacy) + secrets.token_bytes(32) + _sized(secrets.token_bytes(32), 1)
    body += _sized(codes, 2) + b"\x01\x00" + (_sized(extensions, 2) if extensions else b"")
    message = b"\x01" + _sized(body, 3)
    return struct.pack(">BH", HANDSHAKE, min(legacy, 0x0301)) + _sized(message, 2)


def ssl2_hello() -> bytes:
    suites = b"".join(code.to_bytes(3, "big") for code in SSL2_SUITES)
    body = b"\x01\x00\x02" + struct.pack(">HHH", len(suites), 0, 16) + suites + secrets.token_bytes(16)
    return struct.pack(">H", 0x8000 | len(body)) + body


def is_ssl2_hello(data: bytes) -> bool:
    """Whether these are the first bytes of an SSL 2.0 SERVER-HELLO."""
    return len(data) >= 7 and bool(data[0] & 0x80) and data[2] == 4 and data[5:7] == b"\x00\x02"


def read_answer(data: bytes) -> ServerHello | None:
    """None for an alert. Raises NotTlsError, or EOFError when the beginning of the answer is not complete yet."""
    if len(data) < 5:
        raise EOFError
    kind, _, size = struct.unpack(">BHH", data[:5])
    if kind not in (ALERT, HANDSHAKE) or data[1] != 3 or not 0 < size <= RECORD_BYTES:
        raise NotTlsError(f"starts with {data[:5].hex()}")
    if kind == ALERT:
        return None
    body = data[5 : 5 + size]
    if len(body) < min(size, 4 + 2 + 32 + 1):
        raise EOFError
    if body[0] != SERVER_HELLO:
        raise NotTlsError("the handshake does not begin with a ServerHello")
    length = int.from_bytes(body[1:4], "big")
    if len(body) < min(size, 4 + length):
        raise EOFError
    return _server_hello(body[4 : 4 + length])


def _server_hello(body: bytes) -> ServerHello:
    try:
        version = struct.unpack(">H", body[:2])[0]
        at = 35 + body[34]
        suite = struct.unpack(">H", body[at : at + 2])[0]
        at += 3
        end = at + 2 + (struct.unpack(">H", body[at : at + 2])[0] if len(body) >= at + 2 else 0)
        at += 2
        while at + 4 <= end:
            kind, size = struct.unpack(">HH", body[at : at + 4])
            if kind == 43:
                version = struct.unpack(">H", body[at + 4 : at + 6])[0]
            at += 4 + size
    except (struct.error, IndexError) as error:
        raise NotTlsError("a ServerHello that ends too early") from error
    return ServerHello(version, suite)


def _extensions(name: str, version: int) -> bytes:
    out = b""
    if name and not _is_address(name):
        out += _extension(0, _sized(b"\x00" + _sized(name.encode("ascii", "ignore"), 2), 2))
    out += _extension(10, _sized(b"".join(struct.pack(">H", group) for group in GROUPS), 2))
    out += _extension(11, b"\x01\x00") + _extension(23, b"") + _extension(0xFF01, b"\x00")
    if version >= 0x0303:
        out += _extension(13, _sized(b"".join(struct.pack(">H", scheme) for scheme in SIGNATURES), 2))
    if version == 0x0304:
        share = struct.pack(">H", 29) + _sized(secrets.token_bytes(32), 2)
        out += _extension(43, b"\x02\x03\x04") + _extension(45, b"\x01\x01") + _extension(51, _sized(share, 2))
    return out


def _is_address(name: str) -> bool:
    """RFC 6066, section 3: an address is no server name."""
    import ipaddress

    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _extension(kind: int, data: bytes) -> bytes:
    return struct.pack(">H", kind) + _sized(data, 2)


def _sized(data: bytes, width: int) -> bytes:
    return len(data).to_bytes(width, "big") + data
