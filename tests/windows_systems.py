"""One Windows 11 in four languages, as trees of hives: what Windows writes by itself, with every name localised.

Names are those that the language editions show; numbers, keys and SIDs are what Microsoft documents for all of them.
`python tests/windows_systems.py` writes the recorded facts anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hive_writer import Typed
from sam_writer import domain, filetime, sam, user
from windows_tree import MACHINE, profile, windows_tree

from agent.looking.host import Host

NOW = datetime(2026, 1, 20, 9, 0, tzinfo=UTC)
"""A week after the second Tuesday of January."""
RECORDED = Path(__file__).parent / "agent" / "probes" / "windows" / "recorded"
SID = "S-1-5-21-" + "-".join(map(str, MACHINE))


@dataclass(frozen=True)
class Words:
    administrators: str
    administrator: str
    guest: str
    person: str
    firewall_rule: str
    program: str
    locale: str


LANGUAGES = {
    "en": Words("Administrators", "Administrator", "Guest", "Ann Smith", "Core Networking - DHCP", "Mozilla Firefox (x64 en-US)", "0409"),
    "de": Words("Administratoren", "Administrator", "Gast", "Jörg Müller", "Kernnetzwerk - DHCP", "Mozilla Firefox (x64 de)", "0407"),
    "fr": Words("Administrateurs", "Administrateur", "Invité", "Zoé Lefèvre", "Réseau de base - DHCP", "Mozilla Firefox (x64 fr)", "040c"),
    "pl": Words("Administratorzy", "Administrator", "Gość", "Łucja Wójcik", "Podstawowe operacje sieciowe - DHCP", "Mozilla Firefox (x64 pl)", "0415"),
}  # fmt: skip


def binary(when: datetime) -> bytes:
    return filetime(when).to_bytes(8, "little")


def software(words: Words) -> dict[str, dict[str, Any]]:
    version, defender = r"Microsoft\Windows\CurrentVersion", r"Microsoft\Windows Defender"
    rollup = r"Component Based Servicing\Packages\Package_for_RollupFix~31bf3856ad364e35~amd64~~26100."
    installed = filetime(NOW - timedelta(days=5))
    old = filetime(NOW - timedelta(days=40))
    return {
        r"Microsoft\Windows NT\CurrentVersion": {
            "CurrentBuild": "26100", "CurrentBuildNumber": "26100", "CurrentMajorVersionNumber": 10,
            "CurrentMinorVersionNumber": 0, "UBR": 4061, "ProductName": "Windows 10 Pro", "DisplayVersion": "24H2",
            "EditionID": "Professional", "InstallationType": "Client",
        },
        rf"{version}\{rollup}4061.1.8": {
            "CurrentState": 0x70, "InstallTimeHigh": installed >> 32, "InstallTimeLow": installed & 0xFFFFFFFF,
        },
        rf"{version}\{rollup}3000.1.2": {
            "CurrentState": 0x70, "InstallTimeHigh": old >> 32, "InstallTimeLow": old & 0xFFFFFFFF,
        },
        rf"{version}\Policies\System": {
            "EnableLUA": 1, "ConsentPromptBehaviorAdmin": 5, "PromptOnSecureDesktop": 1, "legalnoticetext": "",
        },
        rf"{version}\Uninstall\Mozilla Firefox": {"DisplayName": words.program, "DisplayVersion": "147.0"},
        rf"{version}\Uninstall\{{0}}": {"DisplayName": "Hidden", "SystemComponent": 1},
        rf"{defender}": {"DisableAntiSpyware": 0, "PassiveMode": 0},
        rf"{defender}\Features": {"TamperProtection": 5},
        rf"{defender}\Spynet": {"SpyNetReporting": 2, "SubmitSamplesConsent": 1},
        rf"{defender}\Real-Time Protection": {"DisableRealtimeMonitoring": 0},
        rf"{defender}\Signature Updates": {"SignaturesLastUpdated": binary(NOW - timedelta(hours=9))},
        rf"{defender}\Exclusions\Paths": {},
        **profile(f"{SID}-1001", "Person"),
    }  # fmt: skip


def system(words: Words) -> dict[str, dict[str, Any]]:
    control, services = r"ControlSet001\Control", r"ControlSet001\Services"
    rules = rf"{services}\SharedAccess\Parameters\FirewallPolicy"
    starts = {
        "MpsSvc": 2, "WinDefend": 2, "wuauserv": 3, "W32Time": 3, "RemoteRegistry": 4, "Spooler": 2, "WinRM": 3,
        "SSDPSRV": 3, "upnphost": 3, "LanmanServer": 2, "USBSTOR": 3,
    }  # fmt: skip
    rule = (
        "v2.33|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=68|App=%SystemRoot%\\system32\\svchost.exe|Svc=dhcp|"
    )
    return {
        **{rf"{services}\{name}": {"Start": start, "Type": 0x20, "DisplayName": "@%SystemRoot%"} for name, start in starts.items()},
        rf"{control}\ProductOptions": {"ProductType": "WinNT"},
        rf"{control}\ComputerName\ComputerName": {"ComputerName": "PC-01"},
        rf"{control}\Nls\Language": {"InstallLanguage": words.locale},
        rf"{control}\Lsa": {"LimitBlankPasswordUse": 1, "NoLMHash": 1, "RunAsPPL": 2, "RunAsPPLBoot": 2},
        rf"{control}\SecureBoot\State": {"UEFISecureBootEnabled": 1},
        rf"{control}\Terminal Server": {"fDenyTSConnections": 1},
        rf"{control}\Terminal Server\WinStations\RDP-Tcp": {"UserAuthentication": 1, "SecurityLayer": 2},
        rf"{services}\W32Time\Parameters": {"Type": "NTP", "NtpServer": "time.windows.com,0x9"},
        rf"{services}\LanmanServer\Parameters": {"SMB1": 0, "RequireSecuritySignature": 1},
        rf"{services}\LanmanWorkstation\Parameters": {"RequireSecuritySignature": 1},
        rf"{services}\NetBT\Parameters\Interfaces\Tcpip_{{1}}": {"NetbiosOptions": 0},
        **{rf"{rules}\{name}Profile": {"EnableFirewall": 1} for name in ("Domain", "Standard", "Public")},
        rf"{rules}\FirewallRules": {"CoreNet-DHCP-In": f"{rule}Name={words.firewall_rule}|"},
        r"HardwareConfig\Current": {"EnclosureType": 10},
    }  # fmt: skip


def accounts(words: Words) -> dict[str, dict[str, Any]]:
    recent = NOW - timedelta(days=1)
    users = {
        500: user(500, words.administrator, disabled=True, full=""),
        501: user(501, words.guest, disabled=True, empty=True),
        503: user(503, "DefaultAccount", disabled=True, empty=True),
        504: user(504, "WDAGUtilityAccount", disabled=True),
        1001: user(1001, words.person, last=recent, changed=NOW - timedelta(days=300)),
        1002: user(1002, "IT", last=recent, changed=NOW - timedelta(days=300)),
    }
    return sam(
        domain(length=12, history=0, max_days=None, threshold=10),
        users,
        [f"{SID}-500", f"{SID}-1002"],
        words.administrators,
    )


PERSON: dict[str, dict[str, Any]] = {
    r"Control Panel\Desktop": {"ScreenSaveTimeOut": "600", "ScreenSaverIsSecure": "1", "ScreenSaveActive": "1"},
    r"Software\Microsoft\Windows\CurrentVersion\Explorer\Advanced": {"HideFileExt": 0},
}


def windows(
    root: Path, language: str = "en", *, change: Mapping[str, Mapping[str, Mapping[str, Any] | None]] | None = None
) -> Host:
    """The tree. change   hive -> key -> values over (or, None, instead of) what the system has there"""
    words = LANGUAGES[language]
    hives: dict[str, dict[str, dict[str, Any]]] = {
        "SYSTEM": system(words), "SOFTWARE": software(words), "SAM": accounts(words), "Person": dict(PERSON),
    }  # fmt: skip
    for name, keys in (change or {}).items():
        for key, values in keys.items():
            hives.setdefault(name, {})
            if values is None:
                hives[name].pop(key, None)
            else:
                hives[name][key] = {**hives[name].get(key, {}), **values}
    return Host(root=windows_tree(root, **hives).root, now=NOW)


def recorded(host: Host, policy_name: str = "all") -> bytes:
    """The snapshot of a scan of the whole library."""
    from agent.scan.run import look
    from shieldwall.packs.pack import load_pack
    from shieldwall.packs.policy import load_policy, whole_library

    pack = load_pack()
    policy = whole_library(pack) if policy_name == "all" else load_policy(pack, policy_name)
    return look(policy, host, None, lambda name, done, of: None).encode()


__all__ = ["LANGUAGES", "NOW", "RECORDED", "SID", "Typed", "recorded", "windows"]

if __name__ == "__main__":
    import re
    import tempfile

    RECORDED.mkdir(exist_ok=True)
    for code in LANGUAGES:
        with tempfile.TemporaryDirectory() as folder:
            text = re.sub(rb'"took_ms": [0-9.]+', b'"took_ms": 1.0', recorded(windows(Path(folder), code)))
            (RECORDED / f"{code}.json").write_bytes(text)
