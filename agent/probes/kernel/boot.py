"""How the machine boots: Secure Boot, kernel command line, and the boot loader's own protection."""

from __future__ import annotations

from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import drop_ins, text_or_none
from agent.probes.names import names_of
from agent.probes.words import shell_words
from shieldwall.checks.fact import Fact, unseen
from shieldwall.checks.outcome import Reason

SECURE_BOOT: Final = "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"
LOADERS: Final = ("/boot/grub/grub.cfg", "/boot/grub2/grub.cfg", "/boot/efi/EFI/*/grub.cfg")
PASSWORDS: Final = ("/boot/grub/user.cfg", "/boot/grub2/user.cfg", "/boot/efi/EFI/*/user.cfg")
DEFAULTS: Final = "/etc/default/grub"


def look(host: Host, part: str) -> Fact:
    """Raises AbsentError and UnreadableError."""
    if part == "secure_boot":
        return _secure_boot(host)
    return _command_line(host) if part == "cmdline" else _loader(host)


def _secure_boot(host: Host) -> Fact:
    """{enabled}; absent on a machine that did not start through UEFI. Four bytes of attributes, then the value."""
    host.need_live("Secure Boot")
    if not host.exists("/sys/firmware/efi"):
        raise AbsentError("/sys/firmware/efi")
    try:
        data = host.read(SECURE_BOOT)
    except AbsentError as error:
        if host.exists("/sys/firmware/efi/efivars") and host.listdir("/sys/firmware/efi/efivars"):
            return Fact.known({"enabled": False}, source=SECURE_BOOT)
        raise UnreadableError(Reason.UNSUPPORTED, "the firmware's variables are not mounted") from error
    if len(data) < 5:
        raise UnreadableError(Reason.PARSE, f"{SECURE_BOOT} is shorter than five bytes")
    return Fact.known({"enabled": data[4] == 1}, source=SECURE_BOOT)


def _command_line(host: Host) -> Fact:
    """{parameters: {name: value, or true for a bare word}}; in a tree, what the boot loader is configured to pass."""
    if host.live:
        source, text = "/proc/cmdline", host.text("/proc/cmdline")
    else:
        fields = defaults(host)
        if not fields:
            raise AbsentError(DEFAULTS)
        source = DEFAULTS
        text = " ".join(fields.get(n, "") for n in ("GRUB_CMDLINE_LINUX", "GRUB_CMDLINE_LINUX_DEFAULT"))
    parameters: dict[str, Any] = {}
    for word in text.split():
        name, equals, value = word.partition("=")
        parameters[name] = value.strip('"') if equals else True
    return Fact.known({"parameters": parameters}, source=source)


def defaults(host: Host) -> dict[str, str]:
    """The assignments of /etc/default/grub and its drop-ins, later ones winning. Raises UnreadableError."""
    fields: dict[str, str] = {}
    for file in (DEFAULTS, *drop_ins(host, ("/etc/default/grub.d",), ".cfg")):
        for line in (text_or_none(host, file) or "").splitlines():
            name, equals, value = line.strip().partition("=")
            if not equals or not name.isidentifier():
                continue
            try:
                fields[name] = " ".join(shell_words(value, comments=True))
            except ValueError:
                continue
    return fields


def _loader(host: Host) -> Fact:
    """{path, mode, owner, group, password}; absent where no GRUB configuration lies (containers, other loaders)."""
    for pattern in LOADERS:
        for path in host.glob(pattern):
            info = host.stat(path)
            names = names_of(host)
            value = {
                "path": path, "mode": f"{info.mode:04o}", "owner": names.user(info.uid), "uid": info.uid,
                "group": names.group(info.gid), "gid": info.gid, "password": _password(host, path),
            }  # fmt: skip
            return Fact.known(value, source=path)
    raise AbsentError(LOADERS[0])


def _password(host: Host, path: str) -> Any:
    """A password that is a variable (Red Hat's grub.cfg) counts only when user.cfg gives it."""
    try:
        lines = [line.split() for line in host.text(path).splitlines()]
        users = any(words[:1] == ["set"] and words[1].startswith("superusers=") for words in lines if len(words) > 1)
        stored = any(
            words[0] in ("password_pbkdf2", "password") and not words[2].startswith("$")
            for words in lines
            if len(words) > 2
        )
        for pattern in PASSWORDS:
            for file in host.glob(pattern):
                stored = stored or any(
                    line.startswith("GRUB2_PASSWORD=grub.pbkdf2.") for line in host.text(file).splitlines()
                )
    except AbsentError:
        return False
    except UnreadableError as error:
        return unseen(error.reason)
    return users and stored
