"""A pack as it travels: `bundles/<name>.json.gz`, canonical JSON in one gzip member, nothing in it that could run.

Opened only after its signature held; even so every check in it is read by the same strict reader as our own files.
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass
from typing import Any, Final

from shieldwall.checks.check import Check, parse_check
from shieldwall.checks.expectation.version import compare
from shieldwall.encoding import canonical
from shieldwall.encoding.closed import CHECK_ID
from shieldwall.encoding.cursor import Cursor, Document
from shieldwall.errors import IntegrityError, PackError, SchemaError
from shieldwall.limits import BUNDLE_BYTES, BUNDLE_INFLATED_BYTES, PACK_CHECKS, YAML_DEPTH
from shieldwall.messages.statement import VERSION
from shieldwall.packs.pack import Pack, content_of
from shieldwall.packs.policy import load_policy

SCHEMA: Final = "shieldwall-bundle/1"
FOLDER: Final = "bundles"
_GZIP: Final = 31
"""zlib's code for a gzip wrapper and nothing else."""
_MEMBERS: Final = frozenset({"schema", "name", "version", "min_agent", "checks", "policies"})


@dataclass(frozen=True, slots=True)
class Bundle:
    pack: Pack
    min_agent: str
    """The oldest version of the agent that knows every probe in it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """From the pack in use to another one. Ids in order."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    probes: tuple[str, ...]
    """Classes of data that were not read before: probes, with what they look at where the pack names it."""
    policies: tuple[str, ...]
    """Added, changed or removed."""

    @property
    def empty(self) -> bool:
        return not (self.added or self.changed or self.removed or self.policies)


def target_name(name: str) -> str:
    return f"{FOLDER}/{name}.json.gz"


def encode_bundle(bundle: Bundle) -> bytes:
    """The same pack gives the same bytes."""
    pack = bundle.pack
    members = {
        "schema": SCHEMA,
        "name": pack.name,
        "version": pack.version,
        "min_agent": bundle.min_agent,
        **content_of(pack.checks, pack.policies),
    }
    return gzip.compress(canonical.encode(members), 9, mtime=0)


def open_bundle(data: bytes) -> Bundle:
    """The pack in verified bytes, every check and policy of it read. Raises IntegrityError, SchemaError, PackError."""
    members = members_of(data, SCHEMA, _MEMBERS)
    name, version, min_agent = (members[key] for key in ("name", "version", "min_agent"))
    for key, form in (("name", CHECK_ID), ("version", VERSION), ("min_agent", VERSION)):
        if not isinstance(members[key], str) or not re.fullmatch(form, members[key]):
            raise SchemaError(f"not of the form {form.pattern}", pointer=f"/{key}")
    checks, policies = (documents(members[kind], kind) for kind in ("checks", "policies"))
    if not checks:
        raise PackError("a bundle without checks; an audit without checks would look clean", file=name)
    digest = canonical.digest(canonical.encode(content_of(checks, policies)))
    pack = Pack(name, version, digest, checks, policies)
    for check_id, check in ((check_id, parse_check(cursor)) for check_id, cursor in checks.items()):
        if check.id != check_id:
            raise PackError(f"the check under '{check_id}' calls itself '{check.id}'", file=name)
    for policy_id in policies:
        load_policy(pack, policy_id)
    return Bundle(pack, min_agent)


def reopen_bundle(data: bytes, digest: str) -> Pack:
    """A pack that `open_bundle` took before, from bytes known to be the same ones: nothing is judged twice."""
    members = json.loads(gzip.decompress(data))
    kinds = (
        {name: Cursor(value, Document(f"{kind}/{name}")) for name, value in members[kind].items()}
        for kind in ("checks", "policies")
    )
    return Pack(members["name"], members["version"], digest, *kinds)


def difference(old: Pack, new: Pack) -> Difference:
    """What would change for somebody who audits with `old` and takes `new`."""
    both = old.checks.keys() & new.checks.keys()
    names = old.policies.keys() | new.policies.keys()
    return Difference(
        added=tuple(sorted(new.checks.keys() - old.checks.keys())),
        changed=tuple(sorted(i for i in both if old.checks[i].value != new.checks[i].value)),
        removed=tuple(sorted(old.checks.keys() - new.checks.keys())),
        probes=tuple(sorted(_read_by(new) - _read_by(old))),
        policies=tuple(sorted(n for n in names if _value(old, n) != _value(new, n))),
    )


def newer(one: str, other: str) -> bool:
    """Whether version `one` is later than `other`."""
    return compare(one, other) > 0


def members_of(data: bytes, schema: str, names: frozenset[str]) -> dict[str, Any]:
    """Bounded, canonical, of this form. Raises IntegrityError, SchemaError."""
    if len(data) > BUNDLE_BYTES:
        raise IntegrityError(f"a bundle of {len(data)} bytes; the limit is {BUNDLE_BYTES}")
    machine = zlib.decompressobj(_GZIP)
    try:
        plain = machine.decompress(data, BUNDLE_INFLATED_BYTES)
    except zlib.error as error:
        raise IntegrityError("a bundle is one gzip member of canonical JSON") from error
    if not machine.eof or machine.unused_data:
        raise IntegrityError(f"a bundle that inflates past {BUNDLE_INFLATED_BYTES} bytes, or has something after it")
    try:
        members = json.loads(plain)
        again = canonical.encode(members)
    except (ValueError, TypeError, RecursionError) as error:
        raise IntegrityError(f"a bundle is canonical JSON: {error}") from error
    if again != plain or not isinstance(members, dict) or members.keys() != names:
        raise IntegrityError("a bundle is canonical JSON with just the members this program knows")
    if members["schema"] != schema:
        raise SchemaError(f"must be {schema!r}", pointer="/schema")
    return members


def documents(found: Any, kind: str) -> dict[str, Cursor]:
    """Checks or policies by id. Raises SchemaError."""
    if not isinstance(found, dict) or len(found) > PACK_CHECKS:
        raise SchemaError(f"not an object of at most {PACK_CHECKS} documents", pointer=f"/{kind}")
    for name, value in found.items():
        if not CHECK_ID.fullmatch(name) or _depth(value) > YAML_DEPTH:
            raise SchemaError("an id that is none, or a document nested too deep", pointer=f"/{kind}")
    return {name: Cursor(value, Document(f"{kind}/{name}")) for name, value in sorted(found.items())}


def _depth(value: Any) -> int:
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max((_depth(item) for item in items), default=0) if isinstance(value, (dict, list)) else 0


def _read_by(pack: Pack) -> set[str]:
    return {_data_class(key.probe, key.arg("app")) for check in pack.all_checks() for key in _keys(check)}


def _keys(check: Check) -> list[Any]:
    return check.bind().keys()


def _data_class(probe: str, app: object) -> str:
    return f"{probe} of {app}" if isinstance(app, str) else probe


def _value(pack: Pack, name: str) -> Any:
    return pack.policies[name].value if name in pack.policies else None
