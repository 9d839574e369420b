"""What is wrong with an aggregator, and the command that mends it."""

from __future__ import annotations

import shutil
from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import SQLAlchemyError

from aggregator.cli import surroundings
from aggregator.cli.finding import Finding
from aggregator.config import Config
from aggregator.database import agents, log, notary, versions
from aggregator.database.agents import AgentStatus
from aggregator.database.engine import connect, reading
from aggregator.database.schema import log_leaf
from aggregator.ledger import periods
from aggregator.ledger.periods import PeriodState
from aggregator.ledger.reopening import rolled_back
from aggregator.ledger.seal import KeyRing
from aggregator.members import firms, invitations
from shieldwall.errors import ConfigError, IntegrityError
from shieldwall.limits import MIB

FREE_BYTES: Final = 512 * MIB
"""Room for a VACUUM of the largest ledger measured and a day of statements."""
RESTORE: Final = "stop the server and `shieldwall-aggregator restore` the newest backup that `verify` calls whole"


def examine(config: Config, now: int, *, online: bool = False) -> list[Finding]:
    """Everything that can be looked at without a server running. Raises nothing: what fails is a finding.

    online   also meet the public address as members do
    """
    around = [
        *surroundings.backups(config, now), *surroundings.own_audit(config, now), *surroundings.signed(config, now),
    ]  # fmt: skip
    found = [*_files(config), *_database(config, now), *around]
    return found + (surroundings.certificate(config, now) if online else [])


def _files(config: Config) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.append(Finding(True, f"log key of {notary.load(config).origin}"))
    except ConfigError as error:
        found.append(Finding(False, "the log key cannot be used", str(error)))
    for folder in (config.folder, config.log_key.parent, config.period_keys):
        if folder.is_dir() and folder.stat().st_mode & 0o077:
            found.append(Finding(False, f"{folder} can be read by others", f"chmod 700 {folder}"))
    found += surroundings.owner(config)
    free = shutil.disk_usage(config.folder).free
    found.append(
        Finding(free >= FREE_BYTES, f"{free // MIB} MiB free in {config.folder}", "make room: a freeze needs it")
    )
    return found


def _database(config: Config, now: int) -> list[Finding]:
    try:
        engine = connect(config.database_url)
        versions.check(engine)
        with reading(engine) as connection:
            found = [Finding(True, f"database at version {versions.newest()}")]
            if engine.dialect.name == "sqlite":
                verdict = str(connection.exec_driver_sql("PRAGMA quick_check").scalar())
                found.append(Finding(verdict == "ok", f"database file: {verdict}", RESTORE))
            return [
                *found,
                *_log(connection, config),
                *surroundings.clock(connection, config, now),
                *_periods(connection, config, now),
                *_members(connection, config),
            ]
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", error))
        return [Finding(False, f"the database cannot be used: {why}", f"make it reachable and writable, or {RESTORE}")]
    except (ConfigError, IntegrityError) as error:
        return [Finding(False, "the database cannot be used", str(error))]


def _log(connection: Connection, config: Config) -> list[Finding]:
    size = log.size(connection, config.cluster)
    leaves = connection.execute(
        select(func.count()).select_from(log_leaf).where(log_leaf.c.cluster == config.cluster)
    ).scalar_one()
    if rolled_back(config):
        lost = f"agents hold more of {config.origin} than this server: it was restored from an older backup"
        return [Finding(False, lost, "stop the server, then: shieldwall-aggregator log reopen")]
    return [Finding(leaves == size, f"log of {size} leaves, {leaves} stored", RESTORE)]


def _periods(connection: Connection, config: Config, now: int) -> list[Finding]:
    ring, found = KeyRing(config.period_keys), []
    for period in periods.every(connection, config.cluster):
        if period.state is PeriodState.FROZEN:
            if ring.exists(period.name):
                found.append(
                    Finding(
                        False, f"the key of frozen period {period.name} still exists", "restart the server: it ends it"
                    )
                )
            continue
        if not ring.exists(period.name):
            found.append(
                Finding(
                    False, f"the key of open period {period.name} is gone",
                    f"its rows are lost: shieldwall-aggregator period freeze {period.name} --despite-wait",
                )
            )  # fmt: skip
        elif period.name < periods.quarter(now):
            found.append(
                Finding(
                    False, f"period {period.name} is over and still open",
                    f"shieldwall-aggregator period freeze {period.name}",
                )
            )  # fmt: skip
    return found or [Finding(True, "periods and their keys")]


def _members(connection: Connection, config: Config) -> list[Finding]:
    found: list[Finding] = []
    present = firms.roster(connection, config.cluster)
    for firm in present:
        alarms = sum(item.alarms for item in invitations.of_firm(connection, config.cluster, firm.id))
        if alarms:
            found.append(
                Finding(
                    False, f"an invitation of {firm.name} was tried with another key", "revoke that agent, ask the firm"
                )
            )
        for agent in agents.of_firm(connection, config.cluster, firm.id):
            if agent.status in (AgentStatus.PENDING, AgentStatus.QUARANTINED):
                found.append(
                    Finding(
                        False, f"agent {agent.id} of {firm.name} is {agent.status}",
                        f"shieldwall-aggregator firm approve {agent.id}, once you know why",
                    )
                )  # fmt: skip
    return found or [Finding(True, f"{len(present)} member firms, no alarms")]
