"""`app: coredump`: systemd's coredump.conf and its drop-ins (coredump.conf(5))."""

from __future__ import annotations

from typing import Final

from agent.looking.host import Host
from agent.probes.config.base import Setting, drop_ins, fact_of, numbered, text_or_none
from shieldwall.checks.fact import Fact, FactKey

FOLDERS: Final = ("/etc/systemd", "/run/systemd", "/usr/local/lib/systemd", "/usr/lib/systemd", "/lib/systemd")
DEFAULTS: Final = {"storage": "external", "processsizemax": "32G", "externalsizemax": "32G"}


def read(key: FactKey, host: Host) -> Fact:
    """{name in small letters: text, storage in small letters too}; drop-ins win over the one main file that is read."""
    settings = {name: Setting(value) for name, value in DEFAULTS.items()}
    main = next((f for f in (f"{folder}/coredump.conf" for folder in FOLDERS) if host.exists(f)), None)
    for file in ([main] if main else []) + drop_ins(host, [f"{folder}/coredump.conf.d" for folder in FOLDERS]):
        section = ""
        for number, raw in numbered(text_or_none(host, file) or ""):
            line = raw.strip()
            if line.startswith("["):
                section = line
            name, equals, value = line.partition("=")
            if equals and section == "[Coredump]" and line[0] not in "#;":
                name = name.strip().lower()
                settings[name] = Setting(value.strip().lower() if name == "storage" else value.strip(), file, number)
    return fact_of(settings, source="coredump.conf")
