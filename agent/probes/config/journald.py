"""systemd-journald: journald.conf(5) with drop-ins, and what is kept on disk.

Value: every setting under its lower-case name with systemd's defaults (storage, compress, seal, forwardtosyslog,
systemmaxuse, maxretentionsec …; booleans are "yes" or "no"), and
  persistent      whether entries survive a restart: storage, or for "auto" whether /var/log/journal is there
  retention_days  limit by age; absent when only size limits
  oldest_days     age of the oldest archived journal; absent when none is archived
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import Setting, fact_of
from agent.probes.config.systemd_conf import files, flag, seconds, settings
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, unseen

NAME: Final = "journald.conf"
FOLDER: Final = "/var/log/journal"
DEFAULTS: Final = {
    "storage": "auto", "compress": "yes", "seal": "yes", "forwardtosyslog": "yes", "forwardtokmsg": "no",
    "forwardtoconsole": "no", "forwardtowall": "yes", "systemmaxuse": "", "systemkeepfree": "", "maxretentionsec": "0",
    "maxfilesec": "1month", "ratelimitintervalsec": "30s",
}  # fmt: skip
"""journald.conf(5) of systemd 252."""
STORAGES: Final = frozenset({"volatile", "persistent", "auto", "none"})
SWITCHES: Final = frozenset({"seal", "forwardtosyslog", "forwardtokmsg", "forwardtoconsole", "forwardtowall"})
SIZE: Final = re.compile(r"\d+[KMGTPE]?B?")
ARCHIVED: Final = re.compile(r"system@[0-9a-f]{32}-[0-9a-f]+-([0-9a-f]{16})\.journal")
"""The last part is the time of its first entry in microseconds."""


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when there is no systemd here."""
    if not host.exists("/etc/systemd") and not host.exists("/usr/lib/systemd"):
        raise AbsentError("/etc/systemd")
    found = {name: Setting(value) for name, value in DEFAULTS.items() if value}
    for name, setting in settings(host, NAME, "Journal", _understood).items():
        found[name] = Setting(flag(str(setting.value)), setting.file, setting.line)
    storage = str(found["storage"].value)
    limit = seconds(str(found["maxretentionsec"].value))
    more: dict[str, Any] = {
        "persistent": storage == "persistent" or (storage == "auto" and host.exists(FOLDER)),
        "retention_days": int(limit // 86400) if limit else {MARK: ABSENT},
        "oldest_days": _oldest(host),
    }
    return fact_of(found, source=next(iter(files(host, NAME)), "default"), more=more)


def _understood(name: str, text: str) -> bool:
    """systemd warns about a value it does not know, and keeps the one before."""
    word = flag(text)
    if name == "storage":
        return word in STORAGES
    if name == "compress":
        return word in ("yes", "no") or bool(SIZE.fullmatch(text.strip()))
    if name in SWITCHES:
        return word in ("yes", "no")
    return bool(text) or name not in DEFAULTS


def _oldest(host: Host) -> Any:
    try:
        names = [m[1] for path in host.glob(f"{FOLDER}/*/system@*.journal") if (m := ARCHIVED.search(path))]
    except UnreadableError as error:
        return unseen(error.reason)
    if not names:
        return {MARK: ABSENT}
    first = datetime.fromtimestamp(min(int(name, 16) for name in names) / 1e6, UTC)
    return max(0, (host.now - first).days)
