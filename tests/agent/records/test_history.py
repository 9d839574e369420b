from dataclasses import replace
from pathlib import Path

import pytest
from agent_sample import RUN, sample_result

from agent.home.config import Home
from agent.home.store import opened, writing
from agent.records.history import SCHEMA, find, record
from agent.scan.record import past
from shieldwall.errors import UsageError


def test_a_scan_is_found_by_number_by_word_and_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    first = past(replace(sample_result(), run="0" + RUN[1:]), "manual")
    second = past(sample_result(), "schedule")
    with opened(Home(tmp_path), SCHEMA) as db:
        with writing(db):
            record(db, first)
            record(db, second)
        assert find(db, "1").run == find(db, "previous").run == find(db, "0f0d7b3e-").run == first.run
        assert find(db, "2").run == find(db, "latest").run == find(db, RUN).run == RUN
        for name in ("3", "", "f", "%", "_", "9" * 40):
            with pytest.raises(UsageError, match="shieldwall history"):
                find(db, name)
