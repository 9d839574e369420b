"""`config: {app: screen-lock}`: after how long the screen locks, for each person who may sit in front of it.

Value: {people: [{name, idle_seconds, lock, delay_seconds}], managed}. `idle_seconds` is when the screen saver starts, 0
for never, absent where nobody set it; `lock` whether a password is then asked for, `delay_seconds` how much later.
What a management profile sets holds for everybody. Without one, a person's own idle time is read from that person's
preferences, and nothing else of them; whether the password is asked for has stood in no file since macOS 10.13.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes import plist
from agent.probes.config.base import Setting
from agent.probes.macos.account import FIRST_HUMAN, NO_LOGIN
from agent.probes.macos.directory import accounts
from agent.probes.macos.preferences import FOLDERS, managed, switch, value
from shieldwall.checks.fact import NOT_THERE, Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

DOMAIN: Final = "com.apple.screensaver"
DELAY: Final = re.compile(r"screenLock delay is (immediate|(\d{1,9}) seconds)")


def read(key: FactKey, host: Host) -> Fact:
    people, forced = [], False
    living = [a for a in accounts(host) if a.user.uid >= FIRST_HUMAN and a.user.shell not in NO_LOGIN and not a.locked]
    for account in living:
        settings = {**managed(host, DOMAIN), **_managed_for(host, account.user.name)}
        forced = forced or bool(settings)
        idle = settings["idleTime"].value if "idleTime" in settings else _own(host, account.user.home)
        if "askForPassword" in settings:
            lock, delay = _forced(settings)
        else:
            lock, delay = _asked(host) if len(living) == 1 else (unseen(Reason.UNSUPPORTED),) * 2
        people.append({"name": account.user.name, "idle_seconds": idle, "lock": lock, "delay_seconds": delay})
    return Fact.known({"people": people, "managed": forced}, source=f"{FOLDERS[0]}/{DOMAIN}.plist")


def _managed_for(host: Host, name: str) -> Mapping[str, Setting]:
    """What a profile forces for one person. Raises UnreadableError."""
    if "/" in name:
        return {}
    return managed(host, f"{name}/{DOMAIN}")


def _forced(settings: Mapping[str, Setting]) -> tuple[Any, Any]:
    lock = bool(switch(settings, "askForPassword", False))
    return lock, value(settings, "askForPasswordDelay", 0) if lock else NOT_THERE


def _own(host: Host, home: str) -> Any:
    """Idle time of one person: of this computer, else of all of that person's."""
    folder = f"{home.rstrip('/')}/Library/Preferences"
    try:
        for path in [*host.glob(f"{folder}/ByHost/{DOMAIN}.*.plist"), f"{folder}/{DOMAIN}.plist"]:
            try:
                idle = plist.table(host, path).get("idleTime")
            except AbsentError:
                continue
            if isinstance(idle, int):
                return idle
    except UnreadableError as error:
        return unseen(error.reason)
    return NOT_THERE


def _asked(host: Host) -> tuple[Any, Any]:
    """The tool tells of whoever runs it; that is the one person here only when it is not root."""
    if host.elevated or not host.live:
        return (unseen(Reason.UNSUPPORTED),) * 2
    try:
        answer = host.run("sysadminctl", "-screenLock", "status")
    except UnreadableError as error:
        return (unseen(error.reason),) * 2
    return lock_of(answer.errors + answer.output)


def lock_of(answer: str) -> tuple[Any, Any]:
    """(asks for a password, seconds after the screen saver) of `sysadminctl -screenLock status`."""
    if "screenLock is off" in answer:
        return False, NOT_THERE
    found = DELAY.search(answer)
    if found is None:
        return (unseen(Reason.PARSE),) * 2
    return True, int(found[2] or 0)
