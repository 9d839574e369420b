"""Rules as `nft -j list ruleset` prints them (libnftables-json(5))."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from agent.looking.looked import UnreadableError
from agent.probes.firewall.ruleset import ACCEPT, DROP, GOTO, JUMP, REJECT, RETURN, Chain, Match, Rule, Table
from shieldwall.checks.outcome import Reason

FAMILIES: Final = {"ip": ("ipv4",), "ip6": ("ipv6",), "inet": ("ipv4", "ipv6")}
"""bridge, arp and netdev do not filter what comes to this host's own sockets by address family."""
META: Final = {
    "iifname": "interface", "iif": "interface", "l4proto": "protocol", "nfproto": "family",
}  # fmt: skip
FIELDS: Final = {
    "protocol": "protocol", "nexthdr": "protocol", "dport": "port", "saddr": "peer", "daddr": "peer",
}  # fmt: skip
ENDS: Final = {"accept": ACCEPT, "drop": DROP, "reject": REJECT, "return": RETURN}
XT_ENDS: Final = {"ACCEPT": ACCEPT, "DROP": DROP, "REJECT": REJECT, "RETURN": RETURN}
SILENT: Final = frozenset({"counter", "log", "comment", "mangle", "notrack", "ct helper", "set"})
"""Statements that neither match nor decide."""


def parse(text: str) -> list[Table]:
    """Raises UnreadableError (parse) when it is not what nft prints."""
    try:
        items = json.loads(text)["nftables"]
        chains: dict[tuple[str, str], dict[str, Any]] = {}
        rules: dict[tuple[str, str, str], list[Rule]] = {}
        for item in items:
            if "chain" in item:
                chain = item["chain"]
                chains.setdefault((chain["family"], chain["table"]), {})[chain["name"]] = chain
            elif "rule" in item:
                rule = item["rule"]
                place = (rule["family"], rule["table"], rule["chain"])
                rules.setdefault(place, []).extend(_rules(rule["expr"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableError(Reason.PARSE, f"nft printed something else than a ruleset: {error}") from error
    return [
        Table(name, FAMILIES[family], {n: _chain(c, rules.get((family, name, n), [])) for n, c in members.items()})
        for (family, name), members in chains.items()
        if family in FAMILIES
    ]


def _chain(chain: dict[str, Any], rules: list[Rule]) -> Chain:
    is_input = chain.get("hook") == "input" and chain.get("type") == "filter"
    return Chain(chain["name"], tuple(rules), is_input, chain.get("policy", ACCEPT))


def _rules(statements: list[dict[str, Any]]) -> Iterator[Rule]:
    """One rule; a verdict map gives one for each of its entries."""
    matches: list[Match] = []
    for statement in statements:
        ((name, body),) = statement.items()
        if name == "match":
            matches.append(_match(body["left"], body["right"], body["op"]))
        elif name == "vmap":
            data = body["data"]
            for value, verdict in data["set"] if isinstance(data, dict) else []:
                yield _ended([*matches, _match(body["key"], value, "==")], verdict)
        elif name == "xt":
            if body.get("type") == "target":
                yield Rule(tuple(matches), XT_ENDS.get(body.get("name", ""), ""))
            else:
                matches.append(Match("other", ()))
        elif name in ENDS or name in (JUMP, GOTO):
            yield _ended(matches, statement)
        elif name not in SILENT:
            matches.append(Match("other", ()))
    yield Rule(tuple(matches), "")


def _ended(matches: list[Match], verdict: dict[str, Any]) -> Rule:
    ((name, body),) = verdict.items()
    if name in (JUMP, GOTO):
        return Rule(tuple(matches), name, body["target"])
    return Rule(tuple(matches), ENDS.get(name, ""))


def _match(left: Any, right: Any, op: str) -> Match:
    kind = "other"
    if isinstance(left, dict):
        if "meta" in left:
            kind = META.get(left["meta"].get("key", ""), "other")
        elif "ct" in left:
            kind = "state" if left["ct"].get("key") == "state" else "other"
        elif "payload" in left:
            kind = FIELDS.get(left["payload"].get("field", ""), "other")
    return Match(kind, tuple(_values(right)), op == "!=")


def _values(right: Any) -> Iterator[str]:
    if isinstance(right, list):
        for value in right:
            yield from _values(value)
    elif isinstance(right, dict):
        if "set" in right:
            yield from _values(right["set"])
        elif "range" in right:
            yield "-".join(str(end) for end in right["range"])
        elif "prefix" in right:
            yield f"{right['prefix']['addr']}/{right['prefix']['len']}"
        elif "elem" in right:
            yield from _values(right["elem"].get("val"))
    elif right is not None:
        yield str(right)
