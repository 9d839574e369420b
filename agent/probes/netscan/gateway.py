"""Whether the router opens its ports to any program that asks: UPnP and NAT-PMP, asked without changing anything."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError

TRIES: Final = 3
"""A lost packet must not look like a closed door."""
SECONDS: Final = 1.0
ANSWER_BYTES: Final = 2_048
UPNP_PORT: Final = 1900
NAT_PMP_PORT: Final = 5351
SEARCH: Final = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\n'
    b"ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"
)
"""UPnP Device Architecture 1.1, section 1.3.3, sent to one address only; routers of version 2 answer it too."""
PUBLIC_ADDRESS: Final = b"\x00\x00"
"""RFC 6886, section 3.2: which is my public address? Nothing is opened by asking."""


def default_gateway(host: Host) -> ipaddress.IPv4Address | None:
    """The router of this host's IPv4 default route; None when there is none or it cannot be seen."""
    try:
        table = host.text("/proc/net/route")
    except (AbsentError, UnreadableError):
        return None
    routes = []
    for line in table.splitlines()[1:]:
        fields = line.split()
        if len(fields) < 8 or (fields[1], fields[7]) != ("00000000", "00000000"):
            continue
        with contextlib.suppress(ValueError):
            gateway = ipaddress.IPv4Address(int.from_bytes(bytes.fromhex(fields[2]), "little"))
            if gateway != ipaddress.IPv4Address(0):
                routes.append((int(fields[6]), gateway))
    return min(routes)[1] if routes else None


def opens_by(
    address: ipaddress.IPv4Address, *, upnp: int = UPNP_PORT, nat_pmp: int = NAT_PMP_PORT, seconds: float = SECONDS
) -> list[str]:
    """The ways in which this router opens ports for whoever asks: `upnp`, `nat-pmp`, both, or none."""
    found = []
    if _answers(str(address), upnp, SEARCH, _is_gateway_device, seconds):
        found.append("upnp")
    if _answers(str(address), nat_pmp, PUBLIC_ADDRESS, _is_nat_pmp, seconds):
        found.append("nat-pmp")
    return found


def _answers(address: str, port: int, question: bytes, right: Callable[[bytes], bool], seconds: float) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        channel.settimeout(seconds)
        channel.connect((address, port))
        for _ in range(TRIES):
            try:
                channel.send(question)
                if right(channel.recv(ANSWER_BYTES)):
                    return True
            except TimeoutError:
                continue
            except OSError:
                return False
    return False


def _is_gateway_device(answer: bytes) -> bool:
    return answer.startswith(b"HTTP/1.1 200") and b"internetgatewaydevice" in answer.lower()


def _is_nat_pmp(answer: bytes) -> bool:
    """Version 0, the answer to opcode 0, result 0 (success); a router with it switched off says 2 (not authorised)."""
    return len(answer) >= 12 and answer[:4] == b"\x00\x80\x00\x00"
