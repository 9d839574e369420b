"""One rule of a Wazuh policy: `[not ]TYPE:target[ -> content]`, with content `[!]term[ && [!]term]…`.

Types: f file, d folder, p process, c command, r registry. A term is `r:PATTERN`, `n:PATTERN compare OP NUMBER` or the
whole line itself. Where the target of a content rule is not there, Wazuh answers "not applicable", which it joins as
we join unknown; so absence stays unknown here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from agent.authoring.importing import pattern
from agent.authoring.importing.outline import GONE, GrammarError, Rule, UnsupportedError, negated, one, registry, some

OPERATORS: Final = {"<": "lt", "<=": "le", "==": "eq", "!=": "ne", ">=": "ge", ">": "gt"}
COMPARE: Final = re.compile(r"(?P<re>.*) compare (?P<op><=|>=|==|!=|<|>) (?P<n>-?\d+)\Z")
SHAPE: Final = re.compile(r"(?P<not>not )?\s*(?P<type>[a-z]+):(?P<rest>.*)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Term:
    pattern: str
    """For RE2; of a whole line when `line` is not None."""
    negative: bool = False
    operator: str = ""
    """Of a comparison, as ours; "" for none."""
    number: int = 0
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """A rule taken apart, not yet understood."""

    negative: bool
    kind: str
    target: str
    contents: tuple[str, ...]


def taken_apart(text: str, variables: Mapping[str, str]) -> Wording:
    """Raises GrammarError."""
    found = SHAPE.match(text.strip().removesuffix(";"))
    if not found:
        raise GrammarError(f"a rule begins with f:, d:, p:, c: or r:, this one does not: {text[:80]}")
    kind, rest = found["type"], found["rest"]
    if kind not in ("f", "d", "p", "c", "r"):
        raise GrammarError(f"there is no rule of type '{kind}:'; known: f:, d:, p:, c:, r:")
    if re.search(r"\S->|->\S", rest) and " -> " not in rest:
        raise GrammarError("write ' -> ' with blanks around it")
    target, *contents = [part.strip() for part in rest.split(" -> ")]
    for name in sorted(variables, key=len, reverse=True):
        target = target.replace(name, variables[name])
    if unset := re.search(r"\$[A-Za-z_]\w*", target) if kind != "c" else None:
        raise GrammarError(f"the variable {unset[0]} is not set")
    negative = bool(found["not"])
    if target.startswith("!"):
        negative, target = not negative, target[1:]
    if not target or not all(contents):
        raise GrammarError("the target or what is looked for is empty")
    if kind == "p" and contents:
        raise GrammarError("a process rule only asks whether it runs")
    if kind == "c" and not contents:
        raise GrammarError("a command rule says what its output should hold")
    return Wording(negative, kind, target, tuple(contents))


def terms(content: str, dialect: str) -> list[Term]:
    """Raises GrammarError, UnsupportedError."""
    return [_term(part.strip(), dialect) for part in re.split(r" && ", content)]


def of_wording(rule: Wording, dialect: str) -> Rule:
    """A rule of type f, d, p or r. Raises GrammarError, UnsupportedError."""
    match rule.kind:
        case "f":
            files = [path.strip() for path in rule.target.split(",")]
            built = some([_file(path, rule.contents, dialect) for path in files])
        case "d":
            built = some([_folder(path.strip(), rule.contents, dialect) for path in rule.target.split(",")])
        case "p":
            name = rule.target.rpartition("/")[2]
            built = one({"process": {"name": name}, "expect": {"exists": True}}, {"name": name, "count": 1}, GONE)
        case _:
            built = _registry(rule.target, rule.contents, dialect)
    return negated(built) if rule.negative else built


def lines(where: Mapping[str, str], wanted: list[Term]) -> Rule:
    """Some line of the text at `where` meets every term."""
    positive = [term for term in wanted if not term.negative]
    lead = next((t for t in positive if t.operator), positive[0] if positive else None)
    rest = [term for term in wanted if term is not lead]
    if any(term.operator for term in rest):
        raise UnsupportedError("two comparisons about one line")
    found = "^(.*)$" if lead is None else pattern.exact(lead.line) if lead.line is not None else ""
    text = {**where, "pattern": found or pattern.whole_line(lead.pattern if lead else "")}
    conditions = [{"not": {"matches": t.pattern}} if t.negative else {"matches": t.pattern} for t in rest]
    for term in rest:
        pattern.bounded(term.pattern)
    if not rest and not (lead and lead.operator):
        return one({"text": text, "expect": {"empty": False}}, [_found("x")], [])
    line = pattern.line_for([t.pattern for t in rest if not t.negative], [t.pattern for t in rest if t.negative])
    if lead is None or not lead.operator:
        test: dict[str, Any] = {"text": text, "some": {"get": "groups.0"}, "expect": conditions}
        return one(test, [_found(line)], [])
    over: dict[str, Any] = {"get": "groups.1"}
    if conditions:
        over["where"] = {"groups.0": conditions}
    good, bad = satisfying(lead.operator, lead.number)
    test = {"text": text, "some": over, "expect": {lead.operator: lead.number}}
    return one(test, [_found(line, good)], [_found(line, bad)])


def satisfying(operator: str, number: int) -> tuple[int, int]:
    """(a number that meets the comparison, one that does not)."""
    below, above = number - 1, number + 1
    table = {
        "lt": (below, number), "le": (number, above), "eq": (number, above), "ne": (above, number),
        "ge": (number, below), "gt": (above, number),
    }  # fmt: skip
    return table[operator]


def _found(line: str, *groups: int) -> dict[str, Any]:
    return {"file": "/x", "line": 1, "text": line, "groups": [line, *map(str, groups)]}


def _term(text: str, dialect: str) -> Term:
    negative = text.startswith("!")
    body = text.removeprefix("!")
    if body.startswith("n:"):
        parts = COMPARE.match(body[2:])
        if not parts:
            raise GrammarError("a comparison ends in ' compare OP NUMBER', with OP one of < <= == != >= >")
        found = pattern.translated(parts["re"], dialect)
        if "(" not in parts["re"].replace(r"\(", ""):
            raise GrammarError("the pattern of a comparison needs brackets around the number")
        if negative:
            raise UnsupportedError("a negated comparison")
        return Term(found, False, OPERATORS[parts["op"]], int(parts["n"]))
    if body.startswith("r:"):
        return Term(pattern.translated(body[2:], dialect), negative)
    return Term(f"^{pattern.escaped(body)}$", negative, line=None if negative else body)


def _file(path: str, contents: tuple[str, ...], dialect: str) -> Rule:
    if not path.startswith("/"):
        raise UnsupportedError(f"the path {path} is not absolute")
    if not contents:
        return one({"file": {"path": path}, "expect": {"exists": True}}, {"path": path, "type": "file"}, GONE)
    if len(contents) > 1:
        raise GrammarError("a file rule has one ' -> '")
    return lines({"path": path}, terms(contents[0], dialect))


def _folder(path: str, contents: tuple[str, ...], dialect: str) -> Rule:
    if not path.startswith("/"):
        raise UnsupportedError(f"the path {path} is not absolute")
    if not contents:
        test = {"file": {"path": path}, "get": "type", "expect": [{"exists": True}, "dir"]}
        return one(test, {"path": path, "type": "dir"}, GONE)
    name = contents[0]
    plain = re.fullmatch(r"(?:r:\^?)?([\w.-]*)\$?", name.replace(r"\.", "."))
    if len(contents) == 1 and plain and not name.startswith("r:"):
        return one({"file": {"path": f"{path}/{name}"}, "expect": {"exists": True}}, {"path": f"{path}/{name}"}, GONE)
    suffix = re.fullmatch(r"r:(?:\.\*)?\\?(\.[\w]+)\$?", name)
    if len(contents) == 2 and (suffix or plain):
        files = f"{path}/*{suffix[1]}" if suffix else f"{path}/{plain[1] if plain else ''}"
        return lines({"glob": files}, terms(contents[1], dialect))
    raise UnsupportedError(f"names in a folder by the pattern {name}")


def _registry(target: str, contents: tuple[str, ...], dialect: str) -> Rule:
    if not contents:
        return one({"registry": {"key": target}, "expect": {"exists": True}}, "x", GONE)
    where = {"key": target, "value": contents[0].removeprefix("r:").strip("^$")}
    if len(contents) == 1:
        return one({"registry": where, "expect": {"exists": True}}, "x", GONE)
    found = terms(contents[1], dialect)
    if len(found) != 1:
        raise UnsupportedError("two terms about one registry value")
    term = found[0]
    if term.operator:
        raise UnsupportedError("a comparison within a registry value")
    if term.line is not None:
        wanted: Any = int(term.line) if re.fullmatch(r"\d{1,9}", term.line) else term.line
        return registry(where, wanted, wanted, "other than that")
    line = pattern.line_for([term.pattern], [])
    rule = registry(where, {"matches": pattern.bounded(term.pattern)}, line, "\x00")
    return negated(rule) if term.negative else rule
