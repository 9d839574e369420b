"""What anybody may read: the log proves itself, releases are fixed bytes, nothing else is served."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aggregating import Running, fresh, running

from shieldwall.log import merkle
from shieldwall.log.checkpoint import open_checkpoint, parse_vkey
from shieldwall.log.receipt import parse_consistency


@pytest.fixture(scope="module")
def live(either_database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("public") / "data")) as cluster:
        yield cluster


def publish(live: Running, name: str, **files: bytes) -> Path:
    folder = live.config.releases / name
    folder.mkdir()
    for file, data in files.items():
        (folder / file.replace("_", ".")).write_bytes(data)
    return folder


def test_every_checkpoint_extends_the_ones_before(live: Running) -> None:
    cluster = json.loads(live.ask("GET", "/v1/cluster").body)
    name, key = parse_vkey(cluster["vkey"])
    assert name == cluster["origin"] == live.config.origin
    assert cluster["protocols"] == [1]
    agent, seen = live.agent(), []
    for _ in range(9):
        seen.append(open_checkpoint(live.ask("GET", "/v1/log/checkpoint").body.decode(), origin=name, log_key=key))
        assert agent.send(agent.prepare()).status == 201
    for old in seen:
        for new in seen[seen.index(old) :]:
            reply = live.ask("GET", f"/v1/log/consistency?from={old.size}&to={new.size}")
            merkle.verify_consistency(old.size, old.root, new.size, new.root, parse_consistency(reply.body))


def test_the_checkpoint_of_an_empty_log(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as empty:
        key = empty.service.notary.key.public_key()
        note = empty.ask("GET", "/v1/log/checkpoint").body.decode()
        found = open_checkpoint(note, origin=empty.config.origin, log_key=key)
        assert (found.size, found.root) == (0, merkle.EMPTY_ROOT)
        assert parse_consistency(empty.ask("GET", "/v1/log/consistency?from=0&to=0").body) == []


def test_a_release_is_served_byte_for_byte(live: Running) -> None:
    publish(live, "2026-Q3", release_json=b'{"a": 1}', report_html=b"<p>report</p>", report_pdf=b"%PDF", x_csv=b"a,b\n")
    listed = json.loads(live.ask("GET", "/v1/releases").body)["releases"]
    assert listed == [{"name": "2026-Q3", "files": ["release.json", "report.html", "report.pdf", "x.csv"]}]
    for file, kind in (
        ("release.json", "application/json"),
        ("report.html", "text/html; charset=utf-8"),
        ("report.pdf", "application/pdf"),
        ("x.csv", "text/csv; charset=utf-8"),
    ):
        reply = live.ask("GET", f"/v1/releases/2026-Q3/{file}")
        assert (reply.status, reply.headers["content-type"]) == (200, kind)
        assert reply.body == (live.config.releases / "2026-Q3" / file).read_bytes()
        assert reply.body == live.ask("GET", f"/v1/releases/2026-Q3/{file}").body
    policy = live.ask("GET", "/v1/releases/2026-Q3/report.html").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    page = live.ask("GET", "/").body.decode()
    assert 'href="/v1/releases/2026-Q3/report.html"' in page


def test_what_is_not_published_is_not_served(live: Running) -> None:
    publish(live, "draft", report_html=b"<p>not yet</p>")
    folder = publish(live, "2026-Q2", release_json=b"{}", secret_key=b"key", page_js=b"alert(1)")
    (folder / "stolen.json").symlink_to(live.config.log_key)
    elsewhere = live.config.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "release.json").write_bytes(b"{}")
    (live.config.releases / "linked").symlink_to(elsewhere)
    for path in (
        "draft/report.html",
        "2026-Q2/secret.key",
        "2026-Q2/page.js",
        "2026-Q2/stolen.json",
        "linked/release.json",
        "..%2fkeys/log.key",
        "2026-Q2/..%2f..%2faggregator.yaml",
        "2026-Q2/%00",
        "2026-Q2/",
    ):
        reply = live.ask("GET", f"/v1/releases/{path}")
        assert (reply.status, reply.problem) == (404, "not-found"), path
        assert b"key" not in reply.body


def test_a_cluster_name_is_text_on_the_page(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data", name="<script>alert(1)</script> & Co")) as named:
        page = named.ask("GET", "/").body.decode()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
