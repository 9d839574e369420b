"""Both databases: a test that asks for `either_database` runs once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator

import postgresql
import pytest


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a private server, or of the one the environment names."""
    named = os.environ.get(postgresql.NAME)
    if named:
        yield named
        return
    with postgresql.serving() as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """Which one it is; `aggregating.fresh` and `aggregating.empty_database` make databases of its kind."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "postgresql":
            patch.setenv(postgresql.NAME, request.getfixturevalue("postgresql_server"))
        else:
            patch.delenv(postgresql.NAME, raising=False)
        yield request.param
