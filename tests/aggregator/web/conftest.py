"""A server over a real socket, on either database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from aggregating import Running, fresh, running


@pytest.fixture(scope="module")
def cluster(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("cluster") / "data"), body_seconds=0.5) as live:
        yield live
