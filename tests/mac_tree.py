"""A Mac in a folder, from documented values: what `scan --root` finds on a clone of a disk. Lists are written binary.

Sources of the values: Apple's manual pages and configuration profile reference; nothing here comes from a real Mac.
"""

from __future__ import annotations

import hashlib
import os
import plistlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from planted import NOW, planted

from agent.looking.host import Host

PREFERENCES = "/Library/Preferences"
MANAGED = "/Library/Managed Preferences"
USERS = "/private/var/db/dslocal/nodes/Default/users"
GROUPS = "/private/var/db/dslocal/nodes/Default/groups"
XPROTECT = "/Library/Apple/System/Library/CoreServices/XProtect.bundle/Contents/Info.plist"
OVERRIDES = "/private/var/db/com.apple.xpc.launchd/disabled.plist"
SSHD = "/System/Library/LaunchDaemons/ssh.plist"
ANN, BEN = "11111111-0000-4000-8000-000000000501", "11111111-0000-4000-8000-000000000502"
LINKS = {"/etc": "private/etc", "/var": "private/var", "/tmp": "private/tmp"}


@dataclass(frozen=True)
class Language:
    """What people of one language would have typed or see; none of it may change a verdict."""

    everyday: str
    keeper: str
    administrators: str
    volume: str
    update: str


LANGUAGES = {
    "en": Language("Ann Smith", "IT Keeper", "Administrators", "Backup disk", "macOS Sequoia 15.7.3"),
    "de": Language("Änne Müller", "Verwaltung", "Administratoren", "Sicherung Büro", "macOS Sequoia 15.7.3"),
    "fr": Language("Hélène Lefèvre", "Gestion d’accès", "Administrateurs", "Sauvegarde", "macOS Sequoia 15.7.3"),
    "pl": Language("Łucja Żółć", "Zarządzanie", "Administratorzy", "Kopia zapasowa", "macOS Sequoia 15.7.3"),
}


def ago(**span: float) -> datetime:
    """A time before the moment of the scan, as property lists hold it."""
    return (NOW - timedelta(**span)).replace(tzinfo=None)


def shadow(password: str, rounds: int = 1_000) -> list[bytes]:
    salt = b"0123456789abcdef0123456789abcdef"
    entropy = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 128)
    inner = {"SALTED-SHA512-PBKDF2": {"entropy": entropy, "salt": salt, "iterations": rounds}}
    return [plistlib.dumps(inner, fmt=plistlib.FMT_BINARY)]


def person(name: str, uid: int, real: str, identifier: str, password: str = "a long sentence") -> dict[str, Any]:
    return {
        "name": [name], "realname": [real], "uid": [str(uid)], "gid": ["20"], "home": [f"/Users/{name}"],
        "shell": ["/bin/zsh"], "passwd": ["********"], "generateduid": [identifier],
        "authentication_authority": [";ShadowHash;HASHLIST:<SALTED-SHA512-PBKDF2>", ";SecureToken;"],
        "ShadowHashData": shadow(password),
    }  # fmt: skip


def service_account(name: str, uid: int, shell: str = "/usr/bin/false") -> dict[str, Any]:
    return {"name": [name], "uid": [str(uid)], "gid": [str(uid)], "home": ["/var/empty"], "shell": [shell],
            "passwd": ["*"], "generateduid": [f"FFFFEEEE-0000-4000-8000-{uid % 10**12:012}"]}  # fmt: skip


@dataclass
class Mac:
    """Path -> property list or bytes; change `lists` before `plant`."""

    lists: dict[str, Any] = field(default_factory=dict)

    def prefs(self, domain: str) -> dict[str, Any]:
        found: dict[str, Any] = self.lists[f"{PREFERENCES}/{domain}.plist"]
        return found

    def force(self, domain: str, values: Mapping[str, Any]) -> None:
        self.lists[f"{MANAGED}/{domain}.plist"] = dict(values)

    def plant(self, root: Path) -> Host:
        files = {
            path: content if isinstance(content, bytes) else plistlib.dumps(content, fmt=plistlib.FMT_BINARY)
            for path, content in self.lists.items()
        }
        host = planted(root, files, {} if (root / "etc").is_symlink() else LINKS)
        if XPROTECT in self.lists:
            changed = (NOW - timedelta(days=20)).timestamp()
            os.utime(root / XPROTECT.lstrip("/"), (changed, changed))
        return host


def good(language: str = "en", version: str = "15.7.3") -> Mac:
    """A Mac as a careful firm keeps it; the everyday user is no administrator."""
    words = LANGUAGES[language]
    return Mac(
        {
            "/System/Library/CoreServices/SystemVersion.plist": {
                "ProductName": "macOS", "ProductVersion": version, "ProductBuildVersion": "24G419",
            },
            f"{PREFERENCES}/SystemConfiguration/preferences.plist": {
                "System": {"System": {"ComputerName": f"MacBook – {words.everyday}"}},
            },
            f"{PREFERENCES}/com.apple.alf.plist": {"globalstate": 1, "stealthenabled": 1, "applications": []},
            f"{PREFERENCES}/com.apple.SoftwareUpdate.plist": {
                "AutomaticCheckEnabled": True, "AutomaticDownload": True, "AutomaticallyInstallMacOSUpdates": True,
                "ConfigDataInstall": True, "CriticalUpdateInstall": True, "LastSuccessfulDate": ago(hours=9),
                "LastBackgroundSuccessfulDate": ago(hours=3), "LastRecommendedUpdatesAvailable": 0,
                "RecommendedUpdates": [],
            },
            f"{PREFERENCES}/com.apple.loginwindow.plist": {"GuestEnabled": False, "SHOWFULLNAME": True},
            f"{PREFERENCES}/com.apple.TimeMachine.plist": {
                "AutoBackup": True,
                "Destinations": [
                    {"DestinationID": "D", "LastKnownVolumeName": words.volume, "SnapshotDates": [ago(days=3), ago(days=1)],
                     "LastKnownEncryptionState": "Encrypted"},
                ],
            },
            f"{MANAGED}/com.google.Chrome.plist": {"ExtensionInstallBlocklist": ["*"], "PasswordManagerEnabled": False},
            f"{MANAGED}/com.apple.mobiledevice.passwordpolicy.plist": {"minLength": 12, "maxFailedAttempts": 5},
            f"{MANAGED}/com.apple.security.firewall.plist": {"EnableFirewall": True, "EnableStealthMode": True},
            f"{MANAGED}/com.apple.screensaver.plist": {"askForPassword": True, "askForPasswordDelay": 5, "idleTime": 600},
            "/private/var/db/SystemPolicyConfiguration/SystemPolicy-prefs.plist": {"enabled": "yes"},
            "/private/var/db/timed/Library/Preferences/com.apple.timed.plist": {"TMAutomaticTimeOnlyEnabled": True},
            XPROTECT: {"CFBundleShortVersionString": "5287"},
            SSHD: {"Label": "com.openssh.sshd", "Disabled": True, "Program": "/usr/libexec/sshd-keygen-wrapper"},
            "/System/Library/LaunchDaemons/com.apple.screensharing.plist": {
                "Label": "com.apple.screensharing", "Disabled": True,
            },
            OVERRIDES: {"com.openssh.sshd": True, "com.apple.screensharing": True},
            f"{USERS}/root.plist": service_account("root", 0, "/bin/sh"),
            f"{USERS}/daemon.plist": service_account("daemon", 1),
            f"{USERS}/_spotlight.plist": service_account("_spotlight", 89),
            f"{USERS}/ann.plist": person("ann", 501, words.everyday, ANN),
            f"{USERS}/keeper.plist": person("keeper", 502, words.keeper, BEN),
            f"{GROUPS}/admin.plist": {
                "name": ["admin"], "gid": ["80"], "realname": [words.administrators], "users": ["root", "keeper"],
                "groupmembers": [BEN],
            },
            f"{GROUPS}/wheel.plist": {"name": ["wheel"], "gid": ["0"], "users": ["root"]},
            f"{GROUPS}/staff.plist": {"name": ["staff"], "gid": ["20"], "users": ["root"]},
            "/private/etc/sudoers": b"root ALL = (ALL) ALL\n%admin ALL = (ALL) ALL\n",
            "/private/etc/ssh/sshd_config": b"#PermitRootLogin prohibit-password\nUsePAM yes\n",
            "/Applications/Google Chrome.app/Contents/Info.plist": {
                "CFBundleIdentifier": "com.google.Chrome", "CFBundleShortVersionString": "142.0.7444.60",
            },
        }
    )  # fmt: skip


def bad(language: str = "en") -> Mac:
    """The same Mac after a year without care."""
    words, mac = LANGUAGES[language], good(language, "12.7.6")
    for domain in ("com.apple.security.firewall", "com.google.Chrome", "com.apple.mobiledevice.passwordpolicy"):
        del mac.lists[f"{MANAGED}/{domain}.plist"]
    mac.prefs("com.apple.alf")["globalstate"] = 0
    mac.prefs("com.apple.loginwindow").update(GuestEnabled=True, autoLoginUser="ann")
    mac.prefs("com.apple.SoftwareUpdate").update(
        AutomaticallyInstallMacOSUpdates=False,
        LastSuccessfulDate=ago(days=60),
        LastBackgroundSuccessfulDate=ago(days=60),
        LastRecommendedUpdatesAvailable=1,
        RecommendedUpdates=[{"Product Key": "MSU_UPDATE_21H9_patch_12.7.7_minor", "Display Name": words.update}],
        FirstOfferDateDictionary={"MSU_UPDATE_21H9_patch_12.7.7_minor": ago(days=80)},
    )
    mac.lists[f"{PREFERENCES}/com.apple.TimeMachine.plist"] = {"AutoBackup": False, "Destinations": []}
    mac.lists[f"{MANAGED}/com.apple.screensaver.plist"] = {"askForPassword": False, "idleTime": 0}
    mac.lists["/private/var/db/SystemPolicyConfiguration/SystemPolicy-prefs.plist"] = {"enabled": "no"}
    mac.lists["/private/var/db/timed/Library/Preferences/com.apple.timed.plist"] = {"TMAutomaticTimeOnlyEnabled": False}
    mac.lists[OVERRIDES] = {"com.openssh.sshd": False, "com.apple.screensharing": False}
    mac.lists[f"{USERS}/ann.plist"] = person("ann", 501, words.everyday, ANN, password="")
    mac.lists[f"{USERS}/toor.plist"] = person("toor", 0, "Toor", "11111111-0000-4000-8000-000000000503")
    group = mac.lists[f"{GROUPS}/admin.plist"]
    group["users"], group["groupmembers"] = ["root"], [ANN, BEN]
    mac.lists["/private/etc/sudoers"] = b"root ALL = (ALL) ALL\n%admin ALL = (ALL) NOPASSWD: ALL\n"
    mac.lists["/private/etc/ssh/sshd_config"] = b"PermitRootLogin yes\nPermitEmptyPasswords yes\n"
    return mac
