"""Probe `firewall` on macOS: the application firewall.

Value: {active, tool, inbound: accept | drop, inbound6, stealth, rules}: `drop` says that a program nobody let in gets
no connection. `any_any` is not known: this firewall has programs in its list, no addresses and ports. The older packet
filter pf, which some products use beside it, is not looked at.

Up to macOS 14 the state stands in com.apple.alf.plist. Since macOS 15 only the tool knows it, and a file of that name
is what an upgrade left behind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.macos.osinfo import version
from agent.probes.macos.preferences import FOLDERS, effective, managed, switch, value
from shieldwall.checks.fact import Fact, FactKey, unseen
from shieldwall.checks.outcome import Reason

DOMAIN: Final = "com.apple.alf"
PROFILE: Final = "com.apple.security.firewall"
TOOL: Final = "socketfilterfw"
STATE: Final = re.compile(r"\(State = ([012])\)")
WITHOUT_FILE: Final = (15,)


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    return dict.fromkeys(keys, looked(lambda: _look(host)))


def _look(host: Host) -> Fact:
    forced = managed(host, PROFILE)
    if "EnableFirewall" in forced:
        on = switch(forced, "EnableFirewall", False)
        state = 0 if not on else 2 if switch(forced, "BlockAllIncoming", False) else 1
        stealth: Any = switch(forced, "EnableStealthMode", False)
        return _fact(state, stealth, unseen(Reason.UNSUPPORTED), forced["EnableFirewall"].file)
    if not _needs_tool(host):
        settings = effective(host, DOMAIN)
        state = value(settings, "globalstate", 0)
        if state not in (0, 1, 2):
            raise UnreadableError(Reason.PARSE, f"{FOLDERS[1]}/{DOMAIN}.plist: globalstate {state!r}")
        listed = value(settings, "applications", [])
        rules: Any = len(listed) if isinstance(listed, list) else unseen(Reason.PARSE)
        return _fact(state, bool(switch(settings, "stealthenabled", False)), rules, f"{FOLDERS[1]}/{DOMAIN}.plist")
    answers = [host.run(TOOL, option).output for option in ("--getglobalstate", "--getstealthmode")]
    return _fact(state_of(answers[0]), stealth_of(answers[1]), unseen(Reason.UNSUPPORTED), TOOL)


def state_of(answer: str) -> int:
    """0 off, 1 on for programs one by one, 2 nothing comes in. Raises UnreadableError(parse)."""
    found = STATE.search(answer)
    if found is None:
        raise UnreadableError(Reason.PARSE, f"{TOOL} answered otherwise than expected: {answer.strip()[:100]}")
    return int(found[1])


def stealth_of(answer: str) -> Any:
    words = answer.strip().rstrip(".").lower().split()
    known = {"on": True, "enabled": True, "off": False, "disabled": False}
    return known.get(words[-1] if words else "", unseen(Reason.PARSE))


def _needs_tool(host: Host) -> bool:
    try:
        return version(host) >= WITHOUT_FILE
    except (AbsentError, UnreadableError):
        return True


def _fact(state: int, stealth: Any, rules: Any, source: str) -> Fact:
    inbound = "drop" if state else "accept"
    found = {
        "active": state > 0,
        "tool": "application firewall",
        "inbound": inbound,
        "inbound6": inbound,
        "any_any": unseen(Reason.UNSUPPORTED),
        "stealth": stealth,
        "rules": rules,
    }
    return Fact.known(found, source=source)
