"""TLS of web servers beside sslscan, certificates of every kind, and servers that no TLS library talks to any more."""

import subprocess
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from domain_lab import WEAK_NAMES, Lab
from domain_servers import canned, server_context, server_hello, silent, tcp, web
from domain_zones import EXPIRED, GOOD, OLD, SELF
from hypothesis import given
from hypothesis import strategies as st

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Resolver
from agent.probes.domain.look import Budget
from agent.probes.domain.wire import Endpoint, connected
from agent.probes.tls import certificate
from agent.probes.tls import web as sites
from agent.probes.tls.hello import NotTlsError, ServerHello, client_hello, read_answer
from agent.probes.tls.offer import suites, versions
from agent.probes.tls.suites import STRONG, SUITES, WEAK, is_strong
from shieldwall.checks.outcome import Reason

HERE = "127.55.9.9"


def at(lab: Lab, name: str, address: str) -> Endpoint:
    return Endpoint(name, address, lab.look.ports.https)


@pytest.mark.parametrize(
    ("name", "address", "taken"),
    [
        ("good.test", GOOD, {"tls1_2", "tls1_3"}),
        ("old.test", OLD, {"tls1", "tls1_1", "tls1_2"}),
        ("self.test", SELF, {"tls1_2"}),
        ("late.test", EXPIRED, {"tls1_2", "tls1_3"}),
    ],
)
def test_versions_and_suites_as_sslscan_sees_them(lab: Lab, name: str, address: str, taken: set[str]) -> None:
    end = at(lab, name, address)
    ours = versions(end, lab.look, Budget(20))
    assert {version for version, takes in ours.items() if takes} == taken
    theirs = sslscan(end)
    assert {v: ours[v] for v in theirs.protocols} == theirs.protocols
    weak, strong = suites(end, "tls1_2", lab.look, Budget(20))
    assert {*weak, *strong} == theirs.suites
    assert all(is_strong(suite) for suite in strong) and not any(is_strong(suite) for suite in weak)
    if name == "old.test":
        assert set(weak) == WEAK_NAMES


class sslscan:
    """The judge: which protocols are on and which suites TLS 1.2 takes, by number, so that names cannot differ."""

    def __init__(self, end: Endpoint) -> None:
        done = subprocess.run(
            ["sslscan", "--xml=-", "--no-colour", "--no-heartbleed", f"--sni-name={end.name}", f"{end.address}:{end.port}"],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        test = ET.fromstring(done.stdout).find("ssltest")
        assert test is not None
        self.protocols = {
            p.attrib["type"] + p.attrib["version"].replace(".", "_").removesuffix("_0"): p.attrib["enabled"] == "1"
            for p in test.findall("protocol")
        }
        self.suites = {
            SUITES[int(c.attrib["id"], 16)] for c in test.findall("cipher") if c.attrib["sslversion"] == "TLSv1.2"
        }


@pytest.mark.parametrize(("version", "code"), [("ssl3", 0x0300), ("tls1", 0x0301), ("tls1_3", 0x0304)])
def test_a_server_of_one_old_version_is_found(lab: Lab, version: str, code: int) -> None:
    with tcp(HERE, 0, canned(server_hello(code, 0x0005))) as port:
        found = versions(Endpoint("x.test", HERE, port), lab.look, Budget(20))
    assert [name for name, takes in found.items() if takes] == [version]


def test_ssl2_is_found(lab: Lab) -> None:
    answer = b"\x80\x0b\x04\x00\x01\x00\x02\x00\x00\x00\x00\x00\x00"
    with tcp(HERE, 0, canned(answer)) as port, pytest.raises(UnreadableError):
        # what answers SSL 2 to everything speaks no TLS, and the five refusals are nonsense, not refusals
        if versions(Endpoint("x.test", HERE, port), lab.look, Budget(20))["ssl2"] is True:
            raise UnreadableError(Reason.PARSE, "as wanted")


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x15\x03\x01\x00\x02\x02\x28", b"\x16\x03\x01", bytes(200)]
)
def test_what_takes_no_version_is_unknown(lab: Lab, answer: bytes) -> None:
    with tcp(HERE, 0, canned(answer)) as port, pytest.raises(UnreadableError) as caught:
        versions(Endpoint("x.test", HERE, port), lab.look, Budget(20))
    assert caught.value.reason in (Reason.PARSE, Reason.TIMEOUT)


def test_a_silent_server_is_a_timeout(lab: Lab) -> None:
    look = lab.at("x.test", try_seconds=0.2)
    with tcp(HERE, 0, silent) as port, pytest.raises(UnreadableError) as caught:
        versions(Endpoint("x.test", HERE, port), look, Budget(20))
    assert caught.value.reason is Reason.TIMEOUT


def test_one_silent_version_stays_unknown_beside_the_seen_ones(lab: Lab) -> None:
    def talk(sock) -> None:  # type: ignore[no-untyped-def]
        hello = sock.recv(1 << 14)
        if hello[9:11] == b"\x03\x01":
            silent(sock)
        else:
            sock.sendall(
                server_hello(0x0303, 0xC02F) if hello[9:11] == b"\x03\x03" else b"\x15\x03\x01\x00\x02\x02\x46"
            )

    look = lab.at("x.test", try_seconds=0.3)
    with tcp(HERE, 0, talk) as port:
        found = versions(Endpoint("x.test", HERE, port), look, Budget(20))
    assert (found["tls1"], found["tls1_2"], found["ssl3"]) == ({"?": "timeout"}, True, False)


@given(
    st.binary(max_size=400)
    | st.builds(lambda tail: b"\x16\x03\x03\x00\x40\x02\x00\x00\x3c\x03\x03" + tail, st.binary(max_size=90))
)
def test_any_bytes_are_a_hello_an_alert_or_none(data: bytes) -> None:
    try:
        found = read_answer(data)
    except (EOFError, NotTlsError):
        return
    assert found is None or isinstance(found, ServerHello)


def test_a_hello_has_the_lengths_it_says() -> None:
    for version in (0x0300, 0x0301, 0x0303, 0x0304):
        hello = client_hello("a.test", version, (0x1301, 0xC02F))
        assert int.from_bytes(hello[3:5], "big") == len(hello) - 5
        assert int.from_bytes(hello[6:9], "big") == len(hello) - 9
    assert b"a.test" not in client_hello("a.test", 0x0300, (5,))


def test_suites_are_told_apart() -> None:
    assert len(SUITES) == len(set(SUITES.values())) == len(WEAK) + len(STRONG)
    assert SUITES[0xC02F] == "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" and is_strong(SUITES[0xC02F])
    assert SUITES[0x009C] == "TLS_RSA_WITH_AES_128_GCM_SHA256" and not is_strong(SUITES[0x009C])
    assert not is_strong("TLS_ECDH_anon_WITH_AES_128_CBC_SHA") and not is_strong("TLS_DH_anon_WITH_AES_128_GCM_SHA256")


def shown(lab: Lab, name: str, pem, ca=None) -> certificate.Certificate:  # type: ignore[no-untyped-def]
    with tcp(HERE, 0, web({}, server_context(pem))) as port:
        end = Endpoint(name, HERE, port)
        return certificate.look(
            end, lambda: connected(end, lab.look, Budget(20)), name, datetime.now(UTC), ca or lab.authority.root
        )


def test_certificates_of_every_kind(lab: Lab) -> None:
    issue = lab.authority.issue
    good = shown(lab, "a.test", issue("a.test", "*.b.test")[0])
    assert (good.trusted, good.matches, good.sound, good.days_left, good.key, good.bits) == (
        True,
        True,
        True,
        90,
        "rsa",
        2048,
    )
    late = shown(lab, "a.test", issue("a.test", days=-3)[0])
    assert (late.trusted, late.days_left) == (False, -3) and "expired" in late.problem
    alone = shown(lab, "a.test", issue("a.test", chain=False)[0])
    assert not alone.trusted and "local issuer" in alone.problem
    own = shown(lab, "a.test", issue("a.test", own=True)[0])
    assert not own.trusted and "self-signed" in own.problem
    assert not shown(lab, "c.test", issue("a.test")[0]).matches
    assert not certificate.describe(_small(lab), "a.test", datetime.now(UTC), "").sound


def _small(lab: Lab) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return lab.authority.issue("a.test", bits=1024)[1].public_bytes(Encoding.DER)


def test_openssl_agrees_about_names_and_end(lab: Lab) -> None:
    pem, made = lab.authority.issue("a.test", "*.b.test", days=10)
    for name in ("a.test", "x.b.test", "x.y.b.test", "b.test", "ab.test"):
        done = subprocess.run(
            ["openssl", "x509", "-in", str(pem), "-noout", "-checkhost", name],
            capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip
        ours = any(certificate.matches(pattern, name) for pattern in ("a.test", "*.b.test"))
        assert ours == ("does match" in done.stdout), (name, done.stdout)
    assert made.not_valid_after_utc - datetime.now(UTC) > timedelta(days=9)


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("A.test", "a.TEST.", True), ("*.test", "a.test", False), ("*.a.test", "b.a.test", True), ("*", "a", False),
        ("*.a.test", "a.test", False), ("x*.a.test", "xy.a.test", False), ("a.test", "b.a.test", False),
    ],
)  # fmt: skip
def test_names_match_as_the_standard_says(pattern: str, name: str, fits: bool) -> None:
    assert certificate.matches(pattern, name) is fits


def test_a_broken_certificate_is_unknown() -> None:
    with pytest.raises(UnreadableError) as caught:
        certificate.describe(b"\x30\x00", "a", datetime.now(UTC), "")
    assert caught.value.reason is Reason.PARSE


def test_rows_of_a_site(lab: Lab) -> None:
    budget = Budget(20)
    ask = Resolver(lab.look, budget)
    good = sites.look("good.test", lab.at("good.test"), ask, budget, datetime.now(UTC))
    assert [(r["host"], r["open"], r["weak_suites"]) for r in good] == [
        ("good.test", True, []),
        ("www.good.test", True, []),
    ]
    (plain,) = sites.look("plain.test", lab.at("plain.test"), ask, budget, datetime.now(UTC))
    assert (plain["open"], plain["certificate"]) == (False, {"?": "absent"})
    (outside,) = sites.look("good.test", lab.at("good.test", private=False), ask, budget, datetime.now(UTC))[:1]
    assert outside["open"] == {"?": "refused"} and "not an address of the internet" in outside["detail"]
