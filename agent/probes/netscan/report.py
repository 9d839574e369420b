"""An nmap report read as what it is: a file from outside. Guarded first, then read by python-nmap."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from agent.looking.looked import UnreadableError
from agent.probes.netscan.targets import Address
from shieldwall import limits
from shieldwall.checks.outcome import Reason

REPORT_BYTES: Final = limits.COMMAND_OUTPUT_BYTES
SERVICES: Final = 20_000
"""Five open ports on each address of a full run."""
NAME_CHARS: Final = 80
Row = dict[str, Any]
MARKUP: Final = re.compile(r"<!(?!--|DOCTYPE nmaprun>)")
"""A declaration other than the one nmap writes: entities, an external or internal subset, CDATA."""
ENCODING: Final = re.compile(r"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([^\"']{0,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Service:
    """One open door."""

    host: str
    port: int
    proto: str
    service: str
    product: str
    state: str
    tls: bool = False
    """nmap found TLS around the service."""


@dataclass(frozen=True, slots=True)
class Device:
    host: str
    finished: bool
    """False when nmap gave up on it, so that a port not listed may still be open."""
    answered: bool = True
    """False when not even that is known, because the whole run took too long."""


@dataclass(frozen=True, slots=True)
class Report:
    devices: tuple[Device, ...]
    services: tuple[Service, ...]
    tls: tuple[Row, ...] | None = None
    """One row for each open TLS service; None when nobody looked closer, as in a report made elsewhere."""
    pages: tuple[Row, ...] | None = None
    """One row for each web page found; None as above."""


def read_report(data: bytes) -> Report:
    """Raises UnreadableError: refused (too large, or markup that nmap never writes), parse (not a whole report)."""
    text = _guarded(data)
    root = _whole(text)
    given_up, tunnels = _given_up(root), _tunnels(root)
    hosts = _hosts(text)
    devices: list[Device] = []
    services: list[Service] = []
    for name, host in sorted(hosts.items(), key=lambda item: str(item[0])):
        address = _address(name)
        if _word(host.get("status", {}).get("state")) != "up":
            continue
        devices.append(Device(str(address), str(name) not in given_up))
        services += _services(str(address), host, tunnels)
    if len(services) > SERVICES:
        raise UnreadableError(Reason.REFUSED, f"the report lists more than {SERVICES} open ports; scan smaller ranges")
    return Report(tuple(devices), tuple(services))


def _guarded(data: bytes) -> str:
    if len(data) > REPORT_BYTES:
        raise UnreadableError(Reason.REFUSED, f"the report is larger than {REPORT_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(Reason.PARSE, "the report is not UTF-8 text") from error
    encoding = ENCODING.search(text[:400])
    if "\x00" in text or MARKUP.search(text) or (encoding and encoding[1].lower() not in ("utf-8", "us-ascii")):
        raise UnreadableError(Reason.REFUSED, "the report holds declarations that nmap does not write")
    return text


def _whole(text: str) -> ElementTree.Element:
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  no declarations can be left after the guard
    except (ElementTree.ParseError, ValueError) as error:
        raise UnreadableError(Reason.PARSE, "the report is cut off or not XML") from error
    if root.tag != "nmaprun":
        raise UnreadableError(Reason.PARSE, "not a report of nmap; write one with nmap -oX FILE")
    finished = root.find("runstats/finished")
    if finished is None or finished.get("exit", "success") != "success":
        raise UnreadableError(Reason.PARSE, "the report says that nmap did not finish")
    return root


def _given_up(root: ElementTree.Element) -> frozenset[str]:
    """Addresses whose scan ended at the time limit; python-nmap does not say so."""
    return frozenset(
        address.get("addr", "")
        for host in root.iter("host")
        if host.get("timedout") == "true"
        for address in host.iter("address")
    )


def _tunnels(root: ElementTree.Element) -> frozenset[tuple[str, str, str]]:
    """(address, protocol, port) of what speaks inside TLS; python-nmap does not say that either."""
    return frozenset(
        (address.get("addr", ""), port.get("protocol", ""), port.get("portid", ""))
        for host in root.iter("host")
        for port in host.iter("port")
        for service in port.iter("service")
        if service.get("tunnel") == "ssl"
        for address in host.iter("address")
    )


def _hosts(text: str) -> Mapping[Any, Any]:
    import nmap

    class Reader(nmap.PortScanner):  # type: ignore[misc]
        """Reads reports; does not look for the program, which may be on another machine."""

        def __init__(self) -> None:
            self._scan_result: dict[str, Any] = {}
            self._nmap_last_output = ""

    try:
        result = Reader().analyse_nmap_xml_scan(nmap_xml_output=text)
        hosts: Mapping[Any, Any] = result["scan"]
    except (nmap.PortScannerError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableError(Reason.PARSE, "the report lacks something that nmap always writes") from error
    return hosts


def _address(name: Any) -> Address:
    try:
        return ipaddress.ip_address(name)
    except ValueError as error:
        raise UnreadableError(Reason.PARSE, "the report names a device without an address") from error


def _services(host: str, entry: Mapping[str, Any], tunnels: frozenset[tuple[str, str, str]]) -> list[Service]:
    found = []
    for proto in ("tcp", "udp"):
        for port, about in sorted(entry.get(proto, {}).items()):
            if about["state"] != "open":
                continue
            if not 0 < port < 65_536:
                raise UnreadableError(Reason.PARSE, f"the report names a port {port}")
            words = (_word(about["name"]), _word(about["product"]))
            found.append(Service(host, port, proto, *words, "open", (host, proto, str(port)) in tunnels))
    return found


def _word(text: Any) -> str:
    """What a stranger's device calls itself, made safe to show."""
    return "".join(c for c in str(text or "")[:NAME_CHARS] if c.isprintable())
