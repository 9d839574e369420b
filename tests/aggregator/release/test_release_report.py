"""From a really frozen period to the report a manager opens."""

from pathlib import Path

import numpy as np
import pytest
from releasing import MadeUp, cluster, random_hosts

from aggregator.cli import run
from aggregator.release.report import make_report, write_report
from aggregator.render import FORMATS
from shieldwall.published.release import encode_release


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    up = cluster(tmp_path_factory.mktemp("cluster"))
    names = [f"Firm {number}" for number in range(14)]
    for name in names:
        up.join(name)
    up.release(random_hosts(np.random.default_rng(7), names, len(up.pack.order)))
    return up


def period(up: MadeUp) -> str:
    return next(up.config.releases.iterdir()).name


def test_every_form_can_be_made_of_a_real_release(made: MadeUp, tmp_path: Path) -> None:
    release = made.build(period(made)).release
    for form in FORMATS:
        file = tmp_path / f"report.{form}"
        words = ["--data", str(made.config.folder), "release", "report", period(made), "--format", form]
        assert run([*words, "--output", str(file)]) == 0
        assert file.stat().st_size > 1000
    assert (tmp_path / "report.json").read_bytes() == encode_release(release)
    text = (tmp_path / "report.text").read_text()
    assert "14 firms took part" in text and release.cohort.roster_hash in text


def test_advice_comes_from_the_pack_and_a_check_it_lost_is_still_shown(made: MadeUp) -> None:
    release = made.build(period(made)).release
    page = make_report(release, "html", made.pack).decode()
    assert "What to do." in page
    titles = {figure.title for figure in release.checks}
    assert all(title in page for title in titles)


def test_a_report_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "folder"
    folder.mkdir(parents=True)
    file = folder.with_name("report.html")
    write_report(file, b"first")
    with pytest.raises(OSError, match="folder"):
        write_report(folder, b"second")
    assert file.read_bytes() == b"first" and sorted(p.name for p in file.parent.iterdir()) == ["folder", "report.html"]
