"""What lies around an aggregator: its clock, its copies, and the certificate that members meet."""

from __future__ import annotations

import json
import os
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, assert_never
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from aggregator.cli.finding import Finding
from aggregator.config import FILE_NAME, Config
from aggregator.database.backup import PREFIX, check, made_at
from aggregator.database.schema import log_leaf
from aggregator.standing import FILE, FRESH_DAYS, OwnAudit, Standing, Why, by_hand
from aggregator.trust.repository import repository
from shieldwall.errors import ConfigError

BACKUP_DAYS: Final = 2
CERTIFICATE_DAYS: Final = 14
"""Renewal by machine happens a month ahead; two weeks leave a person time."""
SIGNED_DAYS: Final = 21
"""People who sign have to come together."""
CONNECT_SECONDS: Final = 5
CLOCK_SECONDS: Final = 300


def clock(connection: Connection, config: Config, now: int) -> list[Finding]:
    """The log remembers when it last wrote; a clock before that signs receipts that agents do not believe."""
    newest = connection.execute(
        select(func.max(log_leaf.c.received_at)).where(log_leaf.c.cluster == config.cluster)
    ).scalar_one_or_none()
    if newest is None or now >= newest - CLOCK_SECONDS:
        return []
    told = f"the clock says {_day(now)}, the log was written at {_day(newest)}"
    return [Finding(False, told, "timedatectl set-ntp true")]


def backups(config: Config, now: int, folder: Path | None = None) -> list[Finding]:
    """Only for SQLite in the default folder: a PostgreSQL server has its own ways."""
    if not config.database_url.startswith("sqlite"):
        return []
    place = folder or config.folder / "backups"
    made = made_at(place)
    if not made and now - (config.folder / FILE_NAME).stat().st_mtime < BACKUP_DAYS * 86_400:
        return []
    if not made:
        return [Finding(False, f"no backup in {place}", "shieldwall-aggregator backup, every night by its timer")]
    days = (now - max(made)) // 86_400
    if days > BACKUP_DAYS:
        mend = "systemctl status shieldwall-aggregator-backup.timer"
        return [Finding(False, f"the newest backup is {days} days old", mend)]
    newest = max(place.glob(f"{PREFIX}*.sqlite"))
    try:
        check(newest)
    except ConfigError as error:
        mend = f"mv {newest} {newest}.broken && shieldwall-aggregator backup"
        return [Finding(False, f"the newest backup is damaged: {error}", mend)]
    return [Finding(True, f"newest backup {_day(max(made))}")]


def signed(config: Config, now: int) -> list[Finding]:
    """How long what people signed still counts; agents refuse it afterwards. Nothing where no ceremony was held."""
    repo = repository(config)
    if not repo.founded:
        return []
    try:
        files = [max(repo.metadata.glob(f"*.{role}.json"), key=_number) for role in ("root", "targets")]
        ends = min(datetime.fromisoformat(json.loads(file.read_bytes())["signed"]["expires"]) for file in files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [Finding(False, f"what people signed cannot be read: {error}", "hold the ceremony again")]
    days = int((ends.timestamp() - now) // 86_400)
    mend = "shieldwall-aggregator ceremony request, and hold the ceremony (docs/key-ceremony.md)"
    if days < SIGNED_DAYS:
        told = f"what people signed ended {-days} days ago" if days < 0 else f"what people signed ends in {days} days"
        return [Finding(False, f"{told}: agents take no new checks after that", mend)]
    return [Finding(True, f"signed by people until {ends:%Y-%m-%d}")]


def _number(file: Path) -> int:
    first = file.name.partition(".")[0]
    return int(first) if first.isdecimal() else 0


def own_audit(config: Config, now: int) -> list[Finding]:
    """Whether an agent looked at this server of late; what it found stands on the overview."""
    place = config.folder / FILE
    found, mend = OwnAudit(place).now(now), by_hand(place)
    if isinstance(found, Standing):
        days = found.days(now)
        if found.old(now):
            told = f"the newest audit of this server is {days} days old, more than {FRESH_DAYS}"
            return [Finding(False, told, mend)]
        grade = f"band {found.band}" if found.band else "too little seen for a grade"
        gates = f"{len(found.gates)} open gate{'' if len(found.gates) == 1 else 's'}"
        return [Finding(True, f"own audit of {found.finished:%Y-%m-%d}: {grade}, {gates}")]
    match found:
        case Why.MISSING:
            young = now - (config.folder / FILE_NAME).stat().st_mtime < BACKUP_DAYS * 86_400
            told = "this server has not been audited by an agent of its own"
            return [Finding(True, f"{told} yet: {mend}") if young else Finding(False, told, mend)]
        case Why.UNREADABLE:
            return [Finding(False, f"{place} cannot be read", f"chown $(stat -c %U {config.folder}) {place}")]
        case Why.FOREIGN:
            return [Finding(False, f"{place} is no whole result of a scan", mend)]
        case Why.OTHER:
            return [Finding(False, f"{place} is not of the whole policy on this running host", mend)]
        case Why.AHEAD:
            return [Finding(False, f"{place} is from the future", "timedatectl set-ntp true")]
        case _ as never:
            assert_never(never)


def owner(config: Config) -> list[Finding]:
    """Files of another user are files the server cannot write."""
    there = [path for path in (config.folder, config.log_key.parent, config.period_keys) if path.exists()]
    if os.statvfs(config.folder).f_flag & os.ST_RDONLY:
        mount = next(place for place in (config.folder, *config.folder.parents) if place.is_mount())
        return [Finding(False, f"{config.folder} lies on a read-only disk", f"mount -o remount,rw {mount}")]
    wrong = [path for path in there if path.stat().st_uid != os.geteuid() and os.geteuid() != 0]
    mend = f"chown -R $(id -un) {config.folder}, or run as the user it belongs to"
    return [Finding(False, f"{path} belongs to another user", mend) for path in wrong]


def certificate(config: Config, now: int, context: ssl.SSLContext | None = None) -> list[Finding]:
    """What members' agents meet at the public address. `context` trusts the system's authorities unless given."""
    parts = urlsplit(config.url)
    if parts.scheme != "https" or parts.hostname is None:
        return []
    at = (parts.hostname, parts.port or 443)
    try:
        with (
            socket.create_connection(at, CONNECT_SECONDS) as raw,
            (context or ssl.create_default_context()).wrap_socket(raw, server_hostname=parts.hostname) as secure,
        ):
            found = secure.getpeercert() or {}
    except ssl.SSLError as error:
        words = getattr(error, "verify_message", "") or error.reason or "no TLS"
        return [Finding(False, f"the certificate at {config.url} is not trusted: {words}", "renew it at the proxy")]
    except OSError as error:
        mend = "systemctl status nginx shieldwall-aggregator; is the name in the DNS?"
        return [Finding(False, f"{config.url} does not answer: {error.strerror or error}", mend)]
    ends = ssl.cert_time_to_seconds(str(found["notAfter"]))
    days = int((ends - now) // 86_400)
    if days < CERTIFICATE_DAYS:
        return [Finding(False, f"the certificate at {config.url} ends in {days} days", "renew it at the proxy")]
    return [Finding(True, f"certificate of {parts.hostname} until {_day(int(ends))}")]


def _day(moment: int) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M} UTC"
