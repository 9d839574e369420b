"""Which TCP ports a look at the network asks about. Few, named, and what each kind of door is called."""

from __future__ import annotations

from typing import Final

CLEARTEXT: Final = (21, 23, 512, 513, 514)
FILE_SHARING: Final = (111, 139, 445, 2049)
REMOTE_DESKTOP: Final = (3389, 5900, 5901, 5902, 5903, 5985, 5986)
DATABASES: Final = (1433, 1521, 3306, 5432, 5984, 6379, 9200, 11211, 27017)
WEB: Final = (80, 443, 8080, 8443)
MANAGEMENT: Final = (2375, 7547, 8006, 9090, 10000)
"""Docker, CWMP of routers, Proxmox, Cockpit, Webmin; pages on other ports tell by asking for a password."""
PRINTERS: Final = (515, 631, 9100)
ADMINISTRATION: Final = (22, *WEB, *MANAGEMENT)
OFFICE: Final = tuple(sorted({*CLEARTEXT, *FILE_SHARING, *REMOTE_DESKTOP, *DATABASES, *ADMINISTRATION, *PRINTERS}))
INDUSTRIAL: Final = (102, 502, 4840, 20000, 44818)
"""S7, Modbus, OPC UA, DNP3, EtherNet/IP: asked only when the firm says so, by a bare connection, never by a probe of
the protocol, because old controls stop when they meet an unexpected message."""
DISCOVERY: Final = (22, 53, 80, 135, 139, 443, 445, 631, 3389, 8080, 9100)
"""A device that answers on one of these, be it with a refusal, is there."""
MOST: Final = 64
"""Ports of one device; more would be a burden to it and a sweep instead of a look."""
TLS_USUAL: Final = (443, 5986, 8006, 8443)
"""Asked for TLS even where nmap did not name it."""

_KINDS: Final[tuple[tuple[str, tuple[int, ...], tuple[str, ...]], ...]] = (
    ("telnet", (23,), ("telnet",)),
    ("ftp", (21,), ("ftp",)),
    ("remote-shell", (512, 513, 514), ("exec", "login", "rsh", "shell")),
    ("file-sharing", FILE_SHARING, ("microsoft-ds", "netbios-ssn", "nfs", "rpcbind")),
    ("remote-desktop", (3389, 5900, 5901, 5902, 5903), ("ms-wbt-server", "vnc")),
    ("remote-administration", (5985, 5986, 22), ("ssh", "wsman", "wsmans")),
    (
        "database",
        DATABASES,
        ("couchdb", "elasticsearch", "memcached", "memcache", "mongod", "mongodb", "ms-sql-s", "mysql", "oracle-tns",
         "postgresql", "redis"),
    ),
    ("printer", PRINTERS, ("ipp", "jetdirect", "printer")),
    ("management", MANAGEMENT, ("cwmp", "docker", "snet-sensor-mgmt")),
    ("machine-control", INDUSTRIAL, ()),
    ("web", WEB, ("http", "http-alt", "http-proxy", "https", "https-alt")),
)  # fmt: skip


def kind(port: int, service: str) -> str:
    """What a door is for: by the name nmap found, else by its usual port; "other" when neither tells."""
    named = next((word for word, _, names in _KINDS if service in names and word != "web"), "")
    return named or next((word for word, ports, names in _KINDS if port in ports or service in names), "other")
