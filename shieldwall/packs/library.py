"""Where checks and policies lie, and the one strict way to read their YAML.

The YAML spoken here is a safe subset with the scalars of YAML 1.2: `true` and `false` are the only booleans, so `no`
is a word; a number with a leading zero or a point is text, so modes and versions survive. Anchors, aliases, tags,
merge keys, duplicate keys, deep nesting and large files are refused before anything is built from them.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from shieldwall import limits
from shieldwall.encoding.cursor import Cursor, Document
from shieldwall.errors import ConfigError, PackError

if TYPE_CHECKING:
    import yaml

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})\Z")


def find_folder(name: str) -> Path:
    """`checks` or `policies`: inside the installed package, else beside it in a checkout. Raises ConfigError."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "data" / name, here.parent / name):
        if folder.is_dir():
            return folder
    raise ConfigError(f"the {name} that belong to this program are missing; reinstall shieldwall")


def read_yaml(data: bytes, file: str) -> Cursor:
    """One YAML document. Raises PackError with file and line for everything this subset refuses."""
    import yaml  # here and below, where it is used: a scan of a compiled pack reads no YAML and saves the import

    if len(data) > limits.YAML_BYTES:
        raise PackError(f"larger than {limits.YAML_BYTES} bytes", file=file)
    builder = _Builder(file)
    try:
        value = builder.document(data)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "not valid YAML"
        raise PackError(f"{problem}", file=file, line=mark.line + 1 if mark else 0) from error
    except UnicodeDecodeError as error:
        raise PackError("not UTF-8 text", file=file) from error
    return Cursor(value, Document(file, builder.lines))


class _Builder:
    """Builds plain values from parser events, refusing as early as the event itself."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[str, int] = {}

    def document(self, data: bytes) -> Any:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        self.events = iter(yaml.parse(data.decode("utf-8-sig"), Loader=loader))
        next(self.events)
        event = next(self.events)
        if isinstance(event, yaml.StreamEndEvent):
            raise PackError("the file is empty", file=self.file)
        value = self._node(next(self.events), "", 0)
        next(self.events)
        after = next(self.events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._error("one document a file; found a second", after)
        return value

    def _node(self, event: Any, path: str, depth: int) -> Any:
        import yaml

        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._error("anchors and aliases are not allowed", event)
        if getattr(event, "tag", None):
            raise self._error("tags are not allowed", event)
        if depth > limits.YAML_DEPTH:
            raise self._error(f"nested deeper than {limits.YAML_DEPTH} levels", event)
        self.lines.setdefault(path, _line(event))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: str, depth: int) -> list[Any]:
        import yaml

        out: list[Any] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            out.append(self._node(event, f"{path}.{len(out)}" if path else str(len(out)), depth + 1))
        return out

    def _mapping(self, path: str, depth: int) -> dict[str, Any]:
        import yaml

        out: dict[str, Any] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, path, depth + 1)
            if isinstance(event, yaml.ScalarEvent) and not isinstance(key, str):
                key = event.value
            if not isinstance(key, str):
                raise self._error("keys are text", event)
            if key == "<<":
                raise self._error("merge keys are not allowed", event)
            if key in out:
                raise self._error(f"the key '{key}' stands here twice", event)
            below = f"{path}.{key}" if path else key
            self.lines[below] = _line(event)
            out[key] = self._node(next(self.events), below, depth + 1)
        return out

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if not event.implicit[0]:
            return text
        match text:
            case "" | "~" | "null":
                return None
            case "true":
                return True
            case "false":
                return False
        return int(text) if INTEGER.match(text) else text

    def _error(self, message: str, event: Any) -> PackError:
        return PackError(message, file=self.file, line=_line(event))


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 0
