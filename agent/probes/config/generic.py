"""`config: {file | glob, format}`: a file in one of the common formats, as it is written.

ini        section -> key -> text; keys outside of a section under ""; the last of a key wins
keyvalue   key -> text, cut at "=" or ":" or blanks; "#" and ";" begin remarks; quotes around the value are taken off
json, yaml, toml  as they are
plist      as it is; dates as text, bytes are not read
With `glob` the value maps each path to the value of its file, and a file that could not be read has its mark there.
Files that may hold secrets are refused, whatever they are called (`agent.probes.denied`). The format defaults to what
the name ends in, else keyvalue.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from agent.looking.host import Host
from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.config.base import broken, numbered
from agent.probes.denied import allowed
from shieldwall import limits
from shieldwall.checks.fact import ABSENT, MARK, Fact, FactKey, path_of, unseen

ENDINGS: Final = {"json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml", "ini": "ini", "plist": "plist"}
PAIR: Final = re.compile(r"([^\s=:]+)\s*(?:[=:]\s*|\s+|$)(.*)")
Origins = dict[str, str]


def read(key: FactKey, host: Host) -> Fact:
    file, pattern, form = key.arg("file"), key.arg("glob"), key.arg("format")
    if file is not None:
        value, origins = _file(host, str(file), form)
        return Fact.known(value, source=str(file), origins=origins)
    found: dict[str, Any] = {}
    paths = host.glob(str(pattern))
    for path in paths[: limits.INCLUDE_FILES]:
        try:
            found[path] = _file(host, path, form)[0]
        except AbsentError:
            found[path] = {MARK: ABSENT}
        except UnreadableError as error:
            found[path] = unseen(error.reason)
    return Fact.known(found, source=str(pattern), origins={path_of(path): path for path in found})


def _file(host: Host, path: str, form: str | None) -> tuple[Any, Origins]:
    real = allowed(host, path)
    name = form or ENDINGS.get(path.rpartition(".")[2].lower(), "keyvalue")
    if name == "plist":
        from agent.probes import plist

        return plist.read(host, real), {}
    text = host.text(real)
    try:
        return PARSERS[name](text, path)
    except (ValueError, RecursionError) as error:
        raise broken(path, 0, f"not {name}: {error}") from error


def _ini(text: str, path: str) -> tuple[Any, Origins]:
    value: dict[str, dict[str, str]] = {}
    origins: Origins = {}
    section = ""
    for number, line in numbered(text):
        stripped = line.strip()
        if not stripped or stripped[0] in "#;":
            continue
        if stripped.startswith("[") and stripped.endswith("]"):
            section = stripped[1:-1].strip()
            value.setdefault(section, {})
            continue
        name, _, rest = stripped.partition("=")
        value.setdefault(section, {})[name.strip()] = _unquoted(rest.strip())
        origins[path_of(section, name.strip())] = f"{path}:{number}"
    return value, origins


def _keyvalue(text: str, path: str) -> tuple[Any, Origins]:
    value: dict[str, str] = {}
    origins: Origins = {}
    for number, line in numbered(text):
        stripped = line.strip()
        found = PAIR.match(stripped)
        if found and stripped[0] not in "#;":
            value[found[1]] = _unquoted(found[2].strip())
            origins[path_of(found[1])] = f"{path}:{number}"
    return value, origins


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _json(text: str, path: str) -> tuple[Any, Origins]:
    return json.loads(text), {}


def _toml(text: str, path: str) -> tuple[Any, Origins]:
    import tomllib

    return json.loads(json.dumps(tomllib.loads(text), default=str)), {}


def _yaml(text: str, path: str) -> tuple[Any, Origins]:
    """One document of plain data. Anchors are refused: a short file can unfold to fill all memory."""
    import yaml

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            raise ValueError("anchors and aliases are not read")
        return json.loads(json.dumps(yaml.load(text, Loader=yaml.CSafeLoader), default=str)), {}
    except (yaml.YAMLError, TypeError) as error:
        raise ValueError(str(error)) from error


PARSERS: Final[dict[str, Callable[[str, str], tuple[Any, Origins]]]] = {
    "ini": _ini, "keyvalue": _keyvalue, "json": _json, "yaml": _yaml, "toml": _toml,
}  # fmt: skip
