"""`release brief|funding|infrastructure` as people type them: from what is published, and from nothing else."""

import numpy as np
import pytest
from releasing import cluster, random_hosts

from aggregator import cli
from aggregator.render import sheets

NAMES = [f"Firm {number:02}" for number in range(14)]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    made = cluster(tmp_path_factory.mktemp("papers") / "cluster")
    for name in NAMES:
        made.join(name)
    period = made.send(random_hosts(np.random.default_rng(1), NAMES, len(made.pack.order)))
    made.freeze(period)
    return made, period


def typed(made, capsysbinary, *arguments):
    code = cli.run(["--data", str(made.config.folder), "release", *arguments])
    out, err = capsysbinary.readouterr()
    return code, out, err.decode()


def test_only_a_published_release_makes_a_paper(found, capsysbinary, tmp_path):
    made, period = found
    code, out, err = typed(made, capsysbinary, "brief", period)
    assert code == 2 and out == b"" and f"release publish {period}" in err
    assert not (made.config.folder / "drafts").exists(), "asking for a paper builds nothing"
    assert typed(made, capsysbinary, "publish", period)[0] == 0
    for paper, head in (
        ("brief", b"# Evidence brief"), ("funding", b"# Funding dossier"), ("infrastructure", b"# Infrastructure needs"),
    ):  # fmt: skip
        code, out, _ = typed(made, capsysbinary, paper, period, "--format", "markdown")
        assert code == 0 and out.startswith(head) and b"14 firms" in out
        for form, begins in (("pdf", b"%PDF-1.7"), ("html", b"<!doctype html>")):
            file = tmp_path / f"{paper}.{sheets.ENDINGS[form]}"
            code, out, err = typed(made, capsysbinary, paper, period, "--format", form, "--output", str(file))
            assert code == 0 and out == b"" and f"{paper} written to {file}" in err
            assert file.read_bytes().startswith(begins)
    assert typed(made, capsysbinary, "brief", "2020-Q1")[0] == 2
