"""A policy: which checks, with which weights, parameters and gates. It chooses checks and never copies one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shieldwall.checks.check import Bound, Check
from shieldwall.checks.vocabulary import THEMES
from shieldwall.encoding.cursor import Cursor, unknown_word
from shieldwall.errors import UsageError
from shieldwall.packs.pack import Pack

EVERY_CHECK: Final = "Every check"
"""Title of the policy `all`."""
SELECTORS: Final = ("ids", "topics", "themes", "refs")


@dataclass(frozen=True, slots=True)
class Override:
    weight: int | None
    gate: bool | None
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Selected:
    """One check as a policy wants it."""

    check: Check
    bound: Bound
    weight: int
    gate: bool
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Policy:
    id: str
    rev: int
    title: str
    description: str
    selected: tuple[Selected, ...]
    """In id order."""

    def only(self, ids: Sequence[str]) -> Policy:
        """The same policy pruned to these checks. Raises UsageError for an id the policy does not have."""
        known = {item.check.id for item in self.selected}
        for check_id in ids:
            if check_id not in known:
                raise UsageError(f"policy {self.id}: {unknown_word('check', check_id, known)}")
        chosen = tuple(item for item in self.selected if item.check.id in ids)
        return Policy(self.id, self.rev, self.title, self.description, chosen)


def load_policy(pack: Pack, policy_id: str) -> Policy:
    """Raises UsageError for a policy that does not exist, PackError for one that is wrong."""
    if policy_id not in pack.policies:
        raise UsageError(unknown_word("policy", policy_id, pack.policies))
    cursor = pack.policies[policy_id]
    at = _fields(cursor)
    ids, overrides = _resolve(pack, cursor, ())
    selected = tuple(_select(pack, check_id, overrides.get(check_id)) for check_id in sorted(ids))
    if not selected:
        raise cursor.error("this policy selects no check")
    return Policy(policy_id, at["rev"].integer(1, 10_000), at["title"].text(), at["description"].text(), selected)


def whole_library(pack: Pack) -> Policy:
    """Every check, for `scan --policy all`."""
    selected = tuple(_select(pack, check_id, None) for check_id in pack.order)
    return Policy("all", 1, EVERY_CHECK, "Every check of the library that concerns this host.", selected)


def _fields(cursor: Cursor) -> dict[str, Cursor]:
    return cursor.fields(["id", "rev", "title", "description"], ["extends", "select", "exclude", "overrides"])


def _resolve(pack: Pack, cursor: Cursor, seen: tuple[str, ...]) -> tuple[set[str], dict[str, Override]]:
    at = _fields(cursor)
    identity = at["id"].text()
    if identity in seen:
        raise at["extends"].error(f"policies extend each other in a circle: {' -> '.join([*seen, identity])}")
    ids: set[str] = set()
    overrides: dict[str, Override] = {}
    if "extends" in at:
        parent = at["extends"].choice(pack.policies)
        ids, overrides = _resolve(pack, pack.policies[parent], (*seen, identity))
    if "select" in at:
        ids = ids | _selection(pack, at["select"])
    if "exclude" in at:
        ids = ids - {item.choice(pack.checks) for item in at["exclude"].items()}
    for check_id, item in at["overrides"].entries() if "overrides" in at else ():
        if check_id not in ids:
            raise item.error(unknown_word("check in this policy", check_id, ids))
        overrides[check_id] = _override(item)
    return ids, overrides


def _selection(pack: Pack, cursor: Cursor) -> set[str]:
    at = cursor.fields([], SELECTORS)
    chosen: set[str] = set()
    if "ids" in at:
        chosen |= {item.choice(pack.checks) for item in at["ids"].items()}
    if "topics" in at:
        topics = set(at["topics"].texts())
        chosen |= {check_id for check_id, c in pack.checks.items() if c.value["topic"] in topics}
    if "themes" in at:
        themes = at["themes"].choices(THEMES)
        chosen |= {check_id for check_id, c in pack.checks.items() if c.value["theme"] in themes}
    if "refs" in at:
        frameworks = set(at["refs"].texts())
        chosen |= {i for i, c in pack.checks.items() if frameworks.intersection(c.value.get("refs", {}))}
    return chosen


def _override(cursor: Cursor) -> Override:
    at = cursor.fields([], ["weight", "gate", "params"])
    return Override(
        weight=at["weight"].integer(0, 10) if "weight" in at else None,
        gate=at["gate"].boolean() if "gate" in at else None,
        params=dict(at["params"].value) if "params" in at else {},
    )


def _select(pack: Pack, check_id: str, override: Override | None) -> Selected:
    check = pack.check(check_id)
    if override is None:
        return Selected(check, check.bind(), check.weight, check.gate, {})
    return Selected(
        check,
        check.bind(override.params),
        check.weight if override.weight is None else override.weight,
        check.gate if override.gate is None else override.gate,
        override.params,
    )
