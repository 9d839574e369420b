"""Bringing a database to the tables this program knows, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from aggregator.database.engine import reading, writing
from shieldwall.errors import ConfigError

SCRIPTS = "aggregator:migrations"


def upgrade(engine: Engine, *, more: Sequence[Path] = ()) -> str:
    """Run every migration that is missing, in one transaction; answers the version reached.

    more   further folders of migrations, beside the shipped ones
    """
    with writing(engine) as connection:
        upgrade_within(connection, "head", more=more)
    return current(engine)


def upgrade_within(connection: Connection, version: str, *, more: Sequence[Path] = ()) -> None:
    """As upgrade, up to a version and within a transaction of the caller's. Raises ConfigError for an unknown one."""
    settings = _settings(more)
    settings.attributes["connection"] = connection
    try:
        command.upgrade(settings, version)
    except CommandError as error:
        raise ConfigError(f"this program knows no database version `{version}`: use the program it is from.") from error


def current(engine: Engine) -> str:
    """The version the database is at, "" for an empty one."""
    with reading(engine) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """The version this program needs."""
    return ScriptDirectory.from_config(_settings(())).get_current_head() or ""


def check(engine: Engine) -> None:
    """Raises ConfigError unless the database is at the version this program needs."""
    found, wanted = current(engine), newest()
    if found != wanted:
        raise ConfigError(
            f"the database is at version `{found or 'none'}`, this program needs `{wanted}`. "
            "Type `shieldwall-aggregator init --upgrade` while no server runs."
        )


def _settings(more: Sequence[Path]) -> Config:
    settings = Config()
    settings.set_main_option("script_location", SCRIPTS)
    settings.set_main_option("path_separator", "newline")
    places = [f"{SCRIPTS}/versions", *(str(place) for place in more)]
    settings.set_main_option("version_locations", "\n".join(places))
    return settings
