"""A pack: all checks and policies of one version, in one fixed order, under one digest.

YAML is the source. A compiled pack is the same documents as canonical JSON, found by the digest of the source, so a
scan parses no YAML; the digest that statements name is taken over that canonical form.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from shieldwall import __version__, limits
from shieldwall.checks.check import Check, parse_check, read_check
from shieldwall.encoding import canonical
from shieldwall.encoding.cursor import Cursor, Document, unknown_word
from shieldwall.errors import PackError, UsageError
from shieldwall.packs.library import find_folder, read_yaml

NAME = "shieldwall-core"
COMPILED_SUFFIX = ".pack.json"


@dataclass(frozen=True)
class Pack:
    name: str
    version: str
    digest: str
    """Lower-case hex SHA-256 of the canonical documents."""
    checks: Mapping[str, Cursor]
    """Check id -> its document; in id order, which is the order of packed outcomes."""
    policies: Mapping[str, Cursor]

    @cached_property
    def order(self) -> tuple[str, ...]:
        return tuple(self.checks)

    def check(self, check_id: str) -> Check:
        """Parsed on demand, since a scan needs only what its policy names. Raises UsageError for an unknown id.

        No pack was ever made of a document that `parse_check` had not read whole, so its tests are not tried again.
        """
        if check_id not in self.checks:
            raise UsageError(unknown_word("check", check_id, self.checks))
        return read_check(self.checks[check_id])

    def all_checks(self) -> list[Check]:
        return [self.check(check_id) for check_id in self.checks]


def load_pack(cache: Path | None = None) -> Pack:
    """The pack that belongs to this program, from `cache` when it holds the compiled form of just these sources.

    Raises ConfigError when the files are missing, PackError when one is wrong. A cache that cannot be read or written
    is passed over: it saves time and nothing else.
    """
    return load_folders(find_folder("checks"), find_folder("policies"), cache)


def load_folders(checks: Path, policies: Path | None, cache: Path | None = None) -> Pack:
    """Raises PackError."""
    sources = [*sources_in(checks, "checks"), *(sources_in(policies, "policies") if policies else ())]
    fingerprint = hashlib.sha256(__version__.encode())
    for name, data in sources:
        fingerprint.update(f"\n{name}\n{len(data)}\n".encode() + data)
    compiled = cache / f"{fingerprint.hexdigest()}{COMPILED_SUFFIX}" if cache else None
    pack = _load_compiled(compiled) if compiled else None
    if pack is None:
        pack = compile_pack(sources)
        if compiled:
            _save_compiled(compiled, pack)
    return pack


def compile_pack(sources: list[tuple[str, bytes]]) -> Pack:
    """Read and check every document. Raises PackError; an empty library is an error, for it would pass everything."""
    checks: dict[str, Cursor] = {}
    policies: dict[str, Cursor] = {}
    for name, data in sources:
        cursor = read_yaml(data, name)
        known = checks if name.startswith("checks/") else policies
        identity = _identity(cursor, name)
        if identity in known:
            raise cursor.error(f"the id '{identity}' is already taken by {known[identity].document.file}")
        known[identity] = cursor
        if known is checks:
            _whole(cursor, name)
    if not checks:
        raise PackError("the library holds no check; an audit without checks would look clean", file="checks")
    if len(checks) > limits.PACK_CHECKS:
        raise PackError(f"more than {limits.PACK_CHECKS} checks", file="checks")
    ordered = dict(sorted(checks.items()))
    by_name = dict(sorted(policies.items()))
    return Pack(NAME, __version__, canonical.digest(canonical.encode(content_of(ordered, by_name))), ordered, by_name)


def content_of(checks: Mapping[str, Cursor], policies: Mapping[str, Cursor]) -> dict[str, dict[str, Any]]:
    """The documents themselves, over whose canonical form the digest is taken."""
    return {kind: {k: c.value for k, c in docs.items()} for kind, docs in _kinds(checks, policies)}


def _kinds(checks: Mapping[str, Cursor], policies: Mapping[str, Cursor]) -> list[tuple[str, Mapping[str, Cursor]]]:
    return [("checks", checks), ("policies", policies)]


def _whole(cursor: Cursor, name: str) -> None:
    check = parse_check(cursor)
    folder, _, file = name.removeprefix("checks/").rpartition("/")
    if file != f"{check.id}.yaml" or folder.rpartition("/")[2] != check.topic:
        raise cursor.error(f"this check belongs in checks/{check.topic}/{check.id}.yaml")


def _identity(cursor: Cursor, name: str) -> str:
    entries = dict(cursor.entries())
    if "id" not in entries:
        raise cursor.error("the key 'id' is missing")
    return entries["id"].text()


def sources_in(folder: Path, prefix: str) -> list[tuple[str, bytes]]:
    found: list[tuple[str, bytes]] = []
    with os.scandir(folder) as listing:
        for item in listing:
            name = f"{prefix}/{item.name}"
            if item.is_dir():
                found += sources_in(Path(item.path), name)
            elif item.name.endswith((".yaml", ".yml")):
                with open(item.path, "rb") as file:
                    found.append((name, file.read()))
    return sorted(found)


def _load_compiled(file: Path) -> Pack | None:
    try:
        data = json.loads(file.read_bytes())
        kinds = {
            kind: {k: Cursor(d["data"], Document(d["file"])) for k, d in data[kind].items()}
            for kind in ("checks", "policies")
        }
        return Pack(data["name"], data["version"], data["digest"], kinds["checks"], kinds["policies"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _save_compiled(file: Path, pack: Pack) -> None:
    data: dict[str, Any] = {"name": pack.name, "version": pack.version, "digest": pack.digest}
    for kind, docs in _kinds(pack.checks, pack.policies):
        data[kind] = {k: {"file": c.document.file, "data": c.value} for k, c in docs.items()}
    temporary = file.with_suffix(".new")
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in file.parent.glob(f"*{COMPILED_SUFFIX}"):
            old.unlink()
        temporary.write_bytes(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())
        temporary.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
