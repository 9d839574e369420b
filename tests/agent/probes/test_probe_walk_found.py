"""However many files answer a question, the most telling are kept and all are counted."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from planted import planted

from agent.looking.host import FileStat
from agent.probes import walk
from agent.probes.walk.found import Entry, Found
from shieldwall import limits
from shieldwall.checks.fact import FactKey


def entry(path: str, exposed: bool) -> Entry:
    return Entry(FileStat(path, "file", 0o644, 0, 0, 0, 0.0, 0, 0), exposed)


@given(st.lists(st.tuples(st.text(max_size=3), st.booleans()), max_size=400), st.integers(1, 20))
def test_bounded_keeping_gives_what_keeping_all_would(files: list[tuple[str, bool]], keep: int) -> None:
    bounded, whole = Found(keep), Found(10_000)
    for path, exposed in files:
        bounded.add(entry(path, exposed))
        whole.add(entry(path, exposed))
    assert bounded.telling() == whole.telling()[:keep]
    assert bounded.count == whole.count == len(files)


def test_a_share_full_of_open_files_is_counted_and_shown_in_part(tmp_path: Path) -> None:
    host = planted(tmp_path, {f"/srv/{n:04}": "" for n in range(400)})
    for file in (tmp_path / "srv").iterdir():
        file.chmod(0o666)
    key = FactKey.of("walk", {"find": "world_writable"})
    value = walk.collect([key], host)[key].value
    assert (value["count"], value["complete"], len(value["items"])) == (400, True, limits.EVIDENCE_ITEMS)
    assert [item["path"] for item in value["items"][:2]] == ["/srv/0000", "/srv/0001"]


def test_more_than_can_be_looked_into_is_not_complete(tmp_path: Path) -> None:
    host = planted(tmp_path, {"/srv/0.key": "-----BEGIN PRIVATE KEY-----"})
    for n in range(1, limits.WALK_LOOKED_INTO + 1):
        os.link(tmp_path / "srv/0.key", tmp_path / f"srv/{n}.key")
    key = FactKey.of("walk", {"find": "key_files"})
    value = walk.collect([key], host)[key].value
    assert (value["count"], value["complete"]) == (limits.WALK_LOOKED_INTO, False)
    assert value["items"][-1] == {"?": "refused"}
