"""The closed vocabulary of packs: which probes exist and which arguments each takes.

A pack that names anything else is refused when it is loaded, on whichever machine that is; the agent's registry of
probes is tested to cover exactly this table. There is no argument for a command, and there never will be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

APPS: Final = (
    "sshd", "sudoers", "pam", "login.defs", "sysctl.d", "modprobe.d", "systemd", "nginx", "apache", "postfix", "apt",
    "journald", "timesync", "auditd", "logrotate", "cron", "snmpd", "samba", "exports", "grub", "dnf", "rsyslog",
    "docker", "useradd", "pwquality", "faillock", "shell", "gdm", "dconf", "unattended-upgrades",
    "resolved", "coredump", "wifi", "preferences", "screen-lock", "mdm",
)  # fmt: skip
DOMAINS: Final = (
    "com.apple.SoftwareUpdate", "com.apple.loginwindow", "com.apple.alf", "com.apple.security.firewall",
    "com.apple.systempolicy.control", "com.apple.screensaver", "com.apple.applicationaccess", "com.apple.timed",
    "com.apple.mobiledevice.passwordpolicy", "com.apple.RemoteManagement", "com.apple.MCX", "com.google.Chrome",
    "com.microsoft.Edge", "org.mozilla.firefox",
)  # fmt: skip
"""Preferences of macOS a check may ask for; a list, since any program may keep a secret among its own."""
FORMATS: Final = ("ini", "keyvalue", "json", "yaml", "toml", "plist")
WALKS: Final = ("world_writable", "suid", "unowned", "no_sticky", "key_files", "home", "credentials")
DNS_RECORDS: Final = (
    "spf", "dkim", "dmarc", "mx", "mta_sts", "tls_rpt", "dnssec", "caa", "dane", "servers", "dangling", "parked",
    "registration",
)  # fmt: skip
WINDOWS_POLICY: Final = ("password", "lockout", "audit")
ACCOUNT_PARTS: Final = ("users", "groups", "passwords", "ids", "admins", "ssh_keys")


@dataclass(frozen=True, slots=True)
class Argument:
    kind: str
    """text | path | pattern | texts (list of text) | flag | scalar (text, number or flag)"""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbeWords:
    arguments: dict[str, Argument]
    one_of: tuple[tuple[str, ...], ...] = ()
    """Of each group exactly one must be given."""


TEXT: Final = Argument("text")
TEXTS: Final = Argument("texts")
PATH: Final = Argument("path")

PROBES: Final[dict[str, ProbeWords]] = {
    "os": ProbeWords({}),
    "file": ProbeWords({"path": PATH, "glob": PATH}, (("path", "glob"),)),
    "walk": ProbeWords({"find": Argument("text", WALKS)}, (("find",),)),
    "text": ProbeWords(
        {"path": PATH, "glob": PATH, "pattern": Argument("pattern"), "comment": TEXT},
        (("path", "glob"), ("pattern",)),
    ),
    "config": ProbeWords(
        {
            "app": Argument("text", APPS), "file": PATH, "glob": PATH, "format": Argument("text", FORMATS),
            "user": TEXT, "unit": TEXT, "service": TEXT, "domain": Argument("text", DOMAINS),
        },
        (("app", "file", "glob"),),
    ),
    "package": ProbeWords({"name": TEXT, "names": TEXTS}, (("name", "names"),)),
    "updates": ProbeWords({}),
    "service": ProbeWords({"name": TEXT, "names": TEXTS}, (("name", "names"),)),
    "process": ProbeWords({"name": TEXT, "names": TEXTS}, (("name", "names"),)),
    "listen": ProbeWords({}),
    "account": ProbeWords({"part": Argument("text", ACCOUNT_PARTS)}, (("part",),)),
    "kernel": ProbeWords(
        {
            "sysctl": TEXT, "sysctls": TEXTS, "module": TEXT, "modules": TEXTS,
            "boot": Argument("text", ("secure_boot", "cmdline", "loader")),
        },
        (("sysctl", "sysctls", "module", "modules", "boot"),),
    ),
    "mount": ProbeWords({"path": PATH, "all": Argument("flag")}, (("path", "all"),)),
    "disk_encryption": ProbeWords({}),
    "firewall": ProbeWords({}),
    "mandatory_access": ProbeWords({}),
    "audit": ProbeWords({}),
    "time_sync": ProbeWords({}),
    "malware": ProbeWords({}),
    "backup": ProbeWords({}),
    "registry": ProbeWords(
        {
            "key": TEXT, "keys": TEXTS, "value": TEXT, "default": Argument("scalar"),
            "view": Argument("text", ("64", "32")),
        },
        (("key", "keys"),),
    ),
    "winpolicy": ProbeWords({"area": Argument("text", WINDOWS_POLICY)}, (("area",),)),
    "tls": ProbeWords({"service": Argument("text", ("web", "mail"))}, (("service",),)),
    "dns": ProbeWords({"record": Argument("text", DNS_RECORDS)}, (("record",),)),
    "http": ProbeWords({}),
    "netscan": ProbeWords({}),
    "attest": ProbeWords({"question": TEXT}, (("question",),)),
    "local": ProbeWords({"name": TEXT}, (("name",),)),
}  # fmt: skip

PLATFORMS: Final = ("any", "linux", "debian", "rhel", "suse", "windows", "macos")
ROLES: Final = ("workstation", "server")
SCOPES: Final = ("host", "network", "domain", "organisation")
THEMES: Final = (
    "people-organisation", "access", "updates", "device-protection", "systems-network", "backup-recovery",
)  # fmt: skip
FUNDING: Final = (
    "F-BACKUP", "F-CERT", "F-ENDPOINT", "F-IDENTITY", "F-NETWORK", "F-REFRESH", "F-SERVICES", "F-TRAIN",
)  # fmt: skip
"""What money would have to buy before a check can pass: a place for backups, expert advice, protection of devices, a
second factor, network equipment, newer devices, a service that somebody runs, courses."""
