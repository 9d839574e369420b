"""Rules as iptables-save prints them and iptables-restore reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from agent.probes.firewall.ruleset import ACCEPT, DROP, GOTO, JUMP, REJECT, RETURN, Chain, Match, Rule, Table
from agent.probes.words import shell_words

ENDS: Final = {"ACCEPT": ACCEPT, "DROP": DROP, "REJECT": REJECT, "RETURN": RETURN}
NO_END: Final = frozenset({"LOG", "NFLOG", "MARK", "CONNMARK", "TCPMSS", "CT", "NOTRACK", "SET", "AUDIT"})
KINDS: Final = {
    "-i": "interface", "--in-interface": "interface", "-p": "protocol", "--protocol": "protocol", "-s": "peer",
    "--source": "peer", "-d": "peer", "--destination": "peer", "--state": "state", "--ctstate": "state",
    "--dport": "port", "--dports": "port", "--destination-port": "port",
}  # fmt: skip
SILENT: Final = frozenset({"-m", "--match", "--comment", "-c", "--set-counters", "--reject-with", "--log-prefix"})
"""Options with a value that say nothing about which packets match."""


def parse(text: str, family: str) -> list[Table]:
    """Only the filter table; rules that cannot be read decide nothing."""
    policies: dict[str, str] = {}
    rules: dict[str, list[Rule]] = {}
    table = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("*"):
            table = line[1:]
        elif line == "COMMIT":
            table = ""
        elif table != "filter" or line.startswith("#"):
            continue
        elif line.startswith(":"):
            name, _, rest = line[1:].partition(" ")
            policies[name] = rest.partition(" ")[0]
        elif line.startswith(("-A ", "--append ", "[")):
            try:
                words = shell_words(line)
            except ValueError:
                continue
            words = words[1:] if words[0].startswith("[") else words
            if len(words) > 2 and words[0] in ("-A", "--append"):
                rules.setdefault(words[1], []).append(_rule(words[2:]))
    chains = {
        name: Chain(name, tuple(rules.get(name, ())), name == "INPUT", ENDS.get(policy, ACCEPT))
        for name, policy in {**dict.fromkeys(rules, "-"), **policies}.items()
    }
    return [Table("filter", (family,), chains)] if chains else []


def _rule(words: Sequence[str]) -> Rule:
    matches: list[Match] = []
    verdict, target = "", ""
    negated = False
    at = 0
    while at < len(words):
        word, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        at += 2
        if word == "!":
            negated, at = True, at - 1
            continue
        if word in ("-j", "--jump", "-g", "--goto"):
            verdict = ENDS.get(value, "" if value in NO_END else JUMP if word in ("-j", "--jump") else GOTO)
            target = value if verdict in (JUMP, GOTO) else ""
        elif word in KINDS:
            values = tuple(v.lower().replace(":", "-") if KINDS[word] == "port" else v for v in value.split(","))
            values = tuple(v.lower() for v in values) if KINDS[word] in ("state", "protocol") else values
            matches.append(Match(KINDS[word], values, negated))
        elif word not in SILENT:
            matches.append(Match("other", ()))
            at -= 1 if value.startswith("-") or value == "!" else 0
        negated = False
    return Rule(tuple(matches), verdict, target)
