"""`config: {app: login.defs}` and `{app: useradd}`: the defaults of shadow-utils (login.defs(5), useradd(8)).

login.defs: each name in lower case -> its text, numbers as numbers. The last line wins, values may be quoted, and what
stands behind the value is ignored. useradd: the same for NAME=value. Defaults are those of shadow 4.13 (Debian 12).
"""

from __future__ import annotations

import re
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import Setting, fact_of, numbered, text_or_none
from shieldwall.checks.fact import Fact, FactKey

LOGIN: Final = ("/etc/login.defs", "/usr/etc/login.defs")
USERADD: Final = ("/etc/default/useradd", "/usr/etc/default/useradd")
LOGIN_DEFAULTS: Final[dict[str, Any]] = {
    "pass_max_days": -1, "pass_min_days": -1, "pass_warn_age": -1, "uid_min": 1000, "uid_max": 60000,
    "gid_min": 1000, "gid_max": 60000, "encrypt_method": "DES", "umask": "022",
}  # fmt: skip
USERADD_DEFAULTS: Final[dict[str, Any]] = {"inactive": -1}
LINE: Final = re.compile(r"[ \t]*([A-Za-z_0-9]+)[ \t]+(?:\"([^\"\n]*)\"?|(\S+))")
ASSIGNED: Final = re.compile(r"[ \t]*([A-Za-z_0-9]+)[ \t]*=[ \t]*(.*)")


def read(key: FactKey, host: Host) -> Fact:
    login = key.arg("app") == "login.defs"
    paths, pattern = (LOGIN, LINE) if login else (USERADD, ASSIGNED)
    file = next((path for path in paths if host.exists(path)), None)
    if file is None and login:
        raise AbsentError(LOGIN[0])
    settings = {name: Setting(value) for name, value in (LOGIN_DEFAULTS if login else USERADD_DEFAULTS).items()}
    for number, line in numbered(text_or_none(host, file) or "" if file else ""):
        found = pattern.match(line)
        if found and not line.lstrip().startswith("#"):
            name = found[1].lower()
            text = (found[2] if found[2] is not None else found[3]) if login else found[2].strip()
            settings[name] = Setting(_value(name, text), file or "", number)
    return fact_of(settings, source=file or paths[0])


def _value(name: str, text: str) -> int | str:
    """A mode such as UMASK keeps its leading zero and stays text."""
    return int(text) if re.fullmatch(r"-?(0|[1-9][0-9]{0,14})", text) and "mask" not in name else text
