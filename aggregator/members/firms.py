"""The cluster's firms: what the manager knows of them and the public may know of the cohort."""

from __future__ import annotations

import re
import secrets
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, Row, insert, select, update

from aggregator.database.schema import firm as table
from shieldwall.errors import UsageError
from shieldwall.language import gettext as _

WORD: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
NAME_CHARS: Final = 120


class SizeBand(StrEnum):
    """Employees, in the bands official statistics use."""

    MICRO = "1-9"
    SMALL = "10-49"
    MEDIUM = "50-249"
    LARGE = "250+"


class FirmStatus(StrEnum):
    MEMBER = "member"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Firm:
    id: str
    """firm_ and 16 random hex digits: no order, no name."""
    name: str
    sector: str
    """A word of the cluster's own choosing, e.g. metalworking."""
    size_band: SizeBand
    linked_group: str | None
    """Firms that one hand could fill in for, such as a holding or a shared IT provider, carry the same word."""
    status: FirmStatus
    joined_at: int
    left_at: int | None


def add(
    connection: Connection, cluster: str, *, name: str, sector: str, size_band: str, linked_group: str | None, now: int
) -> Firm:
    """A new member. Raises UsageError naming what to write instead."""
    if not name.strip() or len(name) > NAME_CHARS or not name.isprintable():
        raise UsageError(_("a firm's name has 1 to %(most)s printable characters.") % {"most": NAME_CHARS})
    for option, value in (("--sector", sector), ("--linked", linked_group)):
        if value is not None and not WORD.fullmatch(value):
            raise UsageError(
                _("%(option)s `%(value)s` must be 1 to 40 of a-z, 0-9 and -, such as metalworking.")
                % {"option": option, "value": value}
            )
    if size_band not in list(SizeBand):
        raise UsageError(
            _("%(option)s `%(value)s` must be one of %(sizes)s (employees).")
            % {"option": "--size", "value": size_band, "sizes": ", ".join(SizeBand)}
        )
    if any(firm.name == name.strip() and firm.status is FirmStatus.MEMBER for firm in everyone(connection, cluster)):
        raise UsageError(
            _("`%(name)s` is a member already.") % {"name": name.strip()}
            + " Type `shieldwall-aggregator firm list` to see its id."
        )
    firm = Firm(
        id=f"firm_{secrets.token_hex(8)}",
        name=name.strip(),
        sector=sector,
        size_band=SizeBand(size_band),
        linked_group=linked_group,
        status=FirmStatus.MEMBER,
        joined_at=now,
        left_at=None,
    )
    connection.execute(
        insert(table).values(
            cluster=cluster,
            firm=firm.id,
            name=firm.name,
            sector=firm.sector,
            size_band=firm.size_band.value,
            linked_group=firm.linked_group,
            status=firm.status.value,
            joined_at=now,
        )
    )
    return firm


def everyone(connection: Connection, cluster: str) -> tuple[Firm, ...]:
    """Members and those who left, by id."""
    rows = connection.execute(select(table).where(table.c.cluster == cluster).order_by(table.c.firm))
    return tuple(_firm(row) for row in rows)


def roster(connection: Connection, cluster: str) -> tuple[Firm, ...]:
    """Present members, by id."""
    return tuple(firm for firm in everyone(connection, cluster) if firm.status is FirmStatus.MEMBER)


def linked_groups(connection: Connection, cluster: str) -> dict[str, tuple[str, ...]]:
    """Firm ids of present members by the hand that could fill in for them; groups of one are left out."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for firm in roster(connection, cluster):
        if firm.linked_group is not None:
            groups[firm.linked_group].append(firm.id)
    return {name: tuple(ids) for name, ids in sorted(groups.items()) if len(ids) > 1}


def find(connection: Connection, cluster: str, wanted: str) -> Firm:
    """By id or by exact name. Raises UsageError."""
    everybody = everyone(connection, cluster)
    found = [firm for firm in everybody if wanted == firm.id] or [firm for firm in everybody if wanted == firm.name]
    if len(found) != 1:
        raise UsageError(f"no firm `{wanted}`. Type `shieldwall-aggregator firm list` to see names and ids.")
    return found[0]


def mark_left(connection: Connection, cluster: str, firm: Firm, now: int) -> None:
    connection.execute(
        update(table)
        .where(table.c.cluster == cluster, table.c.firm == firm.id)
        .values(status=FirmStatus.LEFT.value, left_at=now)
    )


def _firm(row: Row[tuple[object, ...]]) -> Firm:
    return Firm(
        id=row.firm,
        name=row.name,
        sector=row.sector,
        size_band=SizeBand(row.size_band),
        linked_group=row.linked_group,
        status=FirmStatus(row.status),
        joined_at=row.joined_at,
        left_at=row.left_at,
    )
