"""Bringing a database to the tables this program knows, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from aggregator.database.engine import reading, writing
from shieldwall.errors import ConfigError

SCRIPTS = "aggregator:migrations"


def upgrade(engine: Engine, *, more: Sequence[Path] = ()) -> str:
    """Run every migration that is missing, in one transaction; answers the version reached.

    more   further folders of migrations, beside the shipped ones
    """
    settings = _settings(more)
    with writing(engine) as connection:
        settings.attributes["connection"] = connection
        command.upgrade(settings, "head")
    return current(engine)


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
