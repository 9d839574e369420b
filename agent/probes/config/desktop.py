"""`config: {app: gdm}` and `{app: dconf}`: what the desktop of everybody starts with.

gdm
    {autologin: [who signs in by itself], managers: [display managers configured here]}: GDM (custom.conf, daemon.conf),
    LightDM (lightdm.conf and lightdm.conf.d) and SDDM (sddm.conf and sddm.conf.d), each by its own keys
dconf
    {settings: key path -> value, locked: [key paths that a user cannot change]}: the key files of the databases that
    the profile `user` names, the first database wins, and within one the last file by name. Values: numbers, true and
    false, text; anything else as it is written. Absent when no database has a key file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Setting, numbered, text_or_none
from shieldwall import limits
from shieldwall.checks.fact import Fact, FactKey, path_of

GDM: Final = (
    "/etc/gdm3/custom.conf", "/etc/gdm3/daemon.conf", "/etc/gdm/custom.conf", "/etc/gdm/daemon.conf",
)  # fmt: skip
LIGHTDM: Final = "/etc/lightdm/lightdm.conf"
LIGHTDM_FOLDERS: Final = ("/usr/share/lightdm/lightdm.conf.d", "/usr/local/share/lightdm/lightdm.conf.d",
                  "/etc/xdg/lightdm/lightdm.conf.d", "/etc/lightdm/lightdm.conf.d")  # fmt: skip
SDDM: Final = "/etc/sddm.conf"
SDDM_FOLDERS: Final = ("/usr/lib/sddm/sddm.conf.d", "/etc/sddm.conf.d")
TRUE: Final = ("true", "1", "yes", "on")


def read(key: FactKey, host: Host) -> Fact:
    return _managers(host) if key.arg("app") == "gdm" else _dconf(host)


def _sections(host: Host, files: Sequence[str]) -> dict[tuple[str, str], Setting]:
    """(section, key in lower case) -> the last setting of it."""
    out: dict[tuple[str, str], Setting] = {}
    for file in files:
        section = ""
        for number, line in numbered(text_or_none(host, file) or ""):
            text = line.strip()
            if text.startswith("[") and text.endswith("]"):
                section = text[1:-1].strip()
            elif "=" in text and text[0] not in "#;":
                name, _, value = text.partition("=")
                out[section.lower(), name.strip().lower()] = Setting(value.strip(), file, number)
    return out


def _managers(host: Host) -> Fact:
    who: list[Setting] = []
    managers: list[str] = []
    gdm = _sections(host, GDM)
    lightdm = _sections(host, [*(f"{d}/{n}" for d in LIGHTDM_FOLDERS for n in _confs(host, d)), LIGHTDM])
    sddm = _sections(host, [*(f"{d}/{n}" for d in SDDM_FOLDERS for n in _confs(host, d)), SDDM])
    for name, files in (("gdm", GDM), ("lightdm", (LIGHTDM, *LIGHTDM_FOLDERS)), ("sddm", (SDDM, *SDDM_FOLDERS))):
        if any(host.exists(file) for file in files):
            managers.append(name)
    for switch, login in (("automaticloginenable", "automaticlogin"), ("timedloginenable", "timedlogin")):
        on, user = gdm.get(("daemon", switch)), gdm.get(("daemon", login))
        if on and str(on.value).lower() in TRUE and user and user.value:
            who.append(user)
    who += [s for (section, name), s in lightdm.items()
            if section.startswith("seat") and name == "autologin-user" and s.value]  # fmt: skip
    if (found := sddm.get(("autologin", "user"))) and found.value:
        who.append(found)
    return Fact.known(
        {"autologin": [setting.value for setting in who], "managers": managers},
        source=GDM[0],
        origins={path_of("autologin", at): setting.origin for at, setting in enumerate(who)},
    )


def _confs(host: Host, folder: str) -> list[str]:
    return [name for name in _listed(host, folder) if name.endswith(".conf")]


def _dconf(host: Host) -> Fact:
    settings: dict[str, Setting] = {}
    locked: set[str] = set()
    seen = False
    for folder in _databases(host):
        names = [name for name in _listed(host, folder) if not name.startswith(".")]
        mine: dict[str, Setting] = {}
        for name in names[: limits.INCLUDE_FILES]:
            path = f"{folder}/{name}"
            if host.exists(path) and host.stat(path).kind == "file":
                seen = True
                mine |= dict(_keys(host, path))
        for key, setting in mine.items():
            settings.setdefault(key, setting)
        locked |= set(_locks(host, f"{folder}/locks"))
    if not seen:
        raise AbsentError("/etc/dconf/db")
    value = {"settings": {key: s.value for key, s in settings.items()}, "locked": sorted(locked)}
    origins = {path_of("settings", key): setting.origin for key, setting in settings.items()}
    return Fact.known(value, source="/etc/dconf/db", origins=origins)


def _databases(host: Host) -> list[str]:
    """Folders of the system databases in the order of the profile; without a profile there are none."""
    profile = text_or_none(host, "/etc/dconf/profile/user") or text_or_none(host, "/usr/share/dconf/profile/user")
    names = re.findall(r"(?m)^[ \t]*system-db:([\w.-]+)", profile or "")
    return [f"/etc/dconf/db/{name}.d" for name in names]


def _listed(host: Host, folder: str) -> list[str]:
    try:
        return host.listdir(folder)
    except AbsentError:
        return []


def _keys(host: Host, path: str) -> Iterator[tuple[str, Setting]]:
    for (section, name), setting in _sections(host, [path]).items():
        yield f"{section.strip('/')}/{name}", Setting(_typed(str(setting.value)), setting.file, setting.line)


def _typed(text: str) -> Any:
    plain = re.sub(r"^(u?int(16|32|64)|byte|double)\s+", "", text)
    if plain in ("true", "false"):
        return plain == "true"
    if re.fullmatch(r"-?\d{1,15}", plain):
        return int(plain)
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] and plain[0] in "'\"" else text


def _locks(host: Host, folder: str) -> Iterator[str]:
    for name in _listed(host, folder)[: limits.INCLUDE_FILES]:
        for _, line in numbered(text_or_none(host, f"{folder}/{name}") or ""):
            if line.strip().startswith("/"):
                yield line.strip().strip("/")
