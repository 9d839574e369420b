"""`shieldwall-aggregator release` and `shieldwall benchmark` as people type them."""

import base64
import shutil
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from releasing import QUARTER, cluster, random_hosts

from agent import cli as agent_cli
from agent.delivery.outbox import SCHEMA, Outbox
from agent.home.config import Home
from agent.home.identity import Enrolment, Identity, ensure_key, write_enrolment
from agent.home.store import opened
from agent.records import history
from agent.records.history import PastItem, PastRun
from aggregator import cli
from aggregator.release.courses import offer
from aggregator.release.courses import place as courses_file
from aggregator.release.freezing import freeze_period, sum_up_with
from shieldwall.checks.outcome import Outcome
from shieldwall.encoding.canonical import encode
from shieldwall.encoding.envelope import sign
from shieldwall.log.checkpoint import open_checkpoint
from shieldwall.published.attacks.roster import parse_roster
from shieldwall.published.courses import PAYLOAD_TYPE

NAMES = [f"Firm {number:02}" for number in range(14)]


@pytest.fixture
def found(tmp_path):
    made = cluster(tmp_path / "cluster")
    for name in NAMES:
        made.join(name)
    return made


def typed(found, capsys, *arguments):
    code = cli.run(["--data", str(found.config.folder), "release", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_build_show_publish_explain(found, capsys):
    period = found.send(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    found.freeze(period)
    code, out, err = typed(found, capsys, "build", period)
    assert code == 0 and out.strip().endswith(f"drafts/{period}") and "no certain inference" in err
    code, out, err = typed(found, capsys, "show", period)
    assert code == 0 and "of 14 firms, " in out and "need action on access" in out and "need action: The thing" in out
    code, out, _ = typed(found, capsys, "publish", period)
    assert code == 0 and out.strip() == str(found.config.releases / period)
    code, out, _ = typed(found, capsys, "explain", period)
    assert code == 0 and "A figure is a band of 4 firms" in out and "Attack X3" in out
    code, out, _ = typed(found, capsys, "explain")
    assert code == 0 and "0 of 14 members have sent results" in out and "That means" not in out


def test_explain_says_why_a_silent_firm_is_not_carried_and_what_to_do(found, capsys):
    found.release(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    found.send(random_hosts(np.random.default_rng(2), NAMES[2:], len(found.pack.order)))
    out = typed(found, capsys, "explain")[1]
    assert "2 firms counted in the last release sent nothing in 2026-Q2 or left" in out
    assert "destroyed when that period was frozen" in out and "`shieldwall submit`" in out
    assert "--partition none" not in out


def test_explain_says_when_it_waits_that_breakdowns_cost_releases(found, capsys):
    for number in range(14, 34):
        found.join(f"Firm {number:02}", sector=("metal", "wood")[number % 2])
    names = list(found.firms)
    found.release(random_hosts(np.random.default_rng(1), names, len(found.pack.order)))
    found.send(random_hosts(np.random.default_rng(2), names[1:33], len(found.pack.order)))
    out = typed(found, capsys, "explain")[1]
    assert "ask to wait" in out and "`release policy --partition none`" in out
    assert "counted in 2026-Q1 and not in this release" in out


def test_what_cannot_be_built_says_what_to_type(found, capsys):
    code, _, err = typed(found, capsys, "build", "2020-Q1")
    assert code == 2 and "2020-Q1" in err
    period = found.send(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    code, _, err = typed(found, capsys, "publish", period)
    assert code == 2 and f"period freeze {period}" in err


def test_an_agent_places_its_last_scan(found, tmp_path, capsys, monkeypatch):
    found.release(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    file = found.config.releases / "2026-Q1" / "release.json"
    home = Home(tmp_path / "home").create()
    arguments = ["--home", str(home.path), "benchmark", "--release", str(file)]
    assert agent_cli.run(arguments) == 2 and "shieldwall join" in capsys.readouterr().err
    key = base64.b64encode(found.notary.key.public_key().public_bytes_raw()).decode()
    write_enrolment(
        home, Enrolment("http://127.0.0.1:1", found.config.origin, "agt_1", 1, key, "0" * 64, "0" * 64, "{}", ())
    )
    assert agent_cli.run(arguments) == 2 and "shieldwall scan" in capsys.readouterr().err
    with opened(home, history.SCHEMA) as db:
        history.record(db, run_with(found.pack, Outcome.FAIL))
    assert agent_cli.run(arguments) == 0
    assert "you need action; of 14 firms, " in capsys.readouterr().out
    offer(found.config, found.notary, "T-BKP", "Restoring for real", "", found.now)
    shutil.copy(courses_file(found.config), file.parent)

    def refuse(*_, **__):
        raise AssertionError("with a release at hand nobody is asked anything")

    monkeypatch.setattr(socket, "socket", refuse)
    page = tmp_path / "standing.html"
    assert agent_cli.run([*arguments, "--output", str(page)]) == 0
    told = page.read_text()
    assert "Measured by the agent" in told and "Restoring for real" in told and page.stat().st_mode & 0o777 == 0o600
    assert agent_cli.run([*arguments, "--format", "html"]) == 0 and "<!doctype html>" in capsys.readouterr().out
    (file.parent / "courses.json").write_bytes(sign(b"{}", [Ed25519PrivateKey.generate()], PAYLOAD_TYPE))
    assert agent_cli.run([*arguments, "--output", str(page)]) == 5, "courses of somebody else are refused"


@contextmanager
def answering(found):
    """The cluster's published files behind a socket that writes down what it is asked."""
    requests = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            self._note()
            listed = encode({"releases": [{"name": "2026-Q1", "files": ["release.json"]}]})
            file = found.config.releases / self.path.removeprefix("/v1/releases/")
            bodies = {"/v1/releases": listed, "/v1/courses": courses_file(found.config).read_bytes()}
            body = bodies.get(self.path) or (file.read_bytes() if file.is_file() else None)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def do_POST(self):
            self._note()
            self.send_error(404)

        def _note(self):
            sent = sorted((name, value) for name, value in self.headers.items() if name != "Host")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            requests.append((self.command, self.path, body, sent))

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def run_with(pack, outcome):
    now = datetime(2026, 4, 1, tzinfo=UTC)
    items = tuple(
        PastItem(c.id, c.rev, c.theme, c.severity, c.weight, c.gate, c.attested, outcome, None, False)
        for c in pack.all_checks()
    )
    return PastRun("r", now, now, "manual", "all", 1, "1", pack.digest, "debian", "server", True, items)


def test_what_is_asked_for_a_page_hangs_on_no_result(found, tmp_path, capsys):
    """A real server writes down every request of two firms with opposite results: they are the same bytes."""
    built = found.release(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    log_key = found.notary.key.public_key()
    seen = open_checkpoint(built.release.log.checkpoint, origin=found.config.origin, log_key=log_key)
    offer(found.config, found.notary, "T-BKP", "Restoring for real", "", found.now)
    asked = []
    for outcome in (Outcome.FAIL, Outcome.PASS):
        home = Home(tmp_path / outcome.value).create()
        with answering(found) as (url, requests):
            key = base64.b64encode(log_key.public_bytes_raw()).decode()
            enrolment = Enrolment(url, found.config.origin, "agt_1", 1, key, "0" * 64, "0" * 64, "{}", ())
            write_enrolment(home, enrolment)
            with opened(home, SCHEMA) as db:
                Outbox(db, Identity(enrolment, ensure_key(home.key))).open(seen.size, seen.root, found.now)
            with opened(home, history.SCHEMA) as db:
                history.record(db, run_with(found.pack, outcome))
            assert agent_cli.run(["--home", str(home.path), "benchmark", "--output", str(tmp_path / "page.html")]) == 0
        asked.append(requests)
    assert asked[0] == asked[1] and any(path == "/v1/courses" for _, path, *_ in asked[0])
    assert all((method, body) == ("GET", b"") for method, _, body, _ in asked[0])


def test_the_partition_is_signed_and_cannot_be_exchanged_beside_releases_that_used_another(found, capsys):
    assert typed(found, capsys, "policy")[1].startswith("partition sector\n")
    assert typed(found, capsys, "policy", "--partition", "size")[1].startswith("partition size\n")
    file = found.config.folder / "release-policy.json"
    signed = file.read_bytes()
    file.write_bytes(signed.replace(b"signatures", b"signaturez"))
    assert typed(found, capsys, "policy")[0] != 0
    file.write_bytes(signed)
    for number in range(14, 40):
        found.join(f"Firm {number:02}", sector=("metal", "wood")[number % 2])
    names = list(found.firms)
    found.release(random_hosts(np.random.default_rng(1), names, len(found.pack.order)))
    code, _, err = typed(found, capsys, "policy", "--partition", "size")
    assert code == 2 and "broken down by sector" in err
    assert typed(found, capsys, "policy", "--partition", "none")[1].startswith("partition none\n")


def test_a_roster_is_handed_out_as_it_was_signed(found, capsys):
    built = found.release(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    code, out, _ = typed(found, capsys, "roster", built.release.period)
    assert code == 0 and parse_roster(out).hash == built.release.cohort.roster_hash
    assert "That means: figures" in typed(found, capsys, "explain", built.release.period)[1]


def test_noisy_figures_are_drawn_once_and_their_cost_is_kept(found, capsys):
    for number in range(14, 104):
        found.join(f"Firm {number:03}")
    names = list(found.firms)
    assert "epsilon 2 a freeze" in typed(found, capsys, "policy", "--noise", "2")[1]
    periods = []
    for seed in (1, 2):
        period = found.send(random_hosts(np.random.default_rng(seed), names, len(found.pack.order)))
        freeze_period(
            found.config, found.engine, period, found.now, replace(sum_up_with(found.config), pack=found.pack)
        )
        found.now += QUARTER
        periods.append(period)
    first = typed(found, capsys, "noise", periods[0])[1]
    assert first == typed(found, capsys, "noise", periods[0])[1] and "104 firms, differentially private" in first
    assert first.count("among the five weakest") == 5
    assert typed(found, capsys, "noise")[1] == f"{periods[0]}\t2\t2\n{periods[1]}\t2\t4\n"


def test_few_firms_have_no_noisy_figures(found, capsys):
    period = found.send(random_hosts(np.random.default_rng(1), NAMES, len(found.pack.order)))
    found.freeze(period)
    code, out, _ = typed(found, capsys, "noise", period)
    assert code == 0 and "noise starts at 100" in out
    assert typed(found, capsys, "policy", "--noise", "0.01")[0] == 2
