from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planted import planted

from agent.probes.firewall import collect, iptables, nft_text
from agent.probes.firewall.ruleset import default, filters
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

KEY = FactKey.of("firewall", {})
WANTS = "/etc/systemd/system/multi-user.target.wants"


def enabled(*units: str) -> dict[str, str]:
    return {f"{WANTS}/{unit}.service": f"/lib/systemd/system/{unit}.service" for unit in (*units, "cron")}


def look(root: Path, files: dict[str, str | bytes], *units: str) -> Any:
    return collect([KEY], planted(root, files, enabled(*units)))[KEY].value


UFW = {
    "/etc/ufw/ufw.conf": "# ENABLED=no\nENABLED=yes\nLOGLEVEL=low\n",
    "/etc/default/ufw": 'IPV6=yes\nDEFAULT_INPUT_POLICY="DROP"\n',
    "/etc/ufw/user.rules": "*filter\n### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n",
}
ALL_IN = "### tuple ### allow any any 0.0.0.0/0 any 0.0.0.0/0 in\n"


def test_ufw(tmp_path: Path) -> None:
    assert look(tmp_path, UFW, "ufw") == {
        "active": True, "tool": "ufw", "inbound": "drop", "inbound6": "drop", "any_any": False, "rules": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "units", "member", "expected"),
    [
        ({"/etc/ufw/ufw.conf": "ENABLED=no\n"}, ["ufw"], "active", False),
        ({}, [], "active", False),
        ({"/etc/default/ufw": 'DEFAULT_INPUT_POLICY="ACCEPT"\n'}, ["ufw"], "inbound", "accept"),
        ({"/etc/default/ufw": 'DEFAULT_INPUT_POLICY="REJECT"\nIPV6=no'}, ["ufw"], "inbound6", "drop"),
        ({"/etc/ufw/user.rules": ALL_IN}, ["ufw"], "any_any", True),
        ({"/etc/ufw/user.rules": ALL_IN}, ["ufw"], "inbound", "accept"),
        ({"/etc/ufw/user.rules": ALL_IN.replace(" in\n", " in_lo\n")}, ["ufw"], "any_any", False),
        ({"/etc/ufw/user.rules": ALL_IN.replace("allow", "limit")}, ["ufw"], "any_any", False),
        ({"/etc/ufw/user6.rules": ALL_IN.replace("0.0.0.0/0", "::/0")}, ["ufw"], "inbound6", "accept"),
    ],
)
def test_ufw_variants(
    tmp_path: Path, change: dict[str, str | bytes], units: list[str], member: str, expected: object
) -> None:
    assert look(tmp_path, {**UFW, **change}, *units)[member] == expected


@pytest.mark.parametrize(
    ("files", "inbound"),
    [
        ({}, "reject"),
        ({"/etc/firewalld/firewalld.conf": "DefaultZone=trusted\n"}, "accept"),
        ({"/etc/firewalld/firewalld.conf": "DefaultZone=home\n", "/etc/firewalld/zones/home.xml": '<zone target="DROP"/>'}, "drop"),
        ({"/usr/lib/firewalld/zones/public.xml": "<zone><service name='ssh'/></zone>"}, "reject"),
        ({"/etc/firewalld/zones/public.xml": '<zone target="ACCEPT"/>'}, "accept"),
    ],
)  # fmt: skip
def test_firewalld(tmp_path: Path, files: dict[str, str | bytes], inbound: str) -> None:
    value = look(tmp_path, files, "firewalld")
    assert (value["tool"], value["inbound"], value["any_any"]) == ("firewalld", inbound, inbound == "accept")


def test_a_broken_zone_is_unknown(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/etc/firewalld/zones/public.xml": "<zone"}, enabled("firewalld"))
    assert collect([KEY], host)[KEY].reason is Reason.PARSE


NFT = """#!/usr/sbin/nft -f
flush ruleset
define outside = "eth0"
include "/etc/nftables.d/*.nft"
table inet filter {
    set peers { type ipv4_addr; elements = { 192.0.2.1, 192.0.2.2 } }
    chain input {   # comment with } brace
        type filter hook input priority filter; policy drop;
        iif "lo" accept
        ct state { established, related } accept
        iifname $outside tcp dport { 22, 443 } accept comment "web; and ssh"
        ip saddr @peers accept
        limit rate 5/second accept
    }
    chain forward { type filter hook forward priority 0; }
}
"""


def test_nftables(tmp_path: Path) -> None:
    value = look(tmp_path, {"/etc/nftables.conf": NFT}, "nftables")
    assert (value["active"], value["inbound"], value["inbound6"], value["any_any"]) == (True, "drop", "drop", False)


@pytest.mark.parametrize(
    ("files", "units", "expected"),
    [
        ({"/etc/nftables.conf": NFT}, [], (False, "accept")),
        ({"/etc/nftables.conf": NFT.replace("policy drop", "policy accept")}, ["nftables"], (True, "accept")),
        ({"/etc/nftables.conf": NFT.replace("@peers ", "0.0.0.0/0 ")}, ["nftables"], (True, "accept")),
        ({"/etc/nftables.conf": "flush ruleset\ntable inet f {\n chain i {\n type filter hook input priority 0;\n }\n}\n"},
         ["nftables"], (False, "accept")),
        ({"/etc/nftables.conf": 'include "/etc/n.d/*.nft"\n', "/etc/n.d/a.nft": NFT}, ["nftables"], (True, "drop")),
    ],
)  # fmt: skip
def test_nftables_variants(
    tmp_path: Path, files: dict[str, str | bytes], units: list[str], expected: tuple[bool, str]
) -> None:
    value = look(tmp_path, files, *units)
    assert (value["active"], value["inbound"]) == expected


def test_a_file_that_includes_itself_is_no_firewall(tmp_path: Path) -> None:
    """nft refuses it, so what it says is not in force."""
    assert look(tmp_path, {"/etc/nftables.conf": 'include "/etc/nftables.conf"\n' + NFT}, "nftables") is None


SAVED = """# Generated
*nat
:INPUT ACCEPT [0:0]
-A INPUT -j ACCEPT
COMMIT
*filter
:INPUT DROP [12:340]
:FORWARD DROP [0:0]
:OUTPUT ACCEPT [0:0]
:extra - [0:0]
-A INPUT -i lo -j ACCEPT
-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
[5:300] -A INPUT -p tcp -m tcp --dport 22 -m comment --comment "let ssh in" -j ACCEPT
-A INPUT -s 192.0.2.0/24 -j ACCEPT
-A INPUT -j LOG --log-prefix "in: "
-A INPUT -j extra
-A extra -p udp -m udp --dport 53 -j ACCEPT
COMMIT
"""


@pytest.mark.parametrize(
    ("text", "verdict", "explicit"),
    [
        (SAVED, "drop", False),
        (SAVED.replace(":INPUT DROP", ":INPUT ACCEPT"), "accept", False),
        (SAVED.replace(":INPUT DROP", ":INPUT ACCEPT") + "-A INPUT -j DROP\n", "accept", False),
        (
            SAVED.replace(":INPUT DROP", ":INPUT ACCEPT").replace("COMMIT\n", "", 2) + "-A INPUT -j DROP\n",
            "drop",
            False,
        ),
        (SAVED.replace("-j extra", "-j REJECT --reject-with icmp-port-unreachable"), "reject", False),
        (SAVED.replace("-p udp -m udp --dport 53 ", ""), "accept", True),
        (SAVED.replace("-p udp -m udp --dport 53 ", "-p tcp "), "accept", True),
        (SAVED.replace("-i lo", "! -i lo"), "accept", True),
        (SAVED.replace("RELATED,ESTABLISHED", "NEW,ESTABLISHED"), "accept", True),
        (SAVED.replace("192.0.2.0/24", "0.0.0.0/0"), "accept", True),
        (SAVED.replace("-s 192.0.2.0/24", "-p tcp --dport 1:65535"), "accept", True),
        (SAVED.replace("-j extra", "-m limit --limit 3/sec -j ACCEPT"), "drop", False),
    ],
)
def test_saved_rules_of_iptables(text: str, verdict: str, explicit: bool) -> None:
    tables = iptables.parse(text, "ipv4")
    answer = default(tables, "ipv4", ())
    assert (answer.verdict, answer.explicit) == (verdict, explicit)
    assert filters(tables, "ipv4") and not filters(tables, "ipv6")


def test_rules_saved_for_the_next_start(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"/etc/iptables/rules.v4": SAVED}
    value = look(tmp_path, files, "netfilter-persistent")
    assert (value["tool"], value["inbound"], value["inbound6"], value["rules"]) == ("iptables", "drop", "accept", 7)


@given(st.text(alphabet="{};\n tablechin ip@drop-Aj!\"'", max_size=120))
def test_no_text_makes_a_reader_raise(text: str) -> None:
    default(nft_text.parse("table ip f {\nchain i {\n" + text), "ipv4", ())
    default(iptables.parse("*filter\n" + text, "ipv4"), "ipv4", ())
