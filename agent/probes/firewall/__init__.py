"""What becomes of a new connection from outside: the packet filter's effective default.

Live, what the kernel filters with now; on a mounted tree, what is set up to be loaded.
Value: {active, tool, inbound: accept | drop | reject, inbound6: the same or off, any_any, rules}.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError, looked
from agent.probes.firewall import iptables, nft_json, persistent
from agent.probes.firewall.persistent import Firewall, of_tables
from agent.probes.firewall.ruleset import Table
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

OFF = "off"


def collect(keys: Sequence[FactKey], host: Host) -> Mapping[FactKey, Fact]:
    fact = looked(lambda: _look(host))
    return dict.fromkeys(keys, fact)


def _look(host: Host) -> Fact:
    found = _live(host) if host.live else persistent.read(host)
    value = {
        "active": found.active,
        "tool": found.tool,
        "inbound": found.inbound.verdict,
        "inbound6": OFF if _no_ipv6(host) else found.inbound6.verdict,
        "any_any": found.inbound.explicit or found.inbound6.explicit,
        "rules": found.rules,
    }
    return Fact.known(value, source=found.source)


def _live(host: Host) -> Firewall:
    if not host.elevated:
        raise UnreadableError(Reason.PRIVILEGE, "only root may list packet filter rules; run as root to see them")
    tables, source = _loaded(host)
    return of_tables(tables, _tool(tables, source), _outward(host), source)


def _loaded(host: Host) -> tuple[list[Table], str]:
    """What the kernel filters with. Where neither tool is installed, nothing can have been loaded."""
    tables: list[Table] = []
    source = ""
    try:
        answer = host.run("nft", "-j", "list", "ruleset")
        if answer.status != 0:
            reason = Reason.PRIVILEGE if "not permitted" in answer.errors else Reason.TOOL
            raise UnreadableError(reason, f"nft could not list the rules: {answer.errors.strip()[:200]}")
        tables, source = nft_json.parse(answer.output), "nft"
    except UnreadableError as error:
        if error.reason is not Reason.TOOL or "not installed" not in error.detail:
            raise
    legacy = _legacy(host)
    if source and not legacy:
        return tables, source
    for family, names in (
        ("ipv4", ("iptables-legacy-save", "iptables-save")), ("ipv6", ("ip6tables-legacy-save", "ip6tables-save")),
    ):  # fmt: skip
        for name in names:
            try:
                answer = host.run(name)
            except UnreadableError:
                continue
            if answer.status == 0:
                tables, source = [*tables, *iptables.parse(answer.output, family)], source or "iptables-save"
                break
    if legacy and source != "iptables-save" and not any(t.name == "filter" for t in tables):
        raise UnreadableError(Reason.TOOL, "rules of the older iptables are loaded and iptables-save is not installed")
    return tables, source


def _legacy(host: Host) -> bool:
    """Whether tables of the older iptables are in use."""
    try:
        return any(host.text(f"/proc/net/{name}").strip() for name in ("ip_tables_names", "ip6_tables_names"))
    except (AbsentError, UnreadableError):
        return False


def _tool(tables: Sequence[Table], source: str) -> str:
    if any(table.name == "firewalld" for table in tables):
        return "firewalld"
    if any(name.startswith("ufw") for table in tables for name in table.chains):
        return "ufw"
    return "nftables" if source == "nft" else "iptables"


def _outward(host: Host) -> list[str]:
    """Interfaces with a default route (proc(5): /proc/net/route; destination and mask are zero)."""
    found: set[str] = set()
    try:
        for line in host.text("/proc/net/route").splitlines()[1:]:
            fields = line.split()
            if len(fields) > 7 and fields[1] == fields[7] == "00000000":
                found.add(fields[0])
        for line in host.text("/proc/net/ipv6_route").splitlines():
            fields = line.split()
            if len(fields) == 10 and fields[1] == "00" and fields[9] != "lo":
                found.add(fields[9])
    except (AbsentError, UnreadableError):
        pass
    return sorted(found)


def _no_ipv6(host: Host) -> bool:
    """No interface but loopback speaks IPv6. On a tree that cannot be seen."""
    if not host.live:
        return False
    try:
        return all(line.split()[-1] == "lo" for line in host.text("/proc/net/if_inet6").splitlines() if line.split())
    except AbsentError:
        return True
    except UnreadableError:
        return False
