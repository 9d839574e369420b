"""Files that must not be public: asked for one by one, told by what they begin with, never kept."""

from __future__ import annotations

import re
from typing import Final

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.http.client import Client, Page
from shieldwall.checks.outcome import Reason

SIGNS: Final[dict[str, re.Pattern[bytes]]] = {
    "/.git/HEAD": re.compile(rb"\A(ref: refs/|[0-9a-f]{40}\s*\Z)"),
    "/.git/config": re.compile(rb"\A\s*\[core\]"),
    "/.svn/entries": re.compile(rb"\A\d+\s*\n"),
    "/.env": re.compile(rb"(?m)^\s*(export\s+)?[A-Z][A-Z0-9_]{2,}\s*=\s*\S"),
    "/.DS_Store": re.compile(rb"\A\x00\x00\x00\x01Bud1"),
    "/wp-config.php~": re.compile(rb"<\?php|DB_PASSWORD"),
    "/wp-config.php.bak": re.compile(rb"<\?php|DB_PASSWORD"),
    "/config.php.bak": re.compile(rb"<\?php"),
    "/backup.zip": re.compile(rb"\APK\x03\x04"),
    "/backup.tar.gz": re.compile(rb"\A\x1f\x8b"),
    "/backup.sql": re.compile(rb"(?i)-- (MySQL|MariaDB|PostgreSQL) .*dump|CREATE TABLE|INSERT INTO"),
    "/dump.sql": re.compile(rb"(?i)-- (MySQL|MariaDB|PostgreSQL) .*dump|CREATE TABLE|INSERT INTO"),
    "/phpinfo.php": re.compile(rb"<title>[^<]{0,40}phpinfo\(\)|PHP Version"),
    "/server-status": re.compile(rb"Apache Server Status for"),
}
"""Path -> what such a file holds; a page that says 'not found' with status 200 holds none of it."""


def look(client: Client, host: str) -> list[str]:
    """Paths that are public. Raises UnreadableError when one that was not seen could be."""
    found = []
    trouble: UnreadableError | None = None
    for path, sign in SIGNS.items():
        try:
            if exposes(client.get(f"https://{host}{path}"), sign):
                found.append(path)
        except AbsentError as error:
            raise UnreadableError(Reason.TIMEOUT, f"{error}") from error
        except UnreadableError as error:
            trouble = error
    if trouble is not None and not found:
        raise trouble
    return found


def exposes(page: Page, sign: re.Pattern[bytes]) -> bool:
    if page.status != 200:
        return False
    html = page.body[:512].lstrip().lower().startswith((b"<!doctype", b"<html"))
    return bool(sign.search(page.body)) and not (html and not page.url.endswith(("/phpinfo.php", "/server-status")))
