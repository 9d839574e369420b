"""`app: docker`: where the Docker engine listens: daemon.json and the options of its unit (dockerd(8))."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import broken, drop_ins, joined, text_or_none
from agent.probes.words import shell_words
from shieldwall.checks.fact import Fact, FactKey

FILE: Final = "/etc/docker/daemon.json"
UNITS: Final = ("/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")


def read(key: FactKey, host: Host) -> Fact:
    """{hosts, tcp, tlsverify, userns_remap, icc}. Raises AbsentError where neither file nor unit is there.

    hosts: addresses it listens on; tcp: those of the network.
    """
    text = text_or_none(host, FILE)
    options = _options(host)
    if text is None and options is None:
        raise AbsentError(FILE)
    try:
        data = json.loads(text) if text and text.strip() else {}
    except ValueError as error:
        raise broken(FILE, 0, "is not JSON") from error
    if not isinstance(data, dict):
        raise broken(FILE, 0, "is not a JSON object")
    words = options or []
    listed = data.get("hosts")
    hosts = [str(h) for h in listed] if isinstance(listed, list) else []
    hosts += list(_values(words, ("-H", "--host")))
    value: dict[str, Any] = {
        "hosts": hosts,
        "tcp": [h for h in hosts if h.startswith("tcp://") and not h.startswith(("tcp://127.", "tcp://localhost"))],
        "tlsverify": data.get("tlsverify") is True or _flag(words, "--tlsverify"),
        "userns_remap": bool(data.get("userns-remap")) or any(True for _ in _values(words, ("--userns-remap",))),
        "icc": data.get("icc") is not False and "--icc=false" not in words,
    }
    return Fact.known(value, source=FILE)


def _options(host: Host) -> list[str] | None:
    """Words of the last ExecStart; an empty one takes back those before it."""
    name = "docker.service"
    unit = next((f"{folder}/{name}" for folder in UNITS if host.exists(f"{folder}/{name}")), None)
    if unit is None:
        return None
    words: list[str] = []
    for file in (unit, *drop_ins(host, [f"{folder}/{name}.d" for folder in UNITS])):
        for _, line in joined(text_or_none(host, file) or ""):
            key, equals, value = line.strip().partition("=")
            if equals and key.strip() == "ExecStart":
                try:
                    words = shell_words(value)
                except ValueError as error:
                    raise broken(file, 0, f"ExecStart: {error}") from error
    return words


def _values(words: list[str], names: tuple[str, ...]) -> Iterator[str]:
    for i, word in enumerate(words):
        name, equals, value = word.partition("=")
        if name in names:
            if equals:
                yield value
            elif i + 1 < len(words):
                yield words[i + 1]


def _flag(words: list[str], name: str) -> bool:
    return name in words or f"{name}=true" in words
