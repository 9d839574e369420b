"""An agent that joined a cluster over real sockets."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from joined import Agent, joined
from simulator import Cluster, served


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with served(Cluster()) as (cluster, url), joined(tmp_path / "home", cluster, url) as made:
        yield made
