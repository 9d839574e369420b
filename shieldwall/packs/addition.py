"""What a cluster adds to the checks of everybody: questions to people, and policies with other thresholds.

Signed as the TUF delegation `cluster/*`. Nothing in it may look at a host: every fact it asks for is an answer of
people, and a policy's parameters may move a threshold, never where a check looks.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shieldwall.checks.check import parse_check
from shieldwall.encoding import canonical
from shieldwall.encoding.cursor import Cursor
from shieldwall.errors import PackError, SchemaError
from shieldwall.messages.statement import VERSION
from shieldwall.packs.bundle import Bundle, documents, members_of
from shieldwall.packs.library import read_yaml
from shieldwall.packs.pack import Pack, content_of, sources_in
from shieldwall.packs.policy import load_policy

ROLE: Final = "cluster"
PATHS: Final = "cluster/*"
TARGET: Final = "cluster/additions.json.gz"
_SCHEMA: Final = "shieldwall-addition/1"
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,5}")
_ASKED: Final = "attest"
_MEMBERS: Final = frozenset({"schema", "version", "checks", "policies"})


@dataclass(frozen=True, slots=True)
class Addition:
    version: str
    """A whole number, one more with each change; it becomes the last part of the version of checks in use."""
    checks: Mapping[str, Cursor]
    policies: Mapping[str, Cursor]


def from_folders(version: str, checks: Path | None, policies: Path | None) -> Addition:
    """Raises PackError for a file that is none, SchemaError for a version that is no whole number."""
    kinds = []
    for folder, kind in ((checks, "checks"), (policies, "policies")):
        read = [read_yaml(data, name) for name, data in (sources_in(folder, kind) if folder else ())]
        kinds.append({dict(cursor.entries())["id"].text(): cursor for cursor in read})
    return open_addition(encode_addition(Addition(version, *kinds)))


def encode_addition(addition: Addition) -> bytes:
    """The same addition gives the same bytes."""
    kinds = content_of(dict(sorted(addition.checks.items())), dict(sorted(addition.policies.items())))
    return gzip.compress(canonical.encode({"schema": _SCHEMA, "version": addition.version, **kinds}), 9, mtime=0)


def open_addition(data: bytes) -> Addition:
    """From verified bytes; `extended` reads what is in it. Raises IntegrityError, SchemaError."""
    members = members_of(data, _SCHEMA, _MEMBERS)
    version = members["version"]
    if not isinstance(version, str) or not _NUMBER.fullmatch(version):
        raise SchemaError("not a whole number from 1 on", pointer="/version")
    return Addition(version, *(documents(members[kind], kind) for kind in ("checks", "policies")))


def extended(base: Bundle, addition: Addition) -> Bundle:
    """The checks of `base` and the addition's. Raises PackError for anything that would look at a host."""
    pack = base.pack
    for kind, old, new in (("check", pack.checks, addition.checks), ("policy", pack.policies, addition.policies)):
        if taken := sorted(old.keys() & new.keys()):
            raise PackError(f"the cluster's addition brings its own {kind} '{taken[0]}'; choose another id", file=ROLE)
    for check_id, cursor in addition.checks.items():
        _only_asks(check_id, cursor)
    version = f"{pack.version}.{addition.version}"
    if not VERSION.fullmatch(version):
        raise PackError(f"version {pack.version} leaves no room for an addition; use three numbers", file=ROLE)
    checks = dict(sorted({**pack.checks, **addition.checks}.items()))
    policies = dict(sorted({**pack.policies, **addition.policies}.items()))
    digest = canonical.digest(canonical.encode(content_of(checks, policies)))
    made = Pack(pack.name, version, digest, checks, policies)
    for policy_id in addition.policies:
        _only_moves_thresholds(made, policy_id)
    return Bundle(made, base.min_agent)


def _only_asks(check_id: str, cursor: Cursor) -> None:
    check = parse_check(cursor)
    if check.id != check_id:
        raise PackError(f"the check under '{check_id}' calls itself '{check.id}'", file=ROLE)
    looks = [key.probe for key in check.bind().keys() if key.probe != _ASKED]  # noqa: SIM118
    if looks or not check.attested:
        what = f"asks the probe '{looks[0]}'" if looks else f"has the scope '{check.scope}'"
        raise PackError(
            f"the cluster's addition '{check_id}' {what}; an addition asks people and looks at nothing", file=ROLE
        )


def _only_moves_thresholds(pack: Pack, policy_id: str) -> None:
    policy = load_policy(pack, policy_id)
    if policy.id != pack.policies[policy_id].value["id"]:
        raise PackError(f"the policy under '{policy_id}' calls itself otherwise", file=ROLE)
    for selected in policy.selected:
        if set(selected.bound.keys()) != set(selected.check.bind().keys()):
            raise PackError(
                f"the cluster's policy '{policy_id}' makes '{selected.check.id}' look elsewhere; an addition moves "
                "thresholds only",
                file=ROLE,
            )
