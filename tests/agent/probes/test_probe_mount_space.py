from __future__ import annotations

import shutil

from agent.looking.host import Host
from agent.probes.mount import collect
from shieldwall.checks.fact import FactKey


def test_free_room_is_that_of_the_file_system() -> None:
    key = FactKey.of("mount", {"path": "/"})
    usage = shutil.disk_usage("/")
    expected = 100 * usage.free / (usage.used + usage.free)
    assert abs(collect([key], Host())[key].value["free_percent"] - expected) < 1
