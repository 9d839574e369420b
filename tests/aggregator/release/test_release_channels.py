"""X16 over every file that lies beside a release: neighbouring data sets with equal bands are told apart by nothing.

The neighbours are copies of one cluster, with its keys, firms and clock, that differ in results alone: so many firms
fail everything, always within the same band. Their files are compared byte for byte: sizes, order, times and metadata,
keys that are absent. (Between real neighbours the log's checkpoint and root differ as well, which are digests.)
"""

import os
import shutil
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from releasing import MadeUp, small_pack

from aggregator.config import new
from aggregator.database import found, notary
from aggregator.database.engine import connect
from aggregator.export.files import BESIDE as OPEN_DATA
from aggregator.export.files import open_data_beside
from aggregator.release.build import CERTIFICATE_FILE, RELEASE_FILE, build, publish
from aggregator.release.report import BESIDE, make_report, render_beside
from aggregator.render import FORMATS
from shieldwall.published.manifest import FILE as MANIFEST_FILE

FIRMS = [f"Firm {number:02}" for number in range(14)]
FAILING = (4, 5, 7)
"""Of 14 firms in bands of 4 all count as 4 to 7."""


def opened(folder: Path, start: MadeUp) -> MadeUp:
    config = replace(start.config, folder=folder)
    return MadeUp(config, connect(config.database_url), notary.load(config), start.pack, start.now, 0, start.firms)


def files(made: MadeUp, failing: int) -> dict[str, bytes]:
    """Everything of a period in which the first `failing` firms fail everything, as it is served."""
    codes = np.ones((len(FIRMS), len(made.pack.order)), dtype=np.uint8)
    codes[:failing, :] = 2
    period = made.send({name: codes[place : place + 1] for place, name in enumerate(FIRMS)})
    made.freeze(period)
    built = made.build(period)
    assert render_beside(built.folder, built.release, made.pack) == []
    open_data_beside(made.config, made.engine, made.notary, built, made.pack)
    folder = publish(made.config, made.engine, built)
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, bytes]]:
    """Failing firms -> their cluster's files; SQLite always, since a copy of its folder is a copy of all."""
    folder = tmp_path_factory.mktemp("channels")
    config = new(folder / "home", name="Valley Metal", url="http://127.0.0.1:8440")
    found.found(config)
    start = MadeUp(config, connect(config.database_url), notary.load(config), small_pack(1))
    for name in FIRMS:
        start.join(name)
    start.engine.dispose()
    out = {}
    for failing in (*FAILING, 8):
        shutil.copytree(folder / "home", folder / str(failing))
        out[failing] = files(opened(folder / str(failing), start), failing)
    return out


def test_every_file_that_is_served_is_looked_at(served: dict[int, dict[str, bytes]]) -> None:
    names = {RELEASE_FILE, CERTIFICATE_FILE, MANIFEST_FILE, *BESIDE.values(), *OPEN_DATA}
    assert {frozenset(each) for each in served.values()} == {frozenset(names)}


@pytest.mark.parametrize("name", sorted({RELEASE_FILE, CERTIFICATE_FILE, MANIFEST_FILE, *BESIDE.values(), *OPEN_DATA}))
def test_neighbours_with_equal_bands_have_the_same_file_byte_for_byte(
    served: dict[int, dict[str, bytes]], name: str
) -> None:
    assert len({served[failing][name] for failing in FAILING}) == 1


def test_another_band_is_another_release_or_this_tests_nothing(served: dict[int, dict[str, bytes]]) -> None:
    for name in (RELEASE_FILE, *BESIDE.values(), *OPEN_DATA):
        assert served[8][name] != served[4][name], name


def test_made_again_from_the_ledger_at_another_time_in_another_place_they_are_the_same(
    tmp_path: Path, served: dict[int, dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = new(tmp_path / "home", name="Valley Metal", url="http://127.0.0.1:8440")
    found.found(config)
    made = MadeUp(config, connect(config.database_url), notary.load(config), small_pack(1))
    for name in FIRMS:
        made.join(name)
    first = files(made, 5)
    (period,) = (folder.name for folder in made.config.releases.iterdir())
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    time.tzset()
    try:
        again = build(made.config, made.engine, made.notary, period)
        place = tmp_path / "elsewhere"
        place.mkdir()
        os.utime(place, (1, 1))
        render_beside(place, again.release, made.pack)
        open_data_beside(made.config, made.engine, made.notary, replace(again, folder=place), made.pack)
        assert again.envelope == first[RELEASE_FILE]
        for name in (*BESIDE.values(), *OPEN_DATA):
            assert (place / name).read_bytes() == first[name], name
        for form in FORMATS:
            assert make_report(again.release, form, made.pack) == make_report(again.release, form, made.pack), form
    finally:
        monkeypatch.undo()
        time.tzset()
