"""`shieldwall network` as typed, with the real nmap on loopback and with reports made elsewhere."""

import ipaddress
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from greeting import greeting

from agent.cli import run
from agent.home.config import Home
from agent.home.locking import locked
from agent.home.store import opened
from agent.probes.netscan import met
from agent.probes.netscan.ports import OFFICE
from agent.probes.netscan.report import Device, Report

REPORT = (
    '<?xml version="1.0"?><!DOCTYPE nmaprun><nmaprun scanner="nmap">{hosts}<runstats>'
    '<finished time="1" timestr="x" elapsed="1" exit="success"/><hosts up="1" down="0" total="1"/></runstats></nmaprun>'
)
HOST = (
    '<host><status state="up" reason="x"/><address addr="{address}" addrtype="ipv4"/><ports>'
    '<port protocol="tcp" portid="{port}"><state state="open" reason="x"/><service name="{name}"/></port></ports></host>'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


def types(home: Path, *words: str) -> int:
    return run(["--home", str(home), *words])


def report(folder: Path, *doors: tuple[str, int, str]) -> str:
    file = folder / "report.xml"
    hosts = "".join(HOST.format(address=address, port=port, name=name) for address, port, name in doors)
    file.write_text(REPORT.format(hosts=hosts))
    return str(file)


def declare(home: Path, text: str) -> None:
    (home / "config.yaml").write_text(text)


def test_a_real_door_is_found_judged_and_remembered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with greeting("127.77.1.9", 5984):
        assert types(home, "network", "127.77.1.9", "--quiet") == 1
    seen = capsys.readouterr()
    assert "127.77.1.9  5984/tcp   ftp vsftpd" in seen.out
    assert "exposure-database-not-public" in seen.out and "exposure-no-cleartext-admin" in seen.out
    assert seen.err == ""
    assert types(home, "scan", "--only", "exposure-no-cleartext-admin", "--quiet") == 1


def test_a_scan_before_any_look_says_what_to_type(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    declare(home, "ranges: [192.168.1.0/24]\n")
    assert types(home, "scan", "--only", "exposure-no-cleartext-admin") == 2
    types(home, "explain", "exposure-no-cleartext-admin")
    assert "run `shieldwall network`" in " ".join(capsys.readouterr().out.split())


def test_where_no_network_is_declared_the_network_is_no_business_of_this_host(home: Path, tmp_path: Path) -> None:
    answer = tmp_path / "result.json"
    types(home, "scan", "--only", "rdp-not-internet", "--quiet", "--output", str(answer))
    assert json.loads(answer.read_bytes())["counts"]["not_applicable"] == 1


def test_a_clean_report_is_clean(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = report(tmp_path, ("192.168.1.9", 443, "https"))
    assert types(home, "network", "192.168.1.0/24", "--import", file) == 0
    assert "1 device answered, 1 open ports" in capsys.readouterr().out


def test_a_report_is_believed_only_about_the_ranges_asked_for(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = report(tmp_path, ("192.168.1.9", 443, "https"), ("192.168.2.9", 23, "telnet"), ("8.8.8.8", 23, "telnet"))
    assert types(home, "network", "192.168.1.0/24", "--import", file) == 0
    seen = capsys.readouterr().out
    assert "192.168.2.9" not in seen and "8.8.8.8" not in seen


def test_a_public_range_needs_declaration_then_confirmation_and_the_word_is_kept(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = report(tmp_path, ("198.51.100.3", 445, "microsoft-ds"))
    words = ("network", "198.51.100.3", "--from-outside", "--import", file)
    assert types(home, *words) == 2
    assert "not declared" in capsys.readouterr().err
    assert types(home, *words, "--yes-public") == 2
    declare(home, "ranges: [198.51.100.0/28]\n")
    assert types(home, *words) == 2
    assert "--yes-public" in capsys.readouterr().err
    assert types(home, *words, "--yes-public") == 1
    assert "recorded that you confirmed" in capsys.readouterr().err
    assert types(home, *words) == 1
    assert "exposure-smb-not-internet" in capsys.readouterr().out


def test_devices_are_held_against_the_declared_inventory(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = report(tmp_path, ("192.168.1.9", 443, "https"))
    declare(home, "ranges: [192.168.1.0/24]\ndevices: [192.168.1.0/29]\n")
    assert types(home, "network", "--import", file) == 1
    assert "exposure-unknown-hosts" in capsys.readouterr().out
    declare(home, "ranges: [192.168.1.0/24]\ndevices: [192.168.1.9]\n")
    assert types(home, "network", "--import", file) == 0


def test_what_was_not_there_at_the_last_look_is_marked_new(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("network", "192.168.1.0/24", "--fail-on", "never", "--import")
    types(home, *words, report(tmp_path, ("192.168.1.9", 443, "https")))
    assert "new" not in capsys.readouterr().out.splitlines()[0:2]
    types(home, *words, report(tmp_path, ("192.168.1.9", 443, "https"), ("192.168.1.77", 80, "http")))
    assert "2 new since the last look: devices 1, ports 1" in capsys.readouterr().out


def test_two_looks_at_a_time_are_one_too_many(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(home / "network.lock"):
        assert types(home, "network", "127.77.1.9") == 2
    assert "another look at the network is running" in capsys.readouterr().err


def test_a_look_that_was_interrupted_is_said_to_go_on(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    targets = [ipaddress.ip_address("127.77.1.10")]
    with opened(Home(home), met.SCHEMA) as db:
        journal = met.Batches(db, met.name_of(targets, OFFICE, False), datetime.now(UTC))
        journal.keep(0, Report((Device("127.77.1.10", True),), (), (), ()))
    assert types(home, "network", "127.77.1.10", "--fail-on", "never") == 0
    assert "1 of 1 addresses are done" in capsys.readouterr().err
    with opened(Home(home), met.SCHEMA) as db:
        assert db.execute("SELECT count(*) FROM look_batch").fetchone()[0] == 0


def test_a_broken_report_is_said_to_be_one(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "report.xml"
    file.write_text('<!DOCTYPE nmaprun [<!ENTITY a "b">]><nmaprun>&a;</nmaprun>')
    assert types(home, "network", "10.0.0.0/30", "--import", str(file)) == 78
    assert "declarations that nmap does not write" in capsys.readouterr().err


def test_without_a_declared_network_it_says_how_to_declare_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert types(home, "network") == 2
    assert "ranges: [192.168.1.0/24]" in capsys.readouterr().err
