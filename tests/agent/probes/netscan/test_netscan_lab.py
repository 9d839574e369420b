"""An office on loopback: devices good, bad, silent and lying, looked at by the real nmap, with the verdicts they earn."""

import ipaddress
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from domain_servers import Authority, canned, page, server_context, silent, tcp

from agent.looking.host import Host
from agent.probes.domain.look import Look
from agent.probes.netscan import remember
from agent.probes.netscan.report import Report
from agent.probes.netscan.scanner import survey
from agent.probes.netscan.targets import NetworkSettings
from agent.probes.netscan.view import view
from agent.scan.run import judged, look
from shieldwall.checks.fact import Fact
from shieldwall.checks.outcome import Outcome
from shieldwall.packs.library import find_folder
from shieldwall.packs.pack import load_folders
from shieldwall.packs.policy import whole_library

NET = "127.78.1."
GOOD, EXPIRED, OLD, TELNET, FRESH, ROUTER, VNC, REDIS, PRINTER, MUTE, PLAIN, LIAR, DOOR = (
    NET + str(last) for last in range(1, 14)
)
PORTS = (2323, 3389, 5900, 6379, 8080, 8443, 9100)
LOGIN = '<title>Router &amp; more</title><form><input name=p type="password"></form>'


def greets(banner: bytes) -> Any:
    def talk(sock: socket.socket) -> None:
        sock.sendall(banner)
        sock.recv(512)

    return talk


def site(answer: bytes, context: ssl.SSLContext | None = None) -> Any:
    """The same page for whoever asks for one, an error for every other word; nmap tries several."""

    def talk(plain: socket.socket) -> None:
        if not plain.recv(1, socket.MSG_PEEK):
            return  # nmap only knocked; wrapping a socket that is gone would leave it open
        wrapped = context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) if context else plain
        with wrapped as sock:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            asked = sock.recv(1 << 14)
            sock.sendall(answer if asked.startswith((b"GET", b"OPTIONS")) else page("400 Bad Request"))

    return talk


def mute(sock: socket.socket) -> None:
    """Talks to whoever speaks plainly, so that nmap gets on, and hangs at every TLS handshake."""
    if sock.recv(512)[:1] == b"\x16":
        silent(sock)
    else:
        sock.sendall(b"?\r\n")


@dataclass
class Paper:
    """What a printer would have printed."""

    printed: list[bytes] = field(default_factory=list)

    def talk(self, sock: socket.socket) -> None:
        while data := sock.recv(512):
            self.printed.append(data)


@dataclass(frozen=True)
class Office:
    report: Report
    value: dict[str, Any]
    printed: list[bytes]

    def rows(self, part: str, host: str) -> list[dict[str, Any]]:
        return [row for row in self.value[part] if row.get("host") == host]

    def one(self, part: str, host: str) -> dict[str, Any]:
        (row,) = self.rows(part, host)
        return row


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    authority, paper = Authority(folder, datetime.now(UTC)), Paper()
    good, late = authority.issue("good.test")[0], authority.issue("late.test", days=-5)[0]
    own = authority.issue("own.test", own=True)[0]
    titled = page("200 OK", "Server: nginx/1.22.1", body="<title>Intranet</title>")
    fresh = page("200 OK", "Server: nginx/1.22.1", body="<html><TITLE>\nWelcome to nginx!</TITLE>")
    liar = page("200 OK", "Server: \x1b[31mx", body="<title>\x1b]0;owned\x07" + "A" * 5_000)
    old = server_context(own, oldest="TLSv1", newest="TLSv1_1", ciphers="ALL:@SECLEVEL=0")
    servers = [
        (GOOD, 8443, site(titled, server_context(good))),
        (EXPIRED, 8443, site(titled, server_context(late))),
        (OLD, 8443, site(page("401 Unauthorized"), old)),
        (TELNET, 2323, greets(b"\xff\xfd\x18\xff\xfd\x20\xff\xfd\x23\xff\xfd\x27\r\nlogin: ")),
        (FRESH, 8080, site(fresh)),
        (ROUTER, 8080, site(page("200 OK", "Server: GoAhead-Webs", body=LOGIN))),
        (VNC, 5900, greets(b"RFB 003.008\n")),
        (REDIS, 6379, canned(b"-NOAUTH Authentication required.\r\n")),
        (PRINTER, 9100, paper.talk),
        (MUTE, 8443, mute),
        (PLAIN, 8443, site(titled)),
        (LIAR, 8080, site(liar)),
        (DOOR, 3389, canned(b"\x03\x00\x00\x0b\x06\xd0\x00\x00\x12\x34\x00")),
    ]
    how = Look((), private=True, try_seconds=1.0, domain_seconds=15)
    targets = [ipaddress.ip_address(NET + str(last)) for last in range(1, 16)]
    with ExitStack() as stack:
        for address, port, talk in servers:
            stack.enter_context(tcp(address, port, talk))
        report = survey(targets, industrial=False, progress=lambda done, of: None, ports=PORTS, look=how)
    settings = NetworkSettings(devices=(NET + "0/28",))
    yield Office(report, view(report, targets, settings, opens_by=[]).value, paper.printed)


def test_every_open_door_is_found_and_called_by_its_kind(office: Office) -> None:
    kinds = {(row["host"], row["port"]): row["kind"] for row in office.value["inside"]}
    web_doors = {(host, 8443): "web" for host in (GOOD, EXPIRED, OLD, MUTE, PLAIN)}
    assert kinds == web_doors | {(host, 8080): "web" for host in (FRESH, ROUTER, LIAR)} | {
        (TELNET, 2323): "telnet", (VNC, 5900): "remote-desktop", (REDIS, 6379): "database",
        (PRINTER, 9100): "printer", (DOOR, 3389): "remote-desktop",
    }  # fmt: skip


def test_good_tls_is_said_to_be_good(office: Office) -> None:
    row = office.one("tls", GOOD)
    assert (row["outdated"], row["self_signed"], row["expired"]) == (False, False, False)
    assert row["versions"]["tls1_2"] and row["versions"]["tls1_3"] and row["certificate"]["days_left"] == 90
    assert "names" not in row["certificate"]


def test_bad_tls_is_told_apart(office: Office) -> None:
    late, old = office.one("tls", EXPIRED), office.one("tls", OLD)
    assert (late["outdated"], late["self_signed"], late["expired"]) == (False, False, True)
    assert (old["outdated"], old["self_signed"], old["expired"]) == (True, True, False)
    assert old["versions"]["tls1_1"] is True and old["versions"]["tls1_2"] is False


def test_silence_is_unknown_with_a_reason_and_never_good_or_bad(office: Office) -> None:
    row = office.one("tls", MUTE)
    assert row["outdated"] == row["self_signed"] == row["expired"] == row["versions"] == {"?": "timeout"}
    assert "did not answer" in row["detail"]
    assert office.one("pages", MUTE)["page"] == {"?": "timeout"}


def test_a_plain_server_on_a_tls_port_is_no_tls_server(office: Office) -> None:
    assert office.rows("tls", PLAIN) == []
    assert office.one("pages", PLAIN)["tls"] is False


def test_pages_are_known_by_title_and_family_only(office: Office) -> None:
    assert office.one("pages", GOOD)["page"] == {
        "status": 200, "title": "Intranet", "server": "nginx", "default": False, "sign_in": False,
    }  # fmt: skip
    fresh, router = office.one("pages", FRESH)["page"], office.one("pages", ROUTER)["page"]
    assert (fresh["title"], fresh["default"]) == ("Welcome to nginx!", True)
    assert (router["title"], router["server"], router["sign_in"]) == ("Router & more", "GoAhead-Webs", True)
    assert office.one("pages", OLD)["page"]["sign_in"] is True and office.one("pages", OLD)["tls"] is True


def test_what_a_hostile_page_calls_itself_is_safe_to_show(office: Office) -> None:
    page = office.one("pages", LIAR)["page"]
    assert len(page["title"]) <= 80 and "\x1b" not in json.dumps(office.value).encode().decode("unicode_escape")


def test_a_printer_is_found_and_prints_nothing(office: Office) -> None:
    assert office.rows("inside", PRINTER) and office.printed == []


@pytest.mark.parametrize(
    ("check", "outcome"),
    [
        ("exposure-no-cleartext-admin", Outcome.FAIL),
        ("exposure-database-not-public", Outcome.FAIL),
        ("exposure-unknown-hosts", Outcome.PASS),
        ("exposure-no-upnp-igd", Outcome.PASS),
        ("exposure-ics-ports", Outcome.UNKNOWN),
        ("rdp-not-internet", Outcome.UNKNOWN),
        ("network-sign-in-encrypted", Outcome.FAIL),
        ("network-tls-current", Outcome.FAIL),
    ],
)
def test_the_office_gets_the_verdicts_it_earns(office: Office, check: str, outcome: Outcome) -> None:
    assert verdict(office.value, check) is outcome


def test_with_the_bad_devices_gone_only_the_silent_one_keeps_it_unknown(office: Office) -> None:
    bad = (EXPIRED, OLD, TELNET, ROUTER, REDIS)
    rest = {part: clean(rows, bad) if isinstance(rows, list) else rows for part, rows in office.value.items()}
    assert verdict(rest, "exposure-no-cleartext-admin") is Outcome.PASS
    assert verdict(rest, "network-tls-current") is Outcome.UNKNOWN
    assert verdict(rest, "network-sign-in-encrypted") is Outcome.UNKNOWN
    quiet = {part: clean(rows, (MUTE,)) if isinstance(rows, list) else rows for part, rows in rest.items()}
    assert verdict(quiet, "network-tls-current") is Outcome.PASS
    assert verdict(quiet, "network-sign-in-encrypted") is Outcome.PASS


def clean(rows: list[dict[str, Any]], without: tuple[str, ...]) -> list[dict[str, Any]]:
    return [row for row in rows if row.get("host") not in without]


def verdict(value: dict[str, Any], check: str) -> Outcome:
    pack = load_folders(find_folder("checks"), find_folder("policies"))
    host = Host()
    remember(host, Fact.known(value))
    policy = whole_library(pack).only([check])
    snapshot = look(policy, host, "workstation", lambda name, done, of: None)
    result = judged(policy, pack, snapshot, {}, run="x", now=datetime.now(UTC), partial=True)
    return result.items[0].judgement.verdict.outcome
