from __future__ import annotations

from pathlib import Path

import pytest
from planted import planted

from agent.probes.config import collect
from shieldwall.checks.fact import FactKey

KEY = FactKey.of("config", {"app": "wifi"})
FOLDER = "/etc/NetworkManager/system-connections"
CONNECTION = "[connection]\nid=Firm\ntype=wifi\n[wifi]\nssid=Firm\n"


@pytest.mark.parametrize(
    ("security", "word", "tkip"),
    [
        ("", "open", False),
        ("[wifi-security]\nkey-mgmt=wpa-psk\npsk=hunter2\n", "wpa2", False),
        ("[wifi-security]\nkey-mgmt=sae\npsk=hunter2\n", "wpa3", False),
        ("[wifi-security]\nkey-mgmt=wpa-psk\nproto=wpa;\npairwise=tkip;\n", "wpa", True),
        ("[wifi-security]\nkey-mgmt=none\nwep-key0=hunter2\n", "wep", False),
        ("[wifi-security]\nkey-mgmt=wpa-eap\n[802-1x]\npassword=hunter2\n", "enterprise", False),
        ("[wifi-security]\nkey-mgmt=owe\n", "owe", False),
    ],
)
def test_networks_of_networkmanager(tmp_path: Path, security: str, word: str, tkip: bool) -> None:
    host = planted(
        tmp_path,
        {f"{FOLDER}/Firm.nmconnection": CONNECTION + security, f"{FOLDER}/lan": "[connection]\ntype=ethernet\n"},
    )
    fact = collect([KEY], host)[KEY]
    assert fact.value == {"networks": [{"security": word, "tkip": tkip}]}
    shown = str(fact.to_json())
    assert "hunter2" not in shown and "Firm" not in shown


@pytest.mark.parametrize(
    ("block", "word"),
    [
        ('ssid="Firm"\npsk="hunter2"', "wpa2"),
        ('ssid="Firm"\nkey_mgmt=NONE', "open"),
        ('ssid="Firm"\nkey_mgmt=NONE\nwep_key0="hunter2"', "wep"),
        ('ssid="Firm"\nkey_mgmt=SAE\nsae_password="hunter2"', "wpa3"),
        ('ssid="Firm"\nkey_mgmt=WPA-PSK\nproto=WPA\npsk="hunter2"', "wpa"),
        ('ssid="Firm"\nkey_mgmt=WPA-EAP\npassword="hunter2"', "enterprise"),
        ('ssid="Firm"\nkey_mgmt=OWE', "owe"),
    ],
)
def test_networks_of_wpa_supplicant(tmp_path: Path, block: str, word: str) -> None:
    text = f"ctrl_interface=/run\n#network={{\n#key_mgmt=NONE\n#}}\nnetwork={{\n{block}\n}}\n"
    fact = collect([KEY], planted(tmp_path, {"/etc/wpa_supplicant/wpa_supplicant.conf": text}))[KEY]
    assert [n["security"] for n in fact.value["networks"]] == [word]
    assert "hunter2" not in str(fact.to_json())


def test_networks_of_iwd_and_none(tmp_path: Path) -> None:
    host = planted(
        tmp_path / "a", {"/var/lib/iwd/Firm.psk": "x", "/var/lib/iwd/Cafe.open": "", "/var/lib/iwd/.known": ""}
    )
    assert sorted(n["security"] for n in collect([KEY], host)[KEY].value["networks"]) == ["open", "wpa2"]
    assert collect([KEY], planted(tmp_path / "b", {"/etc/x": ""}))[KEY].missing
