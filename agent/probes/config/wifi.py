"""How the Wi-Fi networks this host knows are protected, from NetworkManager, wpa_supplicant and iwd.

Value: {networks: [{security: open | owe | wep | wpa | wpa2 | wpa3 | enterprise, tkip}]}. The files hold
passphrases; neither these nor the names of networks are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError
from agent.probes.config.base import numbered
from shieldwall.checks.fact import Fact, FactKey

NETWORK_MANAGER: Final = (
    "/etc/NetworkManager/system-connections/*", "/run/NetworkManager/system-connections/*",
    "/usr/lib/NetworkManager/system-connections/*",
)  # fmt: skip
WPA_SUPPLICANT: Final = "/etc/wpa_supplicant/*.conf"
IWD: Final = "/var/lib/iwd/*"
NETWORK: Final = re.compile(r"network\s*=\s*\{([^}]*)\}", re.DOTALL)


def read(key: FactKey, host: Host) -> Fact:
    """Raises AbsentError when no Wi-Fi network is set up here, UnreadableError when that cannot be seen."""
    found = [*_network_manager(host), *_wpa_supplicant(host), *_iwd(host)]
    if not found:
        raise AbsentError(NETWORK_MANAGER[0])
    networks = [network for _, network in found]
    return Fact.known(
        {"networks": networks}, source="NetworkManager, wpa_supplicant, iwd",
        origins={f"networks.{at}": place for at, (place, _) in enumerate(found)},
    )  # fmt: skip


def _network_manager(host: Host) -> Iterator[tuple[str, dict[str, Any]]]:
    for pattern in NETWORK_MANAGER:
        for at, path in enumerate(host.glob(pattern)):
            sections = _sections(host.text(path))
            if sections.get("connection", {}).get("type") not in ("wifi", "802-11-wireless"):
                continue
            security = sections.get("wifi-security", sections.get("802-11-wireless-security"))
            folder = path.rpartition("/")[0]  # the file is named after the network
            yield f"{folder}#{at}", _network(security)


def _network(security: dict[str, str] | None) -> dict[str, Any]:
    if security is None:
        return {"security": "open", "tkip": False}
    management = security.get("key-mgmt", "none")
    old = "rsn" not in security.get("proto", "rsn")
    word = {
        "none": "wep", "ieee8021x": "wep", "owe": "owe", "sae": "wpa3", "wpa-psk": "wpa" if old else "wpa2",
        "wpa-eap": "enterprise", "wpa-eap-suite-b-192": "enterprise",
    }.get(management, "open")  # fmt: skip
    return {"security": word, "tkip": "tkip" in security.get("pairwise", "")}


def _wpa_supplicant(host: Host) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in host.glob(WPA_SUPPLICANT):
        text = "\n".join(line for _, line in numbered(host.text(path)) if not line.lstrip().startswith("#"))
        for match in NETWORK.finditer(text):
            pairs = dict(re.findall(r"^\s*(\w+)\s*=\s*(.+?)\s*$", match[1], re.MULTILINE))
            management = pairs.get("key_mgmt", "WPA-PSK WPA-EAP").upper().split()
            old = pairs.get("proto", "RSN").upper().split() == ["WPA"]
            word = "open"
            if "NONE" in management:
                word = "wep" if any(name.startswith("wep_key") for name in pairs) else "open"
            elif {"WPA-EAP", "WPA-EAP-SHA256", "WPA-EAP-SUITE-B-192"} & set(management) and "psk" not in pairs:
                word = "enterprise"
            elif management == ["SAE"]:
                word = "wpa3"
            elif management == ["OWE"]:
                word = "owe"
            elif any("PSK" in name or name == "SAE" for name in management):
                word = "wpa" if old else "wpa2"
            yield path, {"security": word, "tkip": "TKIP" in pairs.get("pairwise", "").upper()}


def _iwd(host: Host) -> Iterator[tuple[str, dict[str, Any]]]:
    words = {"psk": "wpa2", "open": "open", "8021x": "enterprise"}
    for path in host.glob(IWD):
        word = words.get(path.rpartition(".")[2])
        if word:
            yield "/var/lib/iwd", {"security": word, "tkip": False}


def _sections(text: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    section = ""
    for _, line in numbered(text):
        line = line.strip()
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1].lower()
            found.setdefault(section, {})
        elif "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            if "psk" not in name and "password" not in name and "wep-key" not in name:
                found.setdefault(section, {})[name.strip().lower()] = value.strip().lower()
    return found
