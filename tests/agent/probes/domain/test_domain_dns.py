"""Answers, and the many ways of not getting one; DNSSEC beside delv, pointers beside dig."""

import subprocess
from dataclasses import replace
from datetime import UTC, datetime

import dns.message
import pytest
from domain_lab import Lab
from domain_servers import page, tcp, web
from domain_zones import ODD, SILENT
from hypothesis import given
from hypothesis import strategies as st

from agent.looking.looked import UnreadableError
from agent.probes.dns import caa, dane, dangling, registration, servers
from agent.probes.dns.ask import Resolver, Status, read
from agent.probes.dns.trust import Chain
from agent.probes.domain.look import Budget, Look, permitted
from agent.probes.domain.survey import PARTS, survey
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

SIGNED = {
    "good.test": "secure", "parked.test": "secure", "plain.test": "unsigned", "old.test": "unsigned",
    "sig-expired.test": "bogus", "sig-wrong.test": "bogus", "sig-stripped.test": "bogus",
}  # fmt: skip


def resolver(lab: Lab, seconds: float = 20) -> Resolver:
    return Resolver(lab.look, Budget(seconds))


def trouble(ask: Resolver, name: str, kind: str = "TXT") -> Reason:
    with pytest.raises(UnreadableError) as caught:
        ask(name, kind)
    return caught.value.reason


def test_found_empty_and_nowhere_are_three_things(lab: Lab) -> None:
    ask = resolver(lab)
    assert ask("good.test", "A").status is Status.FOUND
    assert ask("good.test", "AAAA").status is Status.EMPTY
    assert ask("nothing.good.test", "A").status is Status.NOWHERE
    assert ask("blog.good.test", "A").aliases == ("www.good.test",)


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("silent.test", {Reason.TIMEOUT, Reason.REFUSED}),
        ("refused.test", {Reason.REFUSED}),
        ("failing.test", {Reason.REFUSED}),
        ("loop-a.test", {Reason.REFUSED, Reason.TIMEOUT}),
        ("nonsense.test", {Reason.REFUSED, Reason.TIMEOUT}),
        ("a.circle.test", {Reason.REFUSED, Reason.PARSE}),
        ("huge.test", {Reason.REFUSED}),
        ("sig-expired.test", {Reason.REFUSED}),
    ],
)
def test_through_a_resolver_no_answer_is_unknown(lab: Lab, name: str, reasons: set[Reason]) -> None:
    assert trouble(resolver(lab), name, "A" if "circle" in name else "TXT") in reasons


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("silent.x", {Reason.TIMEOUT}), ("refused.x", {Reason.REFUSED}), ("failing.x", {Reason.REFUSED}),
        ("nonsense.x", {Reason.TIMEOUT, Reason.PARSE}), ("huge.x", {Reason.REFUSED}),
    ],
)  # fmt: skip
def test_a_resolver_gone_wrong_is_unknown(lab: Lab, name: str, reasons: set[Reason]) -> None:
    look = replace(lab.look, resolver=((ODD, lab.look.ports.dns),), try_seconds=0.3)
    assert trouble(Resolver(look, Budget(5)), name) in reasons


def test_a_server_that_does_not_know_edns_is_asked_as_it_understands(lab: Lab) -> None:
    look = replace(lab.look, resolver=((ODD, lab.look.ports.dns),), try_seconds=0.5)
    assert Resolver(look, Budget(5))("ancient.x", "TXT").texts() == ["old and true"]


def test_a_closed_resolver_and_a_spent_budget_are_timeouts(lab: Lab) -> None:
    closed = replace(lab.look, resolver=((SILENT, lab.look.ports.dns),), try_seconds=0.3)
    assert trouble(Resolver(closed, Budget(5)), "good.test") is Reason.TIMEOUT
    assert trouble(resolver(lab, 0), "good.test") is Reason.TIMEOUT
    assert trouble(resolver(lab), "a" * 64 + ".test") is Reason.PARSE


@given(st.binary(max_size=60))
def test_any_bytes_are_an_answer_or_said_to_be_none(tail: bytes) -> None:
    question = dns.message.make_query("good.test", "A")
    raw = question.to_wire()[:2] + b"\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00" + question.to_wire()[12:-11] + tail
    try:
        message = dns.message.from_wire(raw, ignore_trailing=True)
    except Exception:
        return
    try:
        assert read(question, message).status in Status
    except UnreadableError as error:
        assert error.detail


@pytest.mark.parametrize(("name", "state"), SIGNED.items())
def test_validation_from_the_anchor_down(lab: Lab, name: str, state: str) -> None:
    assert Chain(resolver(lab), lab.look.anchors).look(name).state == state


@pytest.mark.parametrize(("name", "state"), SIGNED.items())
def test_delv_agrees(lab: Lab, name: str, state: str) -> None:
    """BIND's validator, on the same anchor, through the same resolver with its checks off."""
    address, port = lab.look.resolver[0]
    tag, algorithm, _, _ = lab.zones.anchor.split()
    digest = lab.zones.anchor.split()[3]
    anchors = lab.folder / "delv.anchors"
    anchors.write_text(f'trust-anchors {{ . static-ds {tag} {algorithm} 2 "{digest.upper()}"; }};\n')
    done = subprocess.run(
        ["delv", f"@{address}", "-p", str(port), "-a", str(anchors), "+root=.", "+cd", name, "SOA"],
        capture_output=True, text=True, check=False, timeout=20,
    )  # fmt: skip
    said = done.stdout + done.stderr
    word = {"secure": "; fully validated", "unsigned": "; unsigned answer", "bogus": "resolution failed"}[state]
    assert word in said, said


def test_where_the_anchor_itself_does_not_fit_nothing_is_said_about_the_domain(lab: Lab) -> None:
    wrong = {".": ("1 13 2 " + "00" * 32,)}
    with pytest.raises(UnreadableError, match="--resolver"):
        Chain(resolver(lab), wrong).look("good.test")
    assert Chain(resolver(lab), {"other.": wrong["."]}).look("good.test").state == "unsigned"


def test_a_name_that_is_nowhere_is_not_secure(lab: Lab) -> None:
    with pytest.raises(UnreadableError):
        Chain(resolver(lab), lab.look.anchors).look("typo.good.test")
    with pytest.raises(UnreadableError):
        Chain(resolver(lab), lab.look.anchors).look("blog.good.test")


def test_tlsa_counts_only_when_it_validates(lab: Lab) -> None:
    ask = resolver(lab)
    (good,) = dane.look("good.test", ask, Chain(ask, lab.look.anchors))
    (old,) = dane.look("old.test", ask, Chain(ask, lab.look.anchors))
    assert (good.records, good.secure, old.records, old.secure) == (1, True, 0, False)


def test_caa_climbs_to_the_parent(lab: Lab) -> None:
    own, below, none = (caa.look(name, resolver(lab)) for name in ("good.test", "www.good.test", "old.test"))
    assert (own.found_at, own.issuers, own.limits) == ("good.test", ["ca.test"], True)
    assert (below.found_at, below.limits) == ("good.test", True)
    assert (none.found_at, none.limits) == ({"?": "absent"}, False)


@pytest.mark.parametrize(
    ("domain", "server", "wanted"),
    [
        ("good.test", "ns1.test", (True, False, False)),
        ("old.test", "ns1.test", (True, True, False)),
        ("open.test", "ns.open.test", (False, False, True)),
        ("lame.test", "nowhere.test", ({"?": "timeout"}, False, {"?": "timeout"})),
    ],
)
def test_name_servers_answer_transfer_and_recurse(
    lab: Lab, domain: str, server: str, wanted: tuple[object, ...]
) -> None:
    look = lab.at(domain, try_seconds=0.5)
    rows = {row["server"]: row for row in servers.look(domain, look, resolver(lab), Budget(10))}
    row = rows[server]
    assert (row["answers"], row["transfers"], row["recurses"]) == wanted


def test_dig_sees_the_same_transfer_and_pointers(lab: Lab) -> None:
    port = str(lab.look.ports.dns)

    def dig(*words: str) -> str:
        done = subprocess.run(["dig", "-p", port, *words], capture_output=True, text=True, check=True, timeout=20)
        return done.stdout

    assert "default._domainkey.old.test" in dig("@127.55.0.1", "old.test", "AXFR")
    assert "Transfer failed" in dig("@127.55.0.1", "good.test", "AXFR")
    rows = dangling.look("old.test", lab.at("old.test"), resolver(lab))
    address = lab.look.resolver[0][0]
    for row in rows:
        said = dig(f"@{address}", row["target"], "A")
        assert ("status: NXDOMAIN" in said) == row["dangling"], row


def test_pointers_to_nothing_are_found(lab: Lab) -> None:
    rows = dangling.look("old.test", lab.at("old.test"), resolver(lab))
    assert {(r["kind"], r["target"]) for r in rows if r["dangling"]} == {
        ("cname", "shop.gone.test"),
        ("ns", "ns.gone.test"),
    }
    late = dangling.look("late.test", lab.at("late.test"), resolver(lab))
    assert {r["target"]: r["dangling"] for r in late if r["kind"] == "mx"} == {
        "mx.late.test": False,
        "mx.gone.test": True,
    }


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "fe80::1", "224.0.0.1", "0.0.0.0"]
)
def test_a_record_cannot_send_us_into_the_firm(address: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        permitted(address, Look(("example.com",)))
    assert caught.value.reason is Reason.REFUSED


def test_addresses_of_the_internet_are_permitted_and_private_ones_on_request() -> None:
    assert permitted("93.184.216.34", Look(("example.com",))) == "93.184.216.34"
    assert permitted("10.0.0.1", Look(("example.com",), private=True)) == "10.0.0.1"


NOW = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_registration_is_read_from_rdap() -> None:
    told = (
        b'{"ldhName": "EXAMPLE.COM", "status": ["client transfer prohibited"],'
        b' "events": [{"eventAction": "expiration", "eventDate": "2026-12-01T00:00:00Z"}]}'
    )
    row = registration.read("example.com", told, NOW)
    assert (row.asked, row.days_left, row.locked) == (True, 30, True)
    bare = registration.read("example.com", b'{"ldhName": "example.com"}', NOW)
    assert (bare.days_left, bare.locked) == ({"?": "absent"}, False)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"ldhName": "other.com"}', b"{}", b'{"ldhName": "example.com", "events": [1]}', b"[" * 9999]
)
def test_what_is_no_rdap_is_unknown(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        registration.read("example.com", data, NOW)


def test_the_registry_is_asked_only_when_named(lab: Lab) -> None:
    assert registration.look("good.test", lab.look, Budget(1), NOW).asked is False
    with pytest.raises(UnreadableError):
        registration.look("good.test", replace(lab.look, rdap="http://127.0.0.1:1"), Budget(1), NOW)


def test_the_registry_answers_or_not(lab: Lab) -> None:
    told = '{"ldhName": "good.test", "status": ["server transfer prohibited"]}'
    pages = {"/rdap/domain/good.test": page("200 OK", body=told), "/rdap/domain/old.test": page("404 x")}
    with tcp("127.55.9.7", 0, web(pages)) as port:
        look = replace(lab.look, rdap=f"http://127.55.9.7:{port}/rdap/")
        assert registration.look("good.test", look, Budget(5), NOW).locked is True
        with pytest.raises(UnreadableError, match="answers 404"):
            registration.look("old.test", look, Budget(5), NOW)


def test_everything_about_a_domain_nobody_answers_for_is_unknown(lab: Lab) -> None:
    """Not one row of one fact may say anything about a domain of which nothing was seen."""
    look = lab.at("silent.test", try_seconds=0.2, domain_seconds=4)
    for key, fact in survey(look, datetime.now(UTC)).items():
        for row in fact.value:
            said = {name: value for name, value in row.items() if not (isinstance(value, dict) and "?" in value)}
            if key != FactKey.of("dns", {"record": "registration"}):
                assert set(said) <= {"domain", "detail", "host", "name", "kind"}, (key, row)


def test_every_fact_of_the_vocabulary_is_looked_at() -> None:
    from shieldwall.checks.vocabulary import DNS_RECORDS, PROBES

    keys = {str(part[0]) for part in PARTS}
    assert keys == {
        *(f"dns(record={record})" for record in DNS_RECORDS),
        *(f"tls(service={word})" for word in PROBES["tls"].arguments["service"].choices),
        "http()",
    }
