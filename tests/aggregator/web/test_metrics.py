"""Figures for Prometheus: they count what happened, tell the same after a restart's lookup, and name nobody."""

import http.client
import re
import threading
from pathlib import Path

import pytest
from aggregating import PACK, ask, fresh, join
from prometheus_client.parser import text_string_to_metric_families

from aggregator.config import Config
from aggregator.database.backup import backup
from aggregator.database.engine import writing
from aggregator.members import firms, invitations
from aggregator.web import server
from aggregator.web.app import build
from aggregator.web.metrics import BUCKETS, MEDIA_TYPE, Counted, _machine, exposed, page
from aggregator.web.service import start
from shieldwall.errors import ConfigError

DOCS = Path(__file__).parents[3] / "docs"


def value(text: str, name: str) -> str:
    (found,) = [
        line.rpartition(" ")[2] for line in text.splitlines() if line.rpartition(" ")[0] == f"shieldwall_{name}"
    ]
    return found


def test_it_counts_what_happens_and_names_nobody(tmp_path: Path) -> None:
    config: Config = fresh(tmp_path / "data")
    service = start(config, (PACK,))
    app, bound, ready = Counted(build(service)), server.listen("127.0.0.1", 0), threading.Event()
    served = server.make(app, ready.set)
    thread = threading.Thread(target=lambda: served.run(sockets=[bound]), daemon=True)
    thread.start()
    assert ready.wait(20)
    port = int(bound.getsockname()[1])
    try:
        with writing(service.engine) as connection:
            firm = firms.add(
                connection, config.cluster, name="Secret Forge Ltd", sector="metal", size_band="10-49",
                linked_group=None, now=1,
            )  # fmt: skip
            (invitation,) = invitations.invite(
                connection, config.cluster, firm, url=config.url, now=int(service.clock()),
                log_key=service.notary.key.public_key(), count=1, slot=None,
            )  # fmt: skip
        agent = join(port, invitation)
        for _ in range(3):
            assert agent.send(agent.prepare()).status == 201
        ask(port, "GET", "/no/such/secret-path")
        ask(port, "DELETE", "/healthz")
        with exposed(0, lambda: page(app, service)) as at:
            told = ask(at, "GET", "/metrics")
            assert (told.status, told.headers["Content-Type"]) == (200, MEDIA_TYPE)
            assert ask(at, "GET", "/").status == 404
        text = told.body.decode()
    finally:
        served.should_exit = True
        thread.join(20)
        bound.close()
    assert value(text, 'http_answers_total{method="POST",route="/v1/agents/{agent}/statements",status="201"}') == "3"
    assert value(text, 'http_answers_total{method="GET",route="-",status="404"}') == "1"
    assert 'method="other"' in text
    assert value(text, 'agents{status="active"}') == "1"
    assert value(text, "open_period_hosts") == "1"
    assert int(value(text, "log_leaves")) >= 4
    assert value(text, "database_up") == "1"
    assert value(text, "http_under_way") == "0"
    counts = [int(value(text, f'http_seconds_bucket{{le="{bound_}"}}')) for bound_ in (*BUCKETS, "+Inf")]
    assert counts == sorted(counts)
    assert counts[-1] == int(value(text, "http_seconds_count")) == 6
    served = {sample.name for family in text_string_to_metric_families(text) for sample in family.samples}
    documented = set(re.findall(r"shieldwall_[a-z_]+", (DOCS / "operator.md").read_text()))
    assert documented - served == {"shieldwall_backup_timestamp_seconds"}, "no backup was made yet"
    backup(config, config.folder / "backups", 1_790_000_000)
    assert value("\n".join(_machine(service)), "backup_timestamp_seconds") == "1790000000"
    for secret in ("Secret", "secret", firm.id, agent.id, "127.0.0.1", str(tmp_path)):
        assert secret not in text


def test_a_database_that_is_away_is_told_and_does_not_end_the_page(tmp_path: Path) -> None:
    config = fresh(tmp_path / "data")
    service = start(config, (PACK,))
    try:
        with writing(service.engine) as connection:
            connection.exec_driver_sql("ALTER TABLE agent RENAME TO elsewhere")
        text = page(Counted(build(service)), service)
    finally:
        service.close()
    assert value(text, "database_up") == "0"
    assert int(value(text, "disk_free_bytes")) > 0
    assert "shieldwall_log_leaves" not in text


def test_a_taken_port_is_named() -> None:
    with (
        exposed(0, lambda: "") as port,
        pytest.raises(ConfigError, match="metrics-port"),
        exposed(port, lambda: ""),
    ):
        pass


def test_only_loopback_hears_it() -> None:
    with exposed(0, lambda: "x 1\n") as port:
        other = http.client.HTTPConnection("127.0.0.2", port, timeout=5)
        with pytest.raises(ConnectionRefusedError):
            other.request("GET", "/metrics")
