"""Packet filter rules, whichever tool wrote them, and what they do with a new connection from outside.

Evaluation follows nft(8): base chains of the input hook see the packet one after the other, any of them may drop it;
in a chain the first rule that matches and ends decides, else the policy. A match that cannot be told is taken not to
match: rules that let in chosen ports or peers are what a firewall is for, and do not make its default.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

ACCEPT, DROP, REJECT, RETURN = "accept", "drop", "reject", "return"
JUMP, GOTO = "jump", "goto"
DEPTH: Final = 16
"""The kernel's own bound on nested jumps (NFT_JUMP_STACK_SIZE)."""
ANYWHERE: Final = frozenset({"0.0.0.0/0", "::/0", "any", "anywhere"})


@dataclass(frozen=True, slots=True)
class Match:
    kind: str
    """interface | state | protocol | family | port | peer | other"""
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, packet: Packet) -> bool:
        if self.kind == "other":
            return False
        return self._among(packet) is not self.negated

    def _among(self, packet: Packet) -> bool:
        match self.kind:
            case "interface":
                return any(fnmatchcase(packet.interface, value.replace("+", "*")) for value in self.values)
            case "state":
                return "new" in self.values
            case "protocol":
                return bool({"tcp", "6", "all", "ip", "0"} & set(self.values))
            case "family":
                return packet.family in self.values
            case "port":
                return bool({"0-65535", "1-65535"} & set(self.values))
            case "peer":
                return bool(ANYWHERE & set(self.values))
            case _:
                return False


@dataclass(frozen=True, slots=True)
class Rule:
    matches: tuple[Match, ...]
    verdict: str
    """accept | drop | reject | return | jump | goto; empty when the rule decides nothing"""
    target: str = ""
    """Chain of a jump or goto."""


@dataclass(frozen=True, slots=True)
class Chain:
    name: str
    rules: tuple[Rule, ...]
    input: bool = False
    """Called for packets to this host."""
    policy: str = ACCEPT


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    families: tuple[str, ...]
    """ipv4, ipv6"""
    chains: Mapping[str, Chain]


@dataclass(frozen=True, slots=True)
class Packet:
    """The first packet of a TCP connection from anywhere, to a port no rule names."""

    family: str
    interface: str
    """The one it comes in by; empty for one that no rule names."""


@dataclass(frozen=True, slots=True)
class Default:
    """What becomes of a packet that no rule speaks of."""

    verdict: str
    """accept | drop | reject"""
    explicit: bool
    """Accepted by a rule that lets everything in, not by a policy."""


def default(tables: Sequence[Table], family: str, interfaces: Sequence[str]) -> Default:
    """The most permissive answer over the interfaces that lead outside."""
    answers = [_through(tables, Packet(family, interface)) for interface in interfaces or ("",)]
    return max(answers, key=lambda answer: (answer.verdict == ACCEPT, answer.explicit))


def filters(tables: Sequence[Table], family: str) -> bool:
    """Whether anything at all is in force for packets to this host."""
    return any(chain.rules or chain.policy != ACCEPT for _, chain in _inputs(tables, family))


def _inputs(tables: Sequence[Table], family: str) -> Iterator[tuple[Table, Chain]]:
    for table in tables:
        if family in table.families:
            yield from ((table, chain) for chain in table.chains.values() if chain.input)


def _through(tables: Sequence[Table], packet: Packet) -> Default:
    explicit = False
    for table, chain in _inputs(tables, packet.family):
        verdict = _walk(table, chain, packet, 0)
        if (verdict or chain.policy) != ACCEPT:
            return Default(verdict or chain.policy, False)
        explicit = explicit or verdict == ACCEPT
    return Default(ACCEPT, explicit)


def _walk(table: Table, chain: Chain, packet: Packet, depth: int) -> str:
    """accept, drop or reject; empty when the end is reached."""
    if depth > DEPTH:
        return ""
    for rule in chain.rules:
        if not rule.verdict or not all(match.holds(packet) for match in rule.matches):
            continue
        if rule.verdict == RETURN:
            return ""
        if rule.verdict not in (JUMP, GOTO):
            return rule.verdict
        called = table.chains.get(rule.target)
        verdict = _walk(table, called, packet, depth + 1) if called else ""
        if verdict or rule.verdict == GOTO:
            return verdict
    return ""
