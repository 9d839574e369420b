"""Web servers: headers, redirects, cookies, files, and answers made to hurt."""

import socket
import time
from datetime import UTC, date, datetime

import pytest
from domain_lab import Lab
from domain_servers import page, silent, tcp, web
from hypothesis import given
from hypothesis import strategies as st

from agent.looking.looked import AbsentError, UnreadableError
from agent.probes.dns.ask import Resolver
from agent.probes.domain.look import Budget, Look
from agent.probes.domain.rows import Row
from agent.probes.http import cms, files, headers, security_txt
from agent.probes.http.client import HEAD_BYTES, HOPS, Client, Page, landing, parse
from agent.probes.http.plain import look as plain
from agent.probes.http.web import look
from shieldwall.checks.outcome import Reason

HERE = "127.55.1.2"
"""plain.test lives here."""


def client(lab: Lab, domain: str, **changes: object) -> Client:
    look = lab.at(domain, **changes)
    budget = Budget(20)
    return Client(look, Resolver(look, budget), budget, domain)


def rows(lab: Lab, domain: str, **changes: object) -> list[Row]:
    made = client(lab, domain, **changes)
    return look(domain, made.look, made, datetime.now(UTC))


def test_a_good_site(lab: Lab) -> None:
    apex, www = rows(lab, "good.test", files=True)
    assert (apex["host"], www["host"]) == ("good.test", "www.good.test")
    assert (apex["plain"], apex["https"], apex["serves"], apex["hsts"], apex["count"]) == (
        "redirects",
        True,
        True,
        31536000,
        4,
    )
    assert (apex["leaks"], apex["exposed"], apex["cms"]) == ([], [], {"?": "absent"})
    assert apex["security_txt"] == {"found": True, "contact": True, "current": True}
    assert [(c["name"], c["session"], c["secure"]) for c in apex["cookies"]] == [
        ("PHPSESSID", True, True),
        ("colour", False, False),
    ]


def test_an_old_site(lab: Lab) -> None:
    (old,) = rows(lab, "old.test", files=True)
    assert (old["plain"], old["hsts"], old["count"]) == ("redirects-for-now", 300, 0)
    assert old["leaks"] == ["server: Apache/2.4.6 (CentOS)", "x-powered-by: PHP/5.4.16"]
    assert old["cms"] == {"product": "drupal", "version": "7", "supported": "no"}
    assert old["exposed"] == ["/.git/HEAD"], "a page that says not found with status 200 is no .env"
    assert old["cookies"] == [{"name": "sid", "session": True, "secure": False, "httponly": False, "samesite": False}]


def test_files_are_asked_for_only_with_consent(lab: Lab) -> None:
    assert rows(lab, "old.test")[0]["exposed"] == {"?": "refused"}


def test_plain_and_broken_sites(lab: Lab) -> None:
    (bare,) = rows(lab, "plain.test")
    assert (bare["plain"], bare["https"], bare["hsts"]) == ("serves", False, {"?": "absent"})
    (broken,) = rows(lab, "self.test")
    assert (broken["host"], broken["https"]) == ("self.test", {"?": "unsupported"}) and "error 500" in broken["detail"]
    assert rows(lab, "parked.test") == []


@pytest.mark.parametrize(
    ("location", "status", "wanted"),
    [
        ("https://plain.test/", "301 x", "redirects"),
        ("https://www.plain.test/", "308 x", "redirects"),
        ("https://plain.test/", "302 x", "redirects-for-now"),
        ("https://elsewhere.test/", "301 x", "redirects-elsewhere"),
        ("http://elsewhere.test/", "301 x", "serves"),
        ("", "301 x", "serves"),
        ("", "404 x", "serves"),
        ("//elsewhere.test/", "301 x", "serves"),
        ("javascript:alert(1)", "301 x", "serves"),
    ],
)
def test_where_port_80_leads(lab: Lab, location: str, status: str, wanted: str) -> None:
    answer = page(status, *([f"Location: {location}"] if location else []))
    with tcp(HERE, 0, web({"/": answer})) as port:
        assert plain(client(lab, "plain.test", ports=ports(lab, http=port)), "plain.test") == wanted


def ports(lab: Lab, **changed: int) -> object:
    from dataclasses import replace

    return replace(lab.look.ports, **changed)


def test_circles_and_errors_are_unknown(lab: Lab) -> None:
    with (
        tcp(HERE, 0, web({"/": page("301 x", "Location: /")})) as port,
        pytest.raises(UnreadableError, match="redirects"),
    ):
        plain(client(lab, "plain.test", ports=ports(lab, http=port)), "plain.test")
    with tcp(HERE, 0, web({"/": page("503 x")})) as port, pytest.raises(UnreadableError, match="error 503"):
        plain(client(lab, "plain.test", ports=ports(lab, http=port)), "plain.test")


def test_a_landing_follows_within_the_domain_and_stops(lab: Lab) -> None:
    with tcp(
        HERE, 0, web({"/": page("302 x", "Location: /a"), "/a": page("302 x", "Location: https://other.test/")})
    ) as port:
        made = client(lab, "plain.test", ports=ports(lab, http=port))
        assert landing(made, "http://plain.test/").url == "http://plain.test/a"
    with tcp(HERE, 0, web({"/": page("302 x", "Location: /")})) as port:
        made = client(lab, "plain.test", ports=ports(lab, http=port))
        with pytest.raises(UnreadableError, match=f"more than {HOPS}"):
            landing(made, "http://plain.test/")


@pytest.mark.parametrize(
    "url",
    [
        "http://other.test/",
        "ftp://plain.test/",
        "http://xplain.test/",
        "http://plain.test.evil.test/",
        "http://plain.test/ü\r\nX: y",
    ],
)
def test_nothing_outside_the_domain_is_asked(lab: Lab, url: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        client(lab, "plain.test").get(url)
    assert caught.value.reason is Reason.REFUSED


def drip(sock: socket.socket) -> None:
    sock.recv(1 << 14)
    for _ in range(200):
        sock.sendall(b"X")
        time.sleep(0.05)


def flood(sock: socket.socket) -> None:
    sock.recv(1 << 14)
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(200):
        sock.sendall(b"X-Fill: " + b"y" * 4000 + b"\r\n")


def endless(sock: socket.socket) -> None:
    sock.recv(1 << 14)
    sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    for _ in range(10_000):
        sock.sendall(b"z" * 4000)


def test_slow_large_and_endless_answers_are_bounded(lab: Lab) -> None:
    for talk, reason in ((drip, Reason.TIMEOUT), (silent, Reason.TIMEOUT), (flood, Reason.REFUSED)):
        with tcp(HERE, 0, talk) as port:
            made = client(lab, "plain.test", ports=ports(lab, http=port), try_seconds=0.4)
            with pytest.raises(UnreadableError) as caught:
                made.get("http://plain.test/")
            assert caught.value.reason is reason, talk
    with tcp(HERE, 0, endless) as port:
        got = client(lab, "plain.test", ports=ports(lab, http=port)).get("http://plain.test/")
    assert len(got.body) <= HEAD_BYTES


@pytest.mark.parametrize("raw", [b"", b"\x00" * 50, b"SSH-2.0-OpenSSH\r\n", b"HTTP/1.1 abc\r\n\r\n", b"220 mail\r\n"])
def test_what_is_no_http_is_unknown(raw: bytes) -> None:
    with pytest.raises(UnreadableError) as caught:
        parse("http://a/", raw)
    assert caught.value.reason is Reason.PARSE


@given(st.binary(max_size=300) | st.builds(lambda tail: b"HTTP/1.1 200 OK\r\n" + tail, st.binary(max_size=300)))
def test_any_bytes_are_a_page_or_said_to_be_none(raw: bytes) -> None:
    try:
        got = parse("http://a/", raw)
    except UnreadableError:
        return
    headers.protections(got)
    headers.leaks(got)
    headers.hsts(got)
    headers.cookies(got)
    security_txt.read(got, datetime.now(UTC))


def test_chunks_are_joined_and_a_closed_port_is_absent(lab: Lab) -> None:
    assert parse("u", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n").body == b"abc"
    with pytest.raises(AbsentError):
        client(lab, "plain.test", ports=ports(lab, http=1)).get("http://plain.test/")


def with_headers(*pairs: tuple[str, str], body: bytes = b"") -> Page:
    return Page("https://a.test/", 200, pairs, body)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("max-age=31536000", 31536000), ('Max-Age="300" ; includeSubDomains', 300), ("includeSubDomains; max-age=1", 1),
        ("max-age=", None), ("max-age=-5", None), ("", None), ("max-age=abc", None), ("max-age=0", 0),
    ],
)  # fmt: skip
def test_hsts(value: str, seconds: int | None) -> None:
    wanted = {"?": "absent"} if seconds is None else seconds
    assert headers.hsts(with_headers(("strict-transport-security", value))) == wanted


def test_protections_are_counted_one_by_one() -> None:
    none = headers.protections(with_headers())
    assert not any((none.csp, none.nosniff, none.referrer, none.framing))
    csp = headers.protections(with_headers(("content-security-policy", "frame-ancestors 'none'")))
    assert csp.csp and csp.framing
    old = headers.protections(with_headers(("x-frame-options", "sameorigin"), ("x-content-type-options", "sniff")))
    assert old.framing and not old.nosniff and not old.csp
    assert headers.protections(with_headers(("referrer-policy", "unsafe-url"))).referrer is False
    assert headers.protections(with_headers(("referrer-policy", "unsafe-url, no-referrer"))).referrer is True
    assert headers.protections(with_headers(("x-frame-options", "ALLOW-FROM x"))).framing is False


@pytest.mark.parametrize(
    ("name", "value", "leaks"),
    [
        ("server", "nginx", False), ("server", "nginx/1.18.0", True), ("server", "Apache/2", True),
        ("x-powered-by", "PHP/8.1", True), ("x-powered-by", "Express", False), ("x-aspnet-version", "4.0.30319", True),
        ("server", "cloudflare", False), ("x-other", "1.2.3", False),
    ],
)  # fmt: skip
def test_versions_leak_or_not(name: str, value: str, leaks: bool) -> None:
    assert bool(headers.leaks(with_headers((name, value)))) is leaks


def test_cookies_are_read() -> None:
    made = with_headers(
        ("set-cookie", "JSESSIONID=1; Path=/; secure; HTTPONLY; SameSite=None"), ("set-cookie", "auth=1; SameSite=None"),
        ("set-cookie", "lang=de"),
    )  # fmt: skip
    assert [(c.name, c.session, c.secure, c.httponly, c.samesite) for c in headers.cookies(made)] == [
        ("JSESSIONID", True, True, True, True), ("auth", True, False, False, False), ("lang", False, False, False, False),
    ]  # fmt: skip


NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "contact", "current"),
    [
        ("Contact: mailto:a@b.c\nExpires: 2027-01-01T00:00:00Z\n", True, True),
        ("contact: https://b.c/x\r\nexpires: 2027-01-01T00:00:00.000+01:00\r\n", True, True),
        ("Contact: mailto:a@b.c\nExpires: 2026-01-01T00:00:00Z\n", True, False),
        ("Contact: mailto:a@b.c\n", True, False),
        ("Contact: a@b.c\nExpires: 2027-01-01T00:00:00Z\n", False, True),
        ("Contact: mailto:a@b.c\nExpires: 2027-01-01T00:00:00Z\nExpires: 2028-01-01T00:00:00Z\n", True, False),
        ("Contact: mailto:a@b.c\nExpires: soon\n", True, False),
        ("-----BEGIN PGP SIGNED MESSAGE-----\n\nContact: tel:+1\nExpires: 2027-01-01T00:00:00Z\n", True, True),
    ],
)
def test_security_txt(body: str, contact: bool, current: bool) -> None:
    made = security_txt.read(with_headers(("content-type", "text/plain; charset=utf-8"), body=body.encode()), NOW)
    assert (made.found, made.contact, made.current) == (True, contact, current)
    assert not security_txt.read(with_headers(("content-type", "text/html"), body=body.encode()), NOW).found


@pytest.mark.parametrize(
    ("generator", "product", "supported"),
    [
        ("Drupal 7 (http://drupal.org)", "drupal", "no"), ("Drupal 11 (https://www.drupal.org)", "drupal", "unclear"),
        ("Drupal 10", "drupal", "yes"), ("WordPress 4.9.8", "wordpress", "no"), ("WordPress 6.8", "wordpress", "unclear"),
        ("WordPress", "wordpress", "unclear"), ("TYPO3 CMS", "typo3", "unclear"), ("TYPO3 4.5 CMS", "typo3", "no"),
        ("Joomla! 3.10 - Open Source", "joomla", "no"), ("Hugo 0.1", None, ""),
    ],
)  # fmt: skip
def test_content_management(generator: str, product: str | None, supported: str) -> None:
    found = cms.read(generator, date(2026, 11, 1))
    assert found == {"?": "absent"} if product is None else (found.product, found.supported) == (product, supported)


def test_the_generator_is_found_however_it_is_written() -> None:
    for tag in (
        '<meta name="generator" content="Drupal 7">', "<META content='Drupal 7' name=generator>", "<meta name=generator content=Drupal>",
    ):  # fmt: skip
        found = headers.generator_of(with_headers(body=f"<html>{tag}</html>".encode()))
        assert found in ("Drupal 7", "Drupal"), tag
    assert headers.generator_of(with_headers(body=b'<meta name="author" content="Drupal 7">')) == ""


@pytest.mark.parametrize(
    ("path", "body", "exposed"),
    [
        ("/.git/HEAD", b"ref: refs/heads/main\n", True), ("/.git/HEAD", b"<html>ref: refs/", False),
        ("/.env", b"APP_KEY=base64:x\nDB_PASSWORD=y\n", True), ("/.env", b"<!DOCTYPE html>\nA_B=1", False),
        ("/backup.zip", b"PK\x03\x04...", True), ("/backup.zip", b"Not found", False),
        ("/phpinfo.php", b"<!DOCTYPE html><title>PHP 8.1 - phpinfo()</title>", True),
        ("/server-status", b"<html><title>Apache Status</title><h1>Apache Server Status for x", True),
    ],
)  # fmt: skip
def test_files_are_told_by_what_they_hold(path: str, body: bytes, exposed: bool) -> None:
    made = Page(f"https://a.test{path}", 200, (), body)
    assert files.exposes(made, files.SIGNS[path]) is exposed
    assert not files.exposes(Page(made.url, 403, (), body), files.SIGNS[path])


def test_there_are_at_most_fifteen_paths() -> None:
    assert len(files.SIGNS) <= 15 and Look(("a.test",)).files is False
