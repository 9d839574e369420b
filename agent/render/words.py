"""What was looked at, seen and wanted, as somebody would say it: `running 0, wanted 1 or 2; saved nowhere`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from shieldwall.checks.expectation.evaluate import Node, Seen
from shieldwall.checks.expectation.path import look_up, parse_path
from shieldwall.checks.fact import ABSENT, MARK
from shieldwall.checks.outcome import Outcome

AROUND: Final = ("get", "expect", "each", "some", "none")
QUANTIFIERS: Final = ("each", "some", "none")
NAMING: Final = ("app", "unit", "user", "service", "name", "names", "sysctl", "module", "path", "glob", "part")
"""Arguments that tell a reader which thing was looked at."""
IDENTIFYING: Final = ("path", "name", "user", "id", "what", "module")
"""Members of a record that tell it from others of its list."""
PROBES: Final[Mapping[str, str]] = {
    "listen": "listening", "updates": "updates", "time_sync": "clock", "disk_encryption": "disk",
    "malware": "protection",     "mandatory_access": "mandatory access", "audit": "audit trail",
    "attest": "your answer", "netscan": "network",
    "walk": "files", "os": "this system", "kernel": "kernel",
}  # fmt: skip
PARTS: Final[Mapping[str, str]] = {
    "persistent": "saved", "conflict": "by `sysctl --system`", "items": "", "mode": "rights",
}  # fmt: skip
DECIDED: Final = (Outcome.PASS, Outcome.FAIL)
NAMES_SHOWN: Final = 4
PATTERN_SHOWN: Final = 40
"""A longer pattern tells a reader nothing."""
COMPARISONS: Final[Mapping[str, str]] = {
    "eq": "{}", "ne": "anything but {}",
    "lt": "less than {}", "le": "at most {}", "gt": "more than {}", "ge": "at least {}",
    "matches": "text like {}", "contains": "{} inside", "starts": "{} in front", "ends": "{} at the end",
    "version_ge": "version {} or newer", "version_lt": "a version before {}", "mode_max": "{} or fewer",
    "age_max": "not older than {}",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Assertion:
    """An assert as its author wrote it, with parameters filled in."""

    probe: str
    args: Mapping[str, Any]
    get: str
    quantifier: str
    """each | some | none, "" for none of them."""
    where: Mapping[str, Any]
    over: str
    """What of each element is compared; "" for all of it."""
    expect: Any

    @property
    def subject(self) -> str:
        if self.probe in ("attest", "netscan"):
            return PROBES[self.probe]
        named = [_named(self.args[name]) for name in NAMING if name in self.args]
        return " ".join(named or [PROBES.get(self.probe, self.probe)])


def assertion(text: str) -> Assertion | None:
    """None for a node that joins others."""
    try:
        written = json.loads(text)
    except ValueError:
        return None
    if not isinstance(written, dict) or "expect" not in written:
        return None
    probe = next(name for name in written if name not in AROUND)
    args = written[probe] if isinstance(written[probe], dict) else {}
    quantifier = next((name for name in QUANTIFIERS if name in written), "")
    over = written[quantifier] if quantifier else {}
    return Assertion(
        probe, args, written.get("get", ""), quantifier, over.get("where", {}), over.get("get", ""), written["expect"]
    )


def asked(text: str) -> str:
    """`sshd maxauthtries: wanted at most 4`; the text itself for a node that joins others."""
    said = assertion(text)
    if said is None:
        return text
    of = " and ".join(f"{_part(name)} {wanted(value)}".strip() for name, value in said.where.items())
    which = f" {said.quantifier}{f' with {of}' if of else ''}:" if said.quantifier else " wanted"
    return f"{_joined(said.subject, _part(said.get))}:{which} {_joined(_part(said.over), wanted(said.expect))}"


def seen_lines(pairs: Iterable[tuple[Node, Seen | None]], outcome: Outcome) -> list[str]:
    """One line for each thing that was looked at, with what was wanted of it and where it stands.

    outcome: of the whole check; an assert that decided it by the opposite outcome stands below a `not`.
    """
    told: dict[str, list[tuple[str, str]]] = {}
    for subject, phrase, origin in _collapsed(pairs, outcome):
        told.setdefault(subject, [])
        if (phrase, origin) not in told[subject]:
            told[subject].append((phrase, origin))
    return [_line(subject, phrases, outcome) for subject, phrases in told.items()]


def said_value(value: Any) -> str:
    """A value in words: yes and no, lists with commas, records as `mode 0755, owner root`."""
    match value:
        case None:
            return "nothing there"
        case bool():
            return "yes" if value else "no"
        case str():
            return "not there" if value == ABSENT else value or "an empty text"
        case Mapping():
            if set(value) == {MARK}:
                return "nothing there" if value[MARK] == ABSENT else f"not seen ({value[MARK]})"
            told = [f"{_part(str(name))} {_inside(item)}".strip() for name, item in value.items() if not _gone(item)]
            return ", ".join(told) or "nothing"
        case list() | tuple():
            return ", ".join(map(_inside, value)) or "nothing"
    return json.dumps(value, ensure_ascii=False, default=str)


def wanted(expect: Any) -> str:
    """A matcher in words: `at most 4`, `one of no, prohibit-password`."""
    if isinstance(expect, list):
        told = [wanted(part) for part in expect if part != {"exists": True} or len(expect) == 1]
        return " and ".join(told)
    if not isinstance(expect, Mapping):
        return said_value(expect)
    return " and ".join(_operation(name, operand) for name, operand in expect.items())


def _operation(name: str, operand: Any) -> str:
    if name == "matches" and len(str(operand)) > PATTERN_SHOWN:
        return "text of the form the check names"
    if name in COMPARISONS:
        return COMPARISONS[name].format(said_value(operand))
    match name:
        case "in":
            return _or(operand)
        case "not_in":
            return f"none of {said_value(operand)}"
        case "exists":
            return "something there" if operand else "nothing there"
        case "empty":
            return "nothing" if operand else "something"
        case "len":
            return f"{wanted(operand)} of them"
        case "has":
            return f"{wanted(operand)} among them"
        case "superset":
            return f"all of {said_value(operand)}"
        case "subset" | "same_set":
            return f"{'only' if name == 'subset' else 'just'} {said_value(operand)}"
        case "within":
            return f"{operand[0]} to {operand[1]}"
        case "fields":
            return ", ".join(f"{_part(field)} {wanted(value)}" for field, value in operand.items())
        case "any":
            return " or ".join(wanted(part) for part in operand)
        case "not" if (
            isinstance(operand, Mapping) and isinstance(inner := operand.get("has"), Mapping) and "not" in inner
        ):
            return f"only {wanted(inner['not'])}"
        case "not":
            return f"not {wanted(operand)}"
    return f"{name} {said_value(operand)}"


def _collapsed(pairs: Iterable[tuple[Node, Seen | None]], outcome: Outcome) -> list[tuple[str, str, str]]:
    """(what was looked at, what was seen and wanted, where); a `some` that found none is one phrase, not one each."""
    out: list[tuple[str, str, str]] = []
    empty: set[int] = set()
    for node, seen in pairs:
        said = assertion(node.text)
        if said is None:
            continue
        if seen is None or (said.quantifier == "some" and node.verdict.outcome is Outcome.FAIL and node.count > 1):
            if id(node) not in empty:
                empty.add(id(node))
                if seen is None and node.detail:
                    out.append(("", node.detail, ""))
                else:
                    out.append(
                        (said.subject, _none_is(said, node.count), seen.origin.partition(":")[0] if seen else "")
                    )
            continue
        against = node.verdict.outcome in DECIDED and outcome in DECIDED and node.verdict.outcome is not outcome
        out.append((said.subject, _phrase(said, seen, against=against), seen.origin))
    return out


def _none_is(said: Assertion, count: int) -> str:
    kind = " and ".join(f"{_part(name)} {wanted(value)}".strip() for name, value in said.where.items())
    of = f"none of {count}" if count > 1 else f"none with {kind}" if kind else "none"
    part, want = _part(said.over), wanted(said.expect)
    told = want if part == want or not said.over else f"{part} {want}"
    return _joined(
        _part(said.get), of if kind and count <= 1 else f"{of} {'has' if said.over and part != want else 'is'} {told}"
    )


def _phrase(said: Assertion, seen: Seen, *, against: bool) -> str:
    value, want = seen.value, f"{'not ' if against else ''}{wanted(said.expect)}"
    if not said.quantifier:
        if (value is None or _gone(value)) and said.get.rpartition(".")[2] == "persistent":
            return "saved nowhere"
        if isinstance(said.expect, Mapping) and set(said.expect) == {"exists"}:
            return _joined(
                _part(said.get),
                said_value(
                    None if value is None else "there" if isinstance(value, Mapping) and not _gone(value) else value
                ),
            )
        if said.args.get("names") and value == [] and said.probe == "package":
            return "none is installed"
        if isinstance(said.expect, Mapping) and "fields" in said.expect:
            value = _fields(value, said.expect["fields"])
        return f"{_joined(_part(said.get), said_value(value))}, wanted {want}"
    which = _which(said, seen) or (_part(said.get) if not said.over else "")
    of_it = look_up(value, parse_path(said.over)) if said.over else value
    if said.over and not isinstance(of_it, (str, int, bool, list, tuple, Mapping)):
        of_it = None
    if isinstance(said.expect, Mapping) and "fields" in said.expect:
        of_it = _fields(of_it, said.expect["fields"])
    if (of_it is None or _gone(of_it)) and said.over.rpartition(".")[2] == "persistent":
        return _joined(which, "saved nowhere")
    named = bool(_which(said, seen))
    shown = (
        ""
        if said_value(of_it) == which or (named and of_it is value and isinstance(value, Mapping))
        else said_value(of_it)
    )
    if said.quantifier == "none":
        if said.probe == "text":
            return which or shown
        if _plain(said):
            return which or shown
        return _joined(which, _joined(_part(said.over), "" if said.expect is True else shown))
    return f"{_joined(which, _joined(_part(said.over), shown))}, wanted {want}"


def _plain(said: Assertion) -> bool:
    """The element itself is the finding; there is nothing to add to its name."""
    return said.over in ("path", "name", "proto") or said.expect == {"exists": True}


def _which(said: Assertion, seen: Seen) -> str:
    """The element's own name in its list or mapping."""
    value = seen.value
    if seen.name:
        return seen.name
    if not isinstance(value, Mapping) or set(value) == {MARK}:
        return ""
    if said.probe == "text":
        return f"`{value.get('text', '')}`"
    if said.probe == "listen":
        who = value.get("process")
        return f"{value.get('proto')} {value.get('address')} port {value.get('port')}" + (
            f", {who}" if isinstance(who, str) else ""
        )
    return next((str(value[name]) for name in IDENTIFYING if isinstance(value.get(name), str)), "")


def _fields(value: Any, fields: Mapping[str, Any]) -> Any:
    if not isinstance(value, Mapping) or set(value) == {MARK}:
        return value
    found = {field: look_up(value, parse_path(field)) for field in fields}
    return {field: item for field, item in found.items() if isinstance(item, (str, int, bool, list, tuple, Mapping))}


def _line(subject: str, phrases: list[tuple[str, str]], outcome: Outcome) -> str:
    told, last_want = [], ""
    for phrase, _ in phrases:
        before, comma, want = phrase.rpartition(", wanted ")
        told.append(before if comma and (want == last_want or outcome is Outcome.PASS) else phrase)
        last_want = want if comma else last_want
    origins = list(dict.fromkeys(origin for _, origin in phrases if origin and origin not in subject))
    where = f" ({', '.join(origins[:2])})" if origins else ""
    return f"{subject}: {'; '.join(told)}{where}" if subject else "; ".join(told)


def _named(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    return ", ".join(map(str, value[:NAMES_SHOWN])) + (
        f" and {len(value) - NAMES_SHOWN} more" if len(value) > NAMES_SHOWN else ""
    )


def _part(path: str) -> str:
    """A dotted path as words; `every.` in front says no more than its neighbour does."""
    last = path.removeprefix("every.")
    if "." in last and '"' not in last:
        head, _, tail = last.rpartition(".")
        return (
            _joined(head, PARTS.get(tail, tail)) if head not in ("settings", "global", "policies", "defaults") else tail
        )
    return PARTS.get(last, last.replace("_", " "))


def _or(options: Any) -> str:
    told = [said_value(option) for option in options] if isinstance(options, list) else [said_value(options)]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} or {told[-1]}"


def _inside(value: Any) -> str:
    return f"({said_value(value)})" if isinstance(value, Mapping) and set(value) != {MARK} else said_value(value)


def _gone(value: Any) -> bool:
    return isinstance(value, Mapping) and dict(value) == {MARK: ABSENT}


def _joined(first: str, second: str) -> str:
    return f"{first} {second}".strip()
