"""The tests' internet: a real authoritative server, a real validating resolver, web and mail servers, all on loopback."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import dns.message
import dns.query
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from domain_servers import Authority, mail, odd_name_server, page, server_context, silent, tcp, web
from domain_zones import (
    EXPIRED,
    FOREIGN,
    GOOD,
    MAIL_GOOD,
    MAIL_LIES,
    MAIL_PLAIN,
    MAIL_SILENT,
    MAIL_WRONG,
    NS,
    ODD,
    OLD,
    PLAIN,
    RESOLVER,
    SELF,
    Signed,
    build,
    firms,
)

from agent.probes.domain.look import Look, Ports

HARDENED = (
    "Strict-Transport-Security: max-age=31536000; includeSubDomains",
    "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: strict-origin-when-cross-origin",
)
WEAK_CIPHERS = "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA:AES256-GCM-SHA384:ECDHE-RSA-AES256-SHA:NULL-SHA256:AECDH-AES128-SHA:@SECLEVEL=0"
WEAK_NAMES = {
    "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_NULL_SHA256", "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
}  # fmt: skip


@dataclass(frozen=True)
class Lab:
    look: Look
    folder: Path
    zones: Signed
    authority: Authority

    def at(self, *domains: str, **changes: object) -> Look:
        return replace(self.look, domains=domains, **changes)  # type: ignore[arg-type]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def laboratory(folder: Path) -> Iterator[Lab]:
    now = datetime.now(UTC)
    ports = Ports(dns=free_port(), smtp=free_port(), http=free_port(), https=free_port())
    authority = Authority(folder, now)
    with contextlib.ExitStack() as stack:
        tlsa = _web_and_mail(stack, authority, ports)
        zones = build(firms(_public(2048), _public(1024), tlsa), now)
        _name_servers(stack, folder, zones, ports)
        look = Look(
            domains=(), resolver=((RESOLVER, ports.dns),), anchors={".": (zones.anchor,)}, private=True, ports=ports,
            try_seconds=1.5, domain_seconds=30, ca_file=authority.root,
        )  # fmt: skip
        yield Lab(look, folder, zones, authority)


def _web_and_mail(stack: contextlib.ExitStack, authority: Authority, ports: Ports) -> str:
    """Starts them; returns the digest of the good mail server's key."""
    good, _ = authority.issue("good.test", "www.good.test", "mta-sts.good.test")
    mx, mx_certificate = authority.issue("mx1.good.test")
    expired, _ = authority.issue("late.test", days=-5)
    foreign, _ = authority.issue("elsewhere.test", "*.elsewhere.test")
    own, _ = authority.issue("self.test", own=True)
    old, _ = authority.issue("old.test", chain=False)
    soon = datetime.now(UTC).year + 1
    secure = page(
        "200 OK", *HARDENED, "Server: nginx", "Set-Cookie: PHPSESSID=1; Secure; HttpOnly; SameSite=Lax",
        "Set-Cookie: colour=red",
    )  # fmt: skip
    good_pages = {
        "/": secure,
        "/.well-known/security.txt": page(
            "200 OK", "Content-Type: text/plain", body=f"Contact: mailto:s@good.test\nExpires: {soon}-12-01T00:00:00Z\n"
        ),
        "/.well-known/mta-sts.txt": page(
            "200 OK", body="version: STSv1\r\nmode: enforce\r\nmx: *.good.test\r\nmax_age: 604800\r\n"
        ),
    }
    old_pages = {
        "/": page(
            "200 OK", "Server: Apache/2.4.6 (CentOS)", "X-Powered-By: PHP/5.4.16", "Set-Cookie: sid=1",
            "Strict-Transport-Security: max-age=300",
            body='<html><head><meta name="generator" content="Drupal 7 (http://drupal.org)"></head></html>',
        ),
        "/.git/HEAD": page("200 OK", body="ref: refs/heads/main\n"),
        "/.env": page("200 OK", body="<!doctype html><p>Not found</p>"),
    }  # fmt: skip
    redirect = {"/": page("301 Moved Permanently", f"Location: https://good.test:{ports.https}/")}
    servers = [
        (GOOD, ports.https, web(good_pages, server_context(good, ciphers="ECDHE+AESGCM:ECDHE+CHACHA20"))),
        (GOOD, ports.http, web(redirect)),
        (PLAIN, ports.http, web({"/": page("200 OK")})),
        (OLD, ports.https, web(old_pages, server_context(old, oldest="TLSv1", newest="TLSv1_2", ciphers=WEAK_CIPHERS))),
        (OLD, ports.http, web({"/": page("302 Found", f"Location: https://old.test:{ports.https}/")})),
        (EXPIRED, ports.https, web({"/": page("200 OK")}, server_context(expired))),
        (FOREIGN, ports.https, web({"/": page("200 OK")}, server_context(foreign))),
        (SELF, ports.https, web({"/": page("500 Broken")}, server_context(own, newest="TLSv1_2"))),
        (MAIL_GOOD, ports.smtp, mail(server_context(mx))),
        (MAIL_PLAIN, ports.smtp, mail(None)),
        (MAIL_WRONG, ports.smtp, mail(server_context(foreign))),
        (MAIL_SILENT, ports.smtp, silent),
        (MAIL_LIES, ports.smtp, mail(server_context(own), refuses=True)),
    ]
    for address, port, talk in servers:
        stack.enter_context(tcp(address, port, talk))
    key = mx_certificate.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(key).hexdigest()


def _public(bits: int) -> str:
    key = rsa.generate_private_key(65537, bits).public_key()
    return base64.b64encode(
        key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    ).decode()


def _name_servers(stack: contextlib.ExitStack, folder: Path, zones: Signed, ports: Ports) -> None:
    stack.enter_context(odd_name_server(ODD, ports.dns))
    blocks = []
    for name, text in zones.zones.items():
        file = folder / f"zone-{name.strip('.') or 'root'}"
        file.write_text(text)
        xfr = "provide-xfr: 0.0.0.0/0 NOKEY\n" if name == "old.test" else ""
        blocks.append(f'zone:\n name: "{name}"\n zonefile: "{file}"\n {xfr}')
    nsd = folder / "nsd.conf"
    nsd.write_text(
        f'server:\n ip-address: {NS}@{ports.dns}\n username: ""\n zonesdir: "{folder}"\n database: ""\n'
        f' pidfile: "{folder}/nsd.pid"\n xfrdfile: ""\n zonelistfile: "{folder}/zone.list"\n xfrdir: "{folder}"\n'
        " hide-version: yes\n server-count: 1\nremote-control:\n control-enable: no\n" + "\n".join(blocks)
    )
    anchor = folder / "root.ds"
    anchor.write_text(f". IN DS {zones.anchor}\n")
    odd = "".join(
        f"stub-zone:\n name: {name}.test\n stub-addr: {ODD}@{ports.dns}\n"
        for name in ("silent", "refused", "failing", "nonsense", "huge")
    )
    odd += "".join(  # each delegates to a server whose name lies in the other
        f"stub-zone:\n name: loop-{one}.test\n stub-host: ns.loop-{other}.test\n" for one, other in ("ab", "ba")
    )
    unbound = folder / "unbound.conf"
    unbound.write_text(
        f"server:\n interface: {RESOLVER}\n port: {ports.dns}\n username: ''\n chroot: ''\n directory: '{folder}'\n"
        f" pidfile: '{folder}/unbound.pid'\n use-syslog: no\n logfile: ''\n do-not-query-localhost: no\n"
        f" trust-anchor-file: '{anchor}'\n access-control: 127.0.0.0/8 allow\n num-threads: 1\n val-log-level: 0\n"
        " module-config: 'validator iterator'\n local-zone: test. nodefault\n aggressive-nsec: no\n"
        " domain-insecure: silent.test\n domain-insecure: refused.test\n domain-insecure: failing.test\n"
        " domain-insecure: nonsense.test\n domain-insecure: huge.test\n"
        " domain-insecure: loop-a.test\n domain-insecure: loop-b.test\n qname-minimisation: no\n"
        f" outgoing-interface: {RESOLVER}\nremote-control:\n control-enable: no\n"  # by zone: referrals name port 53
        + "".join(f'stub-zone:\n name: "{name}"\n stub-addr: {NS}@{ports.dns}\n' for name in (*zones.zones, "com"))
        + odd
    )
    for program, config, address in (("nsd", nsd, NS), ("unbound", unbound, RESOLVER)):
        stack.enter_context(_running(program, config, folder))
        _wait(address, ports.dns, folder / f"{program}.log")


@contextlib.contextmanager
def _running(program: str, config: Path, folder: Path) -> Iterator[None]:
    path = shutil.which(program, path="/usr/sbin:/usr/bin")
    assert path, f"{program} is not installed; deploy/test-packages.txt names what the tests need"
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen([path, "-d", "-c", str(config)], stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, port: int, log: Path) -> None:
    question = dns.message.make_query("good.test", "SOA")
    for _ in range(100):
        with contextlib.suppress(OSError, dns.exception.Timeout):
            if dns.query.udp(question, address, port=port, timeout=0.2).answer:
                return
        time.sleep(0.05)
    raise AssertionError(f"no name server at {address}:{port}\n{log.read_text()}")
