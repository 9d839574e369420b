"""Mounts at boot: fstab(5), and systemd.mount(5) units, which it hides or is hidden by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import drop_ins, masked, numbered, text_or_none
from agent.probes.mountinfo import unescaped

STRONG: Final = ("/etc/systemd/system", "/run/systemd/system")
WEAK: Final = ("/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system")
"""fstab becomes units that stand between the two."""
OPPOSITES: Final = {
    "exec": "noexec", "suid": "nosuid", "dev": "nodev", "rw": "ro", "async": "sync", "auto": "noauto",
    "nouser": "user",
}  # fmt: skip
IMPLIED: Final = {
    "defaults": ("rw", "suid", "dev", "exec", "auto", "nouser", "async"),
    "user": ("noexec", "nosuid", "nodev"), "users": ("noexec", "nosuid", "nodev"),
    "owner": ("nosuid", "nodev"), "group": ("nosuid", "nodev"),
}  # fmt: skip
"""mount(8), FILESYSTEM-INDEPENDENT MOUNT OPTIONS."""


@dataclass(frozen=True, slots=True)
class Entry:
    path: str
    source: str
    fstype: str
    options: tuple[str, ...]
    """Effective."""
    origin: str


def entries(host: Host) -> dict[str, Entry]:
    """By mount point. Raises UnreadableError."""
    return host.once("mount.persistent", lambda: _entries(host))


def effective(text: str) -> tuple[str, ...]:
    """Options left to right, a later one undoing an earlier: `noexec,exec` executes; `x-noexec` is a comment."""
    kept: dict[str, None] = {"rw": None}
    for option in text.split(","):
        for one in (option, *IMPLIED.get(option, ())):
            if one.startswith("x-") or one in ("", "defaults"):
                continue
            for yes, no in OPPOSITES.items():
                if one in (yes, no):
                    kept.pop(yes, None)
                    kept.pop(no, None)
            kept[one] = None
    return tuple(kept)


def _entries(host: Host) -> dict[str, Entry]:
    found = {entry.path: entry for entry in _units(host, WEAK, hidden_by=STRONG)}
    found.update({entry.path: entry for entry in _fstab(host)})
    found.update({entry.path: entry for entry in _units(host, STRONG)})
    return found


def _fstab(host: Host) -> Iterator[Entry]:
    for number, line in numbered(text_or_none(host, "/etc/fstab") or ""):
        fields = line.split()
        if len(fields) < 3 or fields[0].startswith("#"):
            continue
        path = unescaped(fields[1]).rstrip("/") or "/"
        if path.startswith("/"):
            options = effective(fields[3] if len(fields) > 3 else "defaults")
            yield Entry(path, unescaped(fields[0]), fields[2], options, f"/etc/fstab:{number}")


def _units(host: Host, folders: tuple[str, ...], hidden_by: tuple[str, ...] = ()) -> Iterator[Entry]:
    """Enabled mount units of these folders; a masked one, or one that a stronger folder hides, is none."""
    seen: set[str] = set()
    for folder in folders:
        try:
            names = host.listdir(folder)
        except AbsentError:
            continue
        for name in names:
            if not name.endswith(".mount") or name in seen:
                continue
            seen.add(name)
            file = f"{folder}/{name}"
            if masked(host, file) or any(_there(host, f"{stronger}/{name}") for stronger in hidden_by):
                continue
            entry = _unit(host, file, name)
            if entry is not None and _enabled(host, name):
                yield entry


def _unit(host: Host, file: str, name: str) -> Entry | None:
    fields: dict[str, tuple[str, str]] = {}
    for one in (file, *drop_ins(host, tuple(f"{folder}/{name}.d" for folder in (*STRONG, *WEAK)))):
        section = ""
        for number, raw in numbered(text_or_none(host, one) or ""):
            line = raw.strip()
            if line.startswith("["):
                section = line
            key, equals, value = line.partition("=")
            if equals and section == "[Mount]" and not line.startswith(("#", ";")):
                fields[key.strip()] = (value.strip(), f"{one}:{number}")
    if "Where" not in fields:
        return None
    options, origin = fields.get("Options", ("defaults", fields["Where"][1]))
    return Entry(
        fields["Where"][0].rstrip("/") or "/", fields.get("What", ("", ""))[0], fields.get("Type", ("", ""))[0],
        effective(options), origin,
    )  # fmt: skip


def _enabled(host: Host, name: str) -> bool:
    return any(
        _is_link(host, f"{folder}/{target}.{kind}/{name}")
        for folder in (*STRONG, *WEAK)
        for target in ("local-fs.target", "multi-user.target", "basic.target", "sysinit.target")
        for kind in ("wants", "requires")
    )


def _there(host: Host, path: str) -> bool:
    """Also a link that leads nowhere, such as one to /dev/null in a tree."""
    try:
        host.stat(path, follow=False)
    except AbsentError:
        return False
    return True


def _is_link(host: Host, path: str) -> bool:
    try:
        return host.stat(path, follow=False).kind == "link"
    except AbsentError:
        return False
