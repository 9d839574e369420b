"""A systemd timer and a service that may read everything and write only into the agent's home.

Sources: systemd.timer(5), systemd.exec(5), systemd.resource-control(5). Left out on purpose, for they would change
what an audit sees: PrivateTmp, PrivateDevices, ProtectHome=yes, ProtectProc, ProtectKernelModules (hides
/usr/lib/modules), PrivateUsers, PrivateNetwork. Capabilities are those for reading: files (DAC_READ_SEARCH),
processes of others (SYS_PTRACE), firewall and audit rules over netlink (NET_ADMIN, AUDIT_CONTROL). The moment lies in
OnCalendar, different on every host, and not in a wide RandomizedDelaySec: systemd also waits out that delay after a
missed turn, and a laptop that is on for less never comes to its audit.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agent.home.config import SYSTEM_HOME
from agent.schedule.base import DAY, Every, File, Plan, Where

NAME: Final = "shieldwall"
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
NOT_DELIVERED: Final = 4
"""Exit code: the cluster could not be reached. Not a failure of the unit, and tried again."""

_SERVICE: Final = """\
# Written by `shieldwall schedule`; `shieldwall unschedule` removes it.
[Unit]
Description=Shieldwall security self-audit
Documentation=man:shieldwall(1)
Wants=network-online.target
After=network-online.target time-sync.target
StartLimitIntervalSec=0

[Service]
Type=simple
ExecStart={command}
SuccessExitStatus={later}
RestartForceExitStatus={later}
RestartSec=2h
RuntimeMaxSec=2h
UMask=0077
NoNewPrivileges=yes
Nice=19
IOSchedulingClass=idle
CPUWeight=20
MemoryMax=1G
TasksMax=64
LockPersonality=yes
RestrictRealtime=yes
SystemCallArchitectures=native
"""
_HARDENED: Final = """\
{writable}
ProtectSystem=strict
ProtectHome=read-only
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
DevicePolicy=closed
KeyringMode=private
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_SYS_PTRACE CAP_NET_ADMIN CAP_AUDIT_CONTROL
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictSUIDSGID=yes
MemoryDenyWriteExecute=yes
SystemCallFilter=@system-service
SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap
SystemCallErrorNumber=EPERM
"""
_TIMER: Final = """\
# Written by `shieldwall schedule`; `shieldwall unschedule` removes it.
[Unit]
Description=Shieldwall security self-audit, {every}
Documentation=man:shieldwall(1)

[Timer]
OnCalendar={moment}
Persistent=true
RandomizedDelaySec=15min
AccuracySec=1min

[Install]
WantedBy=timers.target
"""


class Systemd:
    def files(self, plan: Plan, where: Where) -> tuple[File, ...]:
        service, timer = self.places(plan.system, where)
        text = _SERVICE.format(command=_command(plan.words()), later=NOT_DELIVERED)
        if plan.system:
            text += _HARDENED.format(writable=_writable(plan.home))
        clock = _TIMER.format(every=plan.every.value, moment=_moment(plan))
        return File(service, text), File(timer, clock)

    def places(self, system: bool, where: Where) -> tuple[Path, ...]:
        folder = where.root / "etc/systemd/system" if system else where.user_home / ".config/systemd/user"
        return folder / f"{NAME}.service", folder / f"{NAME}.timer"

    def start(self, system: bool) -> tuple[tuple[str, ...], ...]:
        return _systemctl(system, "daemon-reload"), _systemctl(system, "enable", "--now", f"{NAME}.timer")

    def stop(self, system: bool) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]:
        return (_systemctl(system, "disable", "--now", f"{NAME}.timer"),), (_systemctl(system, "daemon-reload"),)

    def by_hand(self, system: bool) -> str:
        return ""

    def here(self, system: bool, where: Where) -> bool:
        return (where.root / "run/systemd/system").is_dir()


def _systemctl(system: bool, *words: str) -> tuple[str, ...]:
    return ("systemctl", *(() if system else ("--user",)), *words)


def _writable(home: Path) -> str:
    if home == SYSTEM_HOME:
        return f"StateDirectory={NAME}\nStateDirectoryMode=0700"
    return f"ReadWritePaths={_quoted(str(home))}"


def _command(words: list[str]) -> str:
    """ExecStart=: variables are expanded in every word but the first."""
    return " ".join([_quoted(words[0]), *(_quoted(word.replace("$", "$$")) for word in words[1:])])


def _quoted(word: str) -> str:
    """One word of a unit file: quotes and backslashes escaped, no specifier."""
    safe = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{safe}"' if set(safe) & set(" \t\"';\\") else safe


def _moment(plan: Plan) -> str:
    day, rest = divmod(plan.offset, DAY)
    time = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02} UTC"
    return f"{DAYS[day]} *-*-* {time}" if plan.every is Every.WEEKLY else f"*-*-* {time}"
