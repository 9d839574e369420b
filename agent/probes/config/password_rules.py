"""`config: {app: pwquality}` and `{app: faillock}`: the rules for passwords and for wrong ones, as they take effect.

value
    every setting -> number, text, or true for a flag; arguments in the PAM stack win over the files (pam_pwquality(8),
    pam_faillock(8)), and of several files the last (pwquality.conf(5): conf.d in order of name, then the main file)
    `enforced`  the module stands in the PAM stack; what its file says means nothing without
pwquality speaks of `passwd`; faillock of `login` and `sshd`, as far as they exist, and needs both a step that looks
before the password (preauth) or that counts (authfail).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config import pam
from agent.probes.config.base import Setting, drop_ins, fact_of, numbered, text_or_none
from shieldwall.checks.fact import Fact, FactKey

QUALITY: Final[dict[str, Any]] = {
    "difok": 1, "minlen": 8, "dcredit": 0, "ucredit": 0, "lcredit": 0, "ocredit": 0, "minclass": 0, "maxrepeat": 0,
    "maxsequence": 0, "maxclassrepeat": 0, "gecoscheck": 0, "dictcheck": 1, "usercheck": 1, "usersubstr": 0,
    "enforcing": 1, "retry": 1,
}  # fmt: skip
"""libpwquality 1.4."""
FAILLOCK: Final[dict[str, Any]] = {"deny": 3, "unlock_time": 600, "fail_interval": 900}
"""Linux-PAM 1.5."""
FLAGS: Final = {
    "enforce_for_root", "local_users_only", "even_deny_root", "audit", "silent", "no_log_info", "nodelay",
}  # fmt: skip


def read(key: FactKey, host: Host) -> Fact:
    return _quality(host) if key.arg("app") == "pwquality" else _faillock(host)


def _quality(host: Host) -> Fact:
    main = "/etc/security/pwquality.conf"
    settings = {name: Setting(value) for name, value in QUALITY.items()}
    for file in [*drop_ins(host, [f"{main}.d"]), main]:
        settings |= dict(_lines(host, file))
    rules = [r for r in _rules(host, "passwd") if r.kind == "password" and r.module == "pam_pwquality.so"]
    for rule in rules:
        settings |= _arguments(rule)
    return fact_of(settings, source=main, more={"enforced": bool(rules)})


def _faillock(host: Host) -> Fact:
    main = next((f for f in ("/etc/security/faillock.conf", "/usr/lib/security/faillock.conf",
                             "/usr/etc/security/faillock.conf") if host.exists(f)), None)  # fmt: skip
    settings = {name: Setting(value) for name, value in FAILLOCK.items()}
    if main is not None:
        settings |= dict(_lines(host, main))
    enforced = []
    for service in ("login", "sshd"):
        rules = [r for r in _rules(host, service, other=False) if r.module == "pam_faillock.so"]
        for rule in rules:
            settings |= _arguments(rule)
        if _exists(host, service):
            enforced.append(any(r.kind == "auth" and "authfail" in r.args for r in rules)
                            and any("preauth" in r.args or r.kind == "account" for r in rules))  # fmt: skip
    return fact_of(settings, source=main or "/etc/pam.d", more={"enforced": bool(enforced) and all(enforced)})


def _exists(host: Host, service: str) -> bool:
    return any(host.exists(f"{folder}/{service}") for folder in pam.FOLDERS)


def _rules(host: Host, service: str, *, other: bool = True) -> list[pam.Rule]:
    try:
        return pam.stack(host, service) if other or _exists(host, service) else []
    except AbsentError:
        return []


def _lines(host: Host, file: str) -> Iterator[tuple[str, Setting]]:
    for number, line in numbered(text_or_none(host, file) or ""):
        text = line.split("#", 1)[0].strip()
        if text:
            name, _, value = (part.strip() for part in text.partition("="))
            yield name, Setting(_value(name, value), file, number)


def _arguments(rule: pam.Rule) -> dict[str, Setting]:
    return {
        name: Setting(_value(name, "" if value is True else str(value)), rule.file, rule.line)
        for name, value in rule.args.items()
        if name not in ("preauth", "authfail", "authsucc")
    }


def _value(name: str, text: str) -> int | str | bool:
    if name in FLAGS:
        return True
    return int(text) if re.fullmatch(r"-?[0-9]{1,15}", text) else text
