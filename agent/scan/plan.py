"""Which facts a scan needs, before it looks at anything."""

from __future__ import annotations

from collections.abc import Iterable

from shieldwall.checks.fact import FactKey
from shieldwall.checks.judgement import FAMILIES, Subject, concerns
from shieldwall.packs.policy import Selected


def plan(selected: Iterable[Selected], subject: Subject) -> tuple[FactKey, ...]:
    """Each fact once, in the order of the checks; none for a check that does not concern such a host."""
    families = FAMILIES[subject.family]
    keys = [key for item in selected if concerns(item.check, subject) for key in item.bound.keys(families)]
    return tuple(dict.fromkeys(keys))
