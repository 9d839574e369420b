"""unattended-upgrades: which origins it installs from by itself, and what it leaves out.

Value: {origins: [pattern], security: whether security updates are among them, blacklist: [pattern], reboot: bool,
periodic: days between runs as text, "0" when it does not run}.
"""

from __future__ import annotations

import re
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config import apt
from agent.probes.config.base import Setting
from shieldwall.checks.fact import Fact, FactKey

ORIGINS: Final = ("unattended-upgrade::origins-pattern", "unattended-upgrade::allowed-origins")
NARROW: Final = re.compile(r"(?:^|,)\s*(?:l|label|a|archive|suite|n|codename|site|c|component)\s*=")
FALSE: Final = frozenset({"", "0", "false", "no", "off", "without", "disable"})


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when nothing configures it."""
    options = apt.options(host)
    if not any(name.startswith("unattended-upgrade::") for name in options):
        raise AbsentError("/etc/apt/apt.conf.d/50unattended-upgrades")
    origins = [str(o) for name in ORIGINS for o in _list(options.get(name))]
    periodic = options.get("apt::periodic::unattended-upgrade", Setting("0"))
    value: dict[str, Any] = {
        "origins": origins,
        "security": any(covers_security(origin) for origin in origins),
        "blacklist": _list(options.get("unattended-upgrade::package-blacklist")),
        "reboot": str(options.get("unattended-upgrade::automatic-reboot", Setting("false")).value).lower() not in FALSE,
        "periodic": str(periodic.value),
    }
    where = next((options[name].origin for name in ORIGINS if name in options), "default")
    places = {"origins": where, "security": where, "periodic": periodic.origin}
    return Fact.known(value, source=apt.FOLDER, origins=places)


def covers_security(origin: str) -> bool:
    """Whether a pattern matches a distribution's security archive: it names it, or is as wide as the whole origin."""
    text = origin.lower()
    return "security" in text or ("=" in text and not NARROW.search(text))


def _list(setting: Setting | None) -> list[Any]:
    if setting is None:
        return []
    return setting.value if isinstance(setting.value, list) else [setting.value]
