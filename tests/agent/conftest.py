"""One small internet for all tests of a session that look at domains."""

from collections.abc import Iterator

import pytest
from domain_lab import Lab, laboratory


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with laboratory(tmp_path_factory.mktemp("internet")) as made:
        yield made
