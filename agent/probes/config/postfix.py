"""Postfix: main.cf (postconf(5)) and the services of master.cf (master(5)) that receive mail from the network.

Value: {settings: {name: text}, inet_interfaces: [name], loopback_only, listens: [service]}. `$name` is filled in; a
setting that is not given has Postfix's default where this agent knows it.
"""

from __future__ import annotations

import re
from typing import Any, Final

from agent.looking.host import Host
from agent.probes.config.base import Setting, numbered, text_or_none
from shieldwall.checks.fact import Fact, FactKey, path_of

MAIN: Final = "/etc/postfix/main.cf"
MASTER: Final = "/etc/postfix/master.cf"
DEFAULTS: Final = {
    "inet_interfaces": "all", "inet_protocols": "all", "mynetworks_style": "host", "smtpd_tls_security_level": "",
    "smtpd_tls_auth_only": "no", "disable_vrfy_command": "no", "relayhost": "", "smtp_tls_security_level": "",
    "smtpd_relay_restrictions": "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination",
}  # fmt: skip
"""postconf(5) of Postfix 3.7."""
VARIABLE: Final = re.compile(r"\$\$|\$(?:\{(\w+)\}|\((\w+)\)|(\w+))")
LOOPBACK: Final = frozenset({"loopback-only", "localhost", "127.0.0.1", "::1", "[::1]"})
LOCAL_ADDRESS: Final = re.compile(r"^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?):")
DEPTH: Final = 8
SECRET: Final = re.compile(r"passw|_keys?$")


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when Postfix is not configured here."""
    given = _settings(host.text(MAIN), MAIN)
    found = {**{name: Setting(value) for name, value in DEFAULTS.items()}, **given}
    texts = {name: _filled(str(setting.value), found, 0) for name, setting in found.items()}
    interfaces = re.split(r"[,\s]+", texts["inet_interfaces"].strip())
    services = _inet_services(text_or_none(host, MASTER) or "")
    listens = [name for name in services if not LOCAL_ADDRESS.match(name)]
    value: dict[str, Any] = {
        "settings": {name: text for name, text in texts.items() if not SECRET.search(name)},
        "inet_interfaces": interfaces,
        "loopback_only": all(name in LOOPBACK for name in interfaces) or not listens,
        "listens": services,
    }
    origins = {f"settings.{path_of(name)}": setting.origin for name, setting in found.items()}
    place = found["inet_interfaces"].origin
    return Fact.known(value, source=MAIN, origins={**origins, "inet_interfaces": place, "loopback_only": place})


def _settings(text: str, path: str) -> dict[str, Setting]:
    """A line that begins with white space continues the one before; comments in between do not end it."""
    found: dict[str, Setting] = {}
    name = ""
    for number, line in numbered(text):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line[0] in " \t":
            if name:
                before = found[name]
                found[name] = Setting(f"{before.value} {line.strip()}".strip(), before.file, before.line)
        elif "=" in line:
            name, _, value = line.partition("=")
            name = name.strip()
            found[name] = Setting(value.strip(), path, number)
    return found


def _filled(text: str, found: dict[str, Setting], depth: int) -> str:
    if depth > DEPTH:
        return text

    def value(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        if not name:
            return "$"
        return _filled(str(found[name].value), found, depth + 1) if name in found else match[0]

    return VARIABLE.sub(value, text)


def _inet_services(text: str) -> list[str]:
    """Names of services that master(8) opens a network socket for: `smtp`, `submission`, `127.0.0.1:10025`."""
    lines = [line.split() for _, line in numbered(text) if line.strip() and line[0] not in "# \t"]
    return [words[0] for words in lines if len(words) >= 8 and words[1] == "inet"]
