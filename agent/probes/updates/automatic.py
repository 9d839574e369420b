"""Whether updates install themselves, by which tool, and when they last did."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config import apt
from agent.probes.config.base import Setting, text_or_none
from agent.probes.config.unattended_upgrades import ORIGINS, covers_security
from agent.probes.package import Inventory
from agent.probes.service import units_of

OFF: Final = frozenset({"", "0", "false", "no", "off"})
RUNS: Final = ("/var/lib/apt/periodic/unattended-upgrades-stamp", "/var/lib/apt/periodic/upgrade-stamp")
HISTORY: Final = ("/var/log/apt/history.log", "/var/log/apt/history.log.1.gz", "/var/log/apt/history.log.2.gz")
UPGRADE_RUN: Final = re.compile(
    r"^Commandline: [^\n]*(?:upgrade|packagekit)[^\n]*\n(?:[^\n]+\n)*?End-Date: (\d{4}-\d\d-\d\d) +(\d\d:\d\d:\d\d)",
    re.MULTILINE,
)
DNF_TIMERS: Final = (
    "dnf-automatic-install.timer", "dnf-automatic.timer", "dnf5-automatic.timer", "transactional-update.timer",
    "os-update.timer", "yast2-online-update.timer",
)  # fmt: skip
DNF_FILES: Final = ("/etc/dnf/automatic.conf", "/etc/dnf/dnf5-plugins/automatic.conf")
APPLY: Final = re.compile(r"^\s*apply_updates\s*[=:]\s*(\S+)", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Automatic:
    enabled: bool
    security: bool
    """Security updates are among those that install themselves."""
    tool: str
    """unattended-upgrades | dnf-automatic | … ; empty when none is set up."""
    origin: str
    """file:line that decides."""


def of_apt(host: Host, inventory: Inventory) -> Automatic:
    options = apt.options(host)
    setting = options.get("apt::periodic::unattended-upgrade", Setting("0"))
    refresh = options.get("apt::periodic::update-package-lists", Setting("0"))
    running = options.get("apt::periodic::enable", Setting("1"))
    if "unattended-upgrades" not in inventory.packages:
        return Automatic(False, False, "", setting.origin)
    on = all(str(s.value).lower() not in OFF for s in (setting, refresh, running)) and _timer(host)
    origins = [o for name in ORIGINS if name in options for o in _texts(options[name].value)]
    return Automatic(on, on and any(map(covers_security, origins)), "unattended-upgrades", setting.origin)


def of_rpm(host: Host) -> Automatic:
    units = units_of(host)
    timer = next((name for name in DNF_TIMERS if units.unit(name).enabled == "enabled"), "")
    if not timer:
        return Automatic(False, False, "", "default")
    source = units.unit(timer).source
    if "automatic.timer" not in timer:
        return Automatic(True, True, timer.removesuffix(".timer"), source)
    for path in DNF_FILES:
        match = APPLY.search(text_or_none(host, path) or "")
        if match:
            on = match[1].lower() not in OFF
            return Automatic(on, on, "dnf-automatic", path)
    return Automatic(False, False, "dnf-automatic", source)


def _timer(host: Host) -> bool:
    """Both timers of apt start with the host; where there are none, cron runs the same script."""
    try:
        states = [units_of(host).unit(name).enabled for name in ("apt-daily.timer", "apt-daily-upgrade.timer")]
    except UnreadableError:
        states = ["absent", "absent"]
    if "absent" in states:
        return host.exists("/etc/cron.daily/apt-compat")
    return all(state in ("enabled", "static") for state in states)


def _texts(value: object) -> Iterable[str]:
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def last_run(host: Host) -> datetime | None:
    """When the updater last ran to its end, whether or not there was something to install. None: nothing tells."""
    times = []
    for path in RUNS:
        try:
            times.append(datetime.fromtimestamp(host.stat(path).mtime, UTC))
        except (AbsentError, UnreadableError):
            continue
    return max(times, default=None)


def last_applied(host: Host) -> datetime | None:
    """When an upgrade last ran, by itself or by hand. None: nothing tells."""
    run = last_run(host)
    for path in HISTORY:
        try:
            data = host.read(path)
            text = (gzip.decompress(data) if path.endswith(".gz") else data).decode("utf-8", "replace")
        except (AbsentError, UnreadableError, OSError, EOFError, zlib.error):
            continue
        found = UPGRADE_RUN.findall(text)
        if found:
            # apt writes local time; a zone's offset is small beside the days that are judged
            hand = datetime.fromisoformat("T".join(found[-1])).replace(tzinfo=UTC)
            return max(run, hand) if run else hand
    return run
