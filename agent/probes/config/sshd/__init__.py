"""`config: {app: sshd, user?}`: the configuration of the SSH server as sshd itself would use it.

value
    every keyword in lower case -> its effective value, as `sshd -T` names them: yes/no as text, numbers, seconds,
    lists. Algorithm lists are final. `permitrootlogin` says prohibit-password for its old name without-password.
    `every`            keyword -> list of the values it takes for somebody: the effective one, and each that a Match
                       block sets
    `match_overrides`  keywords for which that list holds more than one
    `alive_seconds`    after how long a silent client is dropped, interval times count; 0 for never
With `user` the Match blocks on that user and its groups hold, as `sshd -T -C user=NAME` has it; otherwise only
`Match all` does. A missing sshd_config gives the compiled-in defaults.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Setting, broken, fact_of
from agent.probes.config.sshd.algorithms import FAMILIES
from agent.probes.config.sshd.keywords import HOST_KEYS, KEYWORDS
from agent.probes.config.sshd.match import Connection
from agent.probes.config.sshd.reading import Occurrence, Pass, Reader
from shieldwall.checks.fact import Fact, FactKey, path_of

FILES: Final = ("/etc/ssh/sshd_config", "/usr/etc/ssh/sshd_config")
"""The second is where openSUSE ships its own; the first hides it."""


def read(key: FactKey, host: Host) -> Fact:
    user = key.arg("user")
    file = next((path for path in FILES if host.exists(path)), None)
    return effective(host, file, _connection(host, None if user is None else str(user)))


def effective(host: Host, file: str | None, connection: Connection) -> Fact:
    """The fact for one main file, None for a host that has none. Raises UnreadableError."""
    texts: dict[str, str] = {}

    def occurrences(which: Pass) -> list[Occurrence]:
        return [] if file is None else list(Reader(host, which, connection, texts).read(file))

    base = _resolved(occurrences(Pass.GLOBAL))
    in_blocks = occurrences(Pass.EVERY_BLOCK)
    settings = {name: Setting(keyword.default) for name, keyword in KEYWORDS.items()}
    settings |= base | _resolved(occurrences(Pass.CONNECTION))
    _fill(settings)
    _judge(settings, file or "")
    every = _every(settings, in_blocks)
    return _fact(settings, every, file or "")


def _connection(host: Host, user: str | None) -> Connection:
    """The user's groups by /etc/passwd and /etc/group, as sshd sees them without a directory service."""
    if user is None:
        return Connection()
    gid = next((f[3] for f in _fields(host, "/etc/passwd") if f[0] == user and len(f) > 3), None)
    if gid is None:
        return Connection(user)
    groups = [f for f in _fields(host, "/etc/group") if len(f) > 3]
    return Connection(user, tuple(f[0] for f in groups if f[2] == gid or user in f[3].split(",")))


def _fields(host: Host, path: str) -> list[list[str]]:
    try:
        return [line.split(":") for line in host.text(path).splitlines()]
    except AbsentError:
        return []


def _resolved(occurrences: Iterable[Occurrence]) -> dict[str, Setting]:
    """The first wins, the last wins, or all gather. Raises UnreadableError for a subsystem defined twice."""
    out: dict[str, Setting] = {}
    for found in occurrences:
        before = out.get(found.keyword)
        if KEYWORDS[found.keyword].last:
            merged = (before.value if before else KEYWORDS[found.keyword].default) | found.value
            out[found.keyword] = Setting(merged, found.file, found.line)
            continue
        if not KEYWORDS[found.keyword].gathers:
            out.setdefault(found.keyword, Setting(found.value, found.file, found.line))
            continue
        value = _gathered(before.value if before else None, found)
        out[found.keyword] = Setting(value, *((before.file, before.line) if before else (found.file, found.line)))
    return out


def _gathered(earlier: Any, found: Occurrence) -> Any:
    if isinstance(found.value, dict):
        if set(found.value) & set(earlier or {}):
            raise broken(found.file, found.line, "subsystem defined twice; sshd would not start")
        return (earlier or {}) | found.value
    return [*(earlier or []), *(found.value if isinstance(found.value, list) else [found.value])]


def _fill(settings: dict[str, Setting]) -> None:
    """Defaults that depend on other settings."""
    if not settings["port"].value:
        settings["port"] = Setting([22])
    if not settings["hostkey"].value:
        settings["hostkey"] = Setting(list(HOST_KEYS))
    listen = settings["listenaddress"]
    settings["listenaddress"] = Setting(
        _addresses(listen.value, settings["port"].value, settings["addressfamily"].value), listen.file, listen.line
    )


def _addresses(written: list[str], ports: list[int], family: str) -> list[str]:
    if not written:
        both = {"inet": ["0.0.0.0"], "inet6": ["[::]"]}.get(family, ["[::]", "0.0.0.0"])  # noqa: S104 - what sshd does
        return [f"{address}:{port}" for port in ports for address in both]
    out = []
    for address in written:
        host, colon, port = address.rpartition(":")
        if colon and host and not (":" in host and not host.endswith("]")):
            out.append(f"{host}:{port}")
        else:
            plain = address.strip("[]")
            out += [f"[{plain}]:{p}" if ":" in plain else f"{plain}:{p}" for p in ports]
    return out


def _judge(settings: Mapping[str, Setting], file: str) -> None:
    """What sshd refuses when the whole is read. Raises UnreadableError."""
    for name in FAMILIES:
        if not settings[name].value:
            raise broken(settings[name].file, settings[name].line, f"{name} leaves no algorithm; sshd would not start")
    for command in ("authorizedkeyscommand", "authorizedprincipalscommand"):
        setting = settings[command]
        if setting.value.lower() != "none" and settings[f"{command}user"].value.lower() == "none":
            raise broken(setting.file, setting.line, f"{command} without {command}user; sshd would not start")
    enabled = {"none", "password", "keyboard-interactive", "publickey", "hostbased", "gssapi-with-mic", "gssapi-keyex"}
    for method, name in (
        ("password", "passwordauthentication"), ("keyboard-interactive", "kbdinteractiveauthentication"),
        ("publickey", "pubkeyauthentication"), ("hostbased", "hostbasedauthentication"),
        ("gssapi-with-mic", "gssapiauthentication"), ("gssapi-keyex", "gssapikeyexchange"),
    ):  # fmt: skip
        if settings[name].value == "no":
            enabled.discard(method)
    wanted = settings["authenticationmethods"]
    if wanted.value != ["any"] and not any(
        all(method.partition(":")[0] in enabled for method in chain.split(",")) for chain in wanted.value
    ):
        raise broken(wanted.file or file, wanted.line, "authenticationmethods cannot be met; sshd would not start")


def _every(settings: Mapping[str, Setting], in_blocks: list[Occurrence]) -> dict[str, list[Setting]]:
    """For each keyword the effective setting, then those of Match blocks that differ from it and from each other."""
    every = {name: [setting] for name, setting in settings.items()}
    blocks = sorted({found.block for found in in_blocks})
    for block in blocks:
        for name, setting in _resolved(found for found in in_blocks if found.block == block).items():
            if all(setting.value != other.value for other in every[name]):
                every[name].append(setting)
    return every


def _fact(settings: Mapping[str, Setting], every: Mapping[str, list[Setting]], file: str) -> Fact:
    fact = fact_of(
        settings,
        source=file or FILES[0],
        more={
            "every": {name: [setting.value for setting in found] for name, found in every.items()},
            "alive_seconds": settings["clientaliveinterval"].value * settings["clientalivecountmax"].value,
            "match_overrides": sorted(name for name, found in every.items() if len(found) > 1),
        },
    )
    nested = {
        path_of("every", name, at): setting.origin
        for name, found in every.items()
        for at, setting in enumerate(found)
        if setting.file
    }
    return Fact.known(fact.value, source=fact.source, origins={**fact.origins, **nested})
