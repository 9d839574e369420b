"""Which TCP ports a look at the network asks about. Few, named, and each there because a check reads it."""

from __future__ import annotations

from typing import Final

CLEARTEXT: Final = (21, 23, 512, 513, 514)
FILE_SHARING: Final = (111, 139, 445, 2049)
REMOTE_DESKTOP: Final = (3389, 5900, 5901, 5902, 5903, 5985, 5986)
DATABASES: Final = (1433, 1521, 3306, 5432, 5984, 6379, 9200, 11211, 27017)
ADMINISTRATION: Final = (22, 80, 443, 7547, 8080, 8443)
OFFICE: Final = tuple(sorted({*CLEARTEXT, *FILE_SHARING, *REMOTE_DESKTOP, *DATABASES, *ADMINISTRATION}))
INDUSTRIAL: Final = (102, 502, 4840, 20000, 44818)
"""S7, Modbus, OPC UA, DNP3, EtherNet/IP: asked only when the firm says so, by a bare connection, never by a probe of
the protocol, because old controls stop when they meet an unexpected message."""
DISCOVERY: Final = (22, 53, 80, 135, 139, 443, 445, 631, 3389, 8080, 9100)
"""A device that answers on one of these, be it with a refusal, is there."""
