"""Rules as /etc/nftables.conf holds them (nft(8)), as far as a host's own input filter needs.

Blocks of tables and chains, policies, verdicts, verdict maps and the common matches are understood; any other match is
one that cannot be told. Variables are filled in, included files are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.config.base import Depth
from agent.probes.firewall.ruleset import ACCEPT, DROP, GOTO, JUMP, REJECT, RETURN, Chain, Match, Rule, Table
from shieldwall import limits
from shieldwall.checks.outcome import Reason

FAMILIES: Final = {"ip": ("ipv4",), "ip6": ("ipv6",), "inet": ("ipv4", "ipv6")}
WORD: Final = re.compile(r'"[^"]*"|[{};]|\n|[^\s{};"]+')
INCLUDE: Final = re.compile(r'^\s*include\s+"([^"]+)"', re.MULTILINE)
DEFINE: Final = re.compile(r"^\s*define\s+(\w+)\s*=\s*(.+)$", re.MULTILINE)
COMMENT: Final = re.compile(r'("[^"\n]*")|#[^\n]*')
ENDS: Final = {"accept": ACCEPT, "drop": DROP, "reject": REJECT, "return": RETURN}
SILENT: Final = frozenset({"counter", "log", "notrack"})
HEADS: Final = {
    ("iifname",): "interface", ("iif",): "interface", ("meta", "iifname"): "interface", ("meta", "iif"): "interface",
    ("ct", "state"): "state", ("meta", "l4proto"): "protocol", ("ip", "protocol"): "protocol",
    ("ip6", "nexthdr"): "protocol", ("tcp", "dport"): "port", ("udp", "dport"): "port", ("th", "dport"): "port",
    ("ip", "saddr"): "peer", ("ip", "daddr"): "peer", ("ip6", "saddr"): "peer", ("ip6", "daddr"): "peer",
    ("meta", "nfproto"): "family",
}  # fmt: skip


def load(host: Host, path: str) -> list[Table]:
    """Raises AbsentError, UnreadableError."""
    return parse(_text(host, path, Depth()))


def _text(host: Host, path: str, depth: Depth) -> str:
    text = COMMENT.sub(lambda m: m[1] or "", host.text(path)).replace("\\\n", " ")
    folder = path.rpartition("/")[0]

    def included(match: re.Match[str]) -> str:
        pattern = match[1] if match[1].startswith("/") else f"{folder}/{match[1]}"
        return "\n".join(_text(host, found, depth.below(found)) for found in host.glob(pattern)) + "\n"

    return INCLUDE.sub(included, text)


def parse(text: str) -> list[Table]:
    for name, value in DEFINE.findall(text):
        text = text.replace(f"${name}", value.strip())
        if len(text) > limits.FILE_BYTES:
            raise UnreadableError(Reason.REFUSED, "definitions that multiply beyond any ruleset")
    tables: dict[tuple[str, str], Table] = {}
    for head, body in _blocks(WORD.findall(text)):
        if not head or head[0] != "table" or len(head) < 2:
            continue
        family, name = (head[1], head[2]) if len(head) > 2 else ("ip", head[1])
        if family not in FAMILIES:
            continue
        chains = {h[1]: _chain(h[1], b) for h, b in _blocks(body) if len(h) == 2 and h[0] == "chain"}
        known = tables.get((family, name))
        tables[family, name] = Table(name, FAMILIES[family], {**(known.chains if known else {}), **chains})
    return list(tables.values())


def _blocks(words: Sequence[str]) -> Iterator[tuple[list[str], list[str]]]:
    """(words before a brace on its line, words inside it) of every block at the outermost level."""
    head: list[str] = []
    body: list[str] = []
    depth = 0
    for word in words:
        if word == "{":
            depth += 1
            if depth == 1:
                body = []
                continue
        elif word == "}":
            depth = max(0, depth - 1)
            if depth == 0:
                yield head, body
                head = []
                continue
        if depth:
            body.append(word)
        elif word in ("\n", ";"):
            head = []
        else:
            head.append(word)


def _chain(name: str, body: Sequence[str]) -> Chain:
    rules: list[Rule] = []
    is_input, policy = False, ACCEPT
    for words in _statements(body):
        if words[0] == "type":
            is_input = "hook" in words and words[words.index("hook") + 1 :][:1] == ["input"] and words[1] == "filter"
        elif words[0] == "policy":
            policy = ENDS.get(words[1] if len(words) > 1 else "", ACCEPT)
        else:
            rules += _rules(words)
    return Chain(name, tuple(rules), is_input, policy)


def _statements(body: Sequence[str]) -> Iterator[list[str]]:
    """Words between line ends and semicolons outside braces."""
    words: list[str] = []
    depth = 0
    for word in [*body, "\n"]:
        depth += {"{": 1, "}": -1}.get(word, 0)
        if word in ("\n", ";") and depth <= 0:
            if words:
                yield words
            words = []
        elif word != "\n":
            words.append(word)


def _rules(words: Sequence[str]) -> Iterator[Rule]:
    matches: list[Match] = []
    at = 0
    while at < len(words):
        word = words[at]
        if word in ENDS:
            yield Rule(tuple(matches), ENDS[word])
            return
        if word in (JUMP, GOTO):
            yield Rule(tuple(matches), word, words[at + 1] if at + 1 < len(words) else "")
            return
        if word == "comment":
            at += 2
            continue
        if word in SILENT:
            at = _skip(words, at + 1)
            continue
        kind, size = _kind(words[at : at + 2])
        values, negated, at = _values(words, at + size)
        if values[:1] == ("vmap",):
            for value, verdict in _pairs(values[1:]):
                yield from (Rule((*matches, Match(kind, (value,))), r.verdict, r.target) for r in _rules(verdict))
            return
        matches.append(Match(kind, values, negated))


def _kind(head: Sequence[str]) -> tuple[str, int]:
    for size in (2, 1):
        if tuple(head[:size]) in HEADS:
            return HEADS[tuple(head[:size])], size
    return "other", 1


def _values(words: Sequence[str], at: int) -> tuple[tuple[str, ...], bool, int]:
    """The right side of a match: a word, a list, or a set in braces; and where it ends."""
    negated = False
    while at < len(words) and words[at] in ("!=", "=="):
        negated, at = words[at] == "!=", at + 1
    prefix: tuple[str, ...] = ()
    if words[at : at + 1] == ["vmap"]:
        prefix, at = ("vmap",), at + 1
    if words[at : at + 1] == ["{"]:
        end = words.index("}", at) if "}" in words[at:] else len(words)
        inner = words[at + 1 : end]
        values = tuple(inner) if prefix else tuple(v.strip('"') for w in inner for v in w.split(",") if v)
        return prefix + values, negated, end + 1
    if at < len(words) and words[at] not in ENDS and words[at] not in (JUMP, GOTO):
        values = tuple(v.strip('"') for v in words[at].split(","))
        while words[at].endswith(",") and at + 1 < len(words):
            at += 1
            values += tuple(v.strip('"') for v in words[at].split(","))
        return tuple(v for v in values if v), negated, at + 1
    return (), negated, at


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """`established : accept, invalid : drop` as pairs."""
    for part in " ".join(words).split(","):
        value, colon, verdict = part.partition(":")
        if colon and verdict.split():
            yield value.strip().strip('"'), verdict.split()


def _skip(words: Sequence[str], at: int) -> int:
    """Past the arguments of a statement that decides nothing: `log prefix "x" level info`."""
    while at < len(words) and words[at] in ("prefix", "level", "group", "packets", "bytes", "flags", "snaplen"):
        at += 2
    return at
