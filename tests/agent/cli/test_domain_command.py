"""`shieldwall domain` on the tests' internet: the verdict of every check, what is remembered, what leaves."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from domain_lab import Lab

from agent.cli import run
from agent.cli.domain import audit
from agent.cli.session import Session
from agent.home.config import Home
from agent.home.store import opened
from agent.records import surveys
from agent.submission.latest import NOWHERE, SCHEMAS, latest_draft
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason
from shieldwall.messages.statement import AssetClass

GOOD = {
    "dns-dnssec": "pass", "dns-no-zone-transfer": "pass", "dns-registrar-expiry": "unknown",
    "dns-subdomain-takeover": "pass", "email-dane-tlsa": "pass", "email-dkim": "pass", "email-dmarc-enforced": "pass",
    "email-dmarc-present": "pass", "email-dmarc-reporting": "pass", "email-mta-sts": "pass",
    "email-parked-domains-locked": "not_applicable", "email-spf": "pass", "email-tls-rpt": "pass",
    "mail-tls-starttls": "pass", "tls-caa-record": "pass", "tls-certificate-valid": "pass",
    "tls-no-legacy-protocol": "pass", "tls-strong-ciphers": "pass", "web-cms-current": "not_applicable",
    "web-cookies-secure": "pass", "web-hsts": "pass", "web-https-redirect": "pass", "web-no-exposed-files": "pass",
    "web-no-version-leak": "pass", "web-security-headers": "pass", "web-security-txt": "pass",
}  # fmt: skip
OLD = {
    **dict.fromkeys(GOOD, "fail"), "dns-registrar-expiry": "unknown", "email-parked-domains-locked": "not_applicable",
    "email-dmarc-present": "pass",
}  # fmt: skip
PLAIN = {
    **dict.fromkeys(GOOD, "not_applicable"), "dns-dnssec": "fail", "dns-no-zone-transfer": "pass",
    "dns-registrar-expiry": "unknown", "dns-subdomain-takeover": "pass", "email-dkim": "unknown",
    "email-dmarc-enforced": "fail", "email-dmarc-present": "fail", "email-dmarc-reporting": "fail", "email-spf": "fail",
    "tls-caa-record": "fail", "web-https-redirect": "fail",
}  # fmt: skip
SILENT = {**dict.fromkeys(GOOD, "unknown"), "email-parked-domains-locked": "not_applicable"}


@pytest.fixture
def here(tmp_path: Path) -> Session:
    (tmp_path / "home").mkdir(mode=0o700)
    return Session(home_option=tmp_path / "home", quiet=True)


def verdicts(
    here: Session, lab: Lab, capsys: pytest.CaptureFixture[str], *names: str, **changes: object
) -> dict[str, str]:
    look = replace(lab.at(*names), files=True, **changes)  # type: ignore[arg-type]
    audit(here, look, "json", None, "never", verbose=False, statement=False)
    told = json.loads(capsys.readouterr().out)
    return {check["id"]: check["outcome"] for check in told["checks"]}


@pytest.mark.parametrize(
    ("name", "wanted"), [("good.test", GOOD), ("old.test", OLD), ("plain.test", PLAIN)], ids=["good", "old", "plain"]
)
def test_every_check_decides_as_it_should(
    here: Session, lab: Lab, capsys: pytest.CaptureFixture[str], name: str, wanted: dict[str, str]
) -> None:
    assert verdicts(here, lab, capsys, name) == wanted


def test_a_domain_nobody_answers_for_neither_passes_nor_fails(
    here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verdicts(here, lab, capsys, "silent.test", try_seconds=0.2, domain_seconds=5.0) == SILENT


def test_of_several_domains_the_worst_counts(here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    both = verdicts(here, lab, capsys, "good.test", "old.test")
    assert {check for check, outcome in both.items() if outcome == "pass"} == {"email-dmarc-present"}
    with_silent = verdicts(here, lab, capsys, "good.test", "silent.test", try_seconds=0.3, domain_seconds=6.0)
    assert {check for check, outcome in with_silent.items() if outcome in ("pass", "fail")} == set()


def test_parked_domains_are_judged_as_such(here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    locked = verdicts(here, lab, capsys, parked=("parked.test",))
    assert (locked["email-parked-domains-locked"], locked["email-dkim"], locked["email-mta-sts"]) == (
        "pass", "not_applicable", "not_applicable",
    )  # fmt: skip
    half = verdicts(here, lab, capsys, parked=("parked.test", "half-parked.test"))
    assert half["email-parked-domains-locked"] == "fail"


def test_the_text_says_what_was_seen_and_what_to_publish(
    here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    look = lab.at("plain.test", parked=("half-parked.test",))
    assert audit(here, look, "text", None, "medium", verbose=False, statement=False) == 1
    told = capsys.readouterr().out
    assert "RECORDS TO PUBLISH" in told
    for line in (
        'plain.test.  TXT  "v=spf1 -all"', '_dmarc.plain.test.  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@plain.test"',
        'half-parked.test.  TXT  "v=spf1 -all"', '_dmarc.half-parked.test.  TXT  "v=DMARC1; p=reject"',
    ):  # fmt: skip
        assert f"  {line}\n" in told
    audit(here, lab.at("old.test"), "text", None, "never", verbose=False, statement=False)
    told = capsys.readouterr().out
    assert '_dmarc.old.test.  TXT  "v=DMARC1; p=quarantine; rua=mailto:dmarc@old.test"' in told
    assert "delete: shop.old.test.  CNAME  shop.gone.test." in told


def test_what_to_publish_heals(lab: Lab) -> None:
    """The records we tell people to publish are valid by our own reading."""
    from agent.probes.dns.dmarc import VERSION
    from agent.probes.dns.mta_sts import RECORD, REPORT
    from agent.probes.dns.spf.record import parse
    from agent.render.records import records

    rows = {
        "spf": [{"domain": "a.test", "records": 0}],
        "mx": [{"domain": "a.test", "hosts": ["mx.a.test"]}],
        "dmarc": [{"domain": "a.test", "valid": False, "record": {"?": "absent"}}],
        "mta_sts": [{"domain": "a.test", "receives": True, "record": False}],
        "tls_rpt": [{"domain": "a.test", "receives": True, "valid": False}],
    }
    facts = {FactKey.of("dns", {"record": name}): Fact.known(value) for name, value in rows.items()}
    texts = [
        line.split('"')[1] for line in records(facts, (), datetime(2026, 11, 1, tzinfo=UTC)).splitlines() if '"' in line
    ]
    assert len(texts) == 4
    assert parse(texts[0]).all == "-" and [t.name for t in parse(texts[0]).terms] == ["mx", "all"]
    assert VERSION.match(texts[1]) and RECORD.match(texts[2]) and REPORT.match(texts[3])
    blind = {key: Fact.known([{"domain": "a.test", "records": {"?": "timeout"}, "detail": "x"}]) for key in facts}
    assert records(blind, (), datetime(2026, 11, 1, tzinfo=UTC)) == ""


def test_a_scan_takes_the_last_look_over(here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(here.home.path)]
    only = ["scan", "--only", "email-spf", "--quiet", "--format", "json"]

    def outcome() -> tuple[str, str | None]:
        run([*home, *only])
        (check,) = json.loads(capsys.readouterr().out)["checks"]
        return check["outcome"], check.get("reason")

    assert outcome() == ("not_applicable", None), "no domain is declared, so domains are no business of this host"
    here.home.settings.write_text("domains: [old.test]\n")
    assert outcome() == ("unknown", "unsupported"), "declared, and nobody looked"
    audit(here, lab.at("good.test"), "json", None, "never", verbose=False, statement=False)
    capsys.readouterr()
    assert outcome() == ("unknown", "unsupported"), "a look at another domain says nothing about the declared one"
    audit(here, lab.at("old.test"), "json", None, "never", verbose=False, statement=False)
    capsys.readouterr()
    assert outcome() == ("fail", None)


def test_a_look_grows_stale(tmp_path: Path) -> None:
    key, then = FactKey.of("dns", {"record": "spf"}), datetime(2026, 11, 1, tzinfo=UTC)
    with opened(Home(tmp_path / "h"), surveys.SCHEMA) as db:
        assert surveys.latest_domains(db, then) == {}
        surveys.record_domains(db, {key: Fact.known([{"domain": "a.test"}])}, then)
        assert surveys.latest_domains(db, then + timedelta(days=14))[key].value == [{"domain": "a.test"}]
        assert surveys.latest_domains(db, then + timedelta(days=15))[key].reason is Reason.STALE


def test_the_statement_is_of_a_domain_and_names_none(
    here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    audit(here, lab.at("old.test"), "json", None, "never", verbose=False, statement=True)
    capsys.readouterr()
    with opened(here.home, *SCHEMAS) as db:
        draft = latest_draft(db)
    assert draft.asset.kind is AssetClass.DOMAIN
    assert draft.verdicts.keys() == GOOD.keys()
    payload = draft.at(NOWHERE, None).encode()
    for word in (b"old.test", b"gone.test", b"127.55", b"Apache", b"spf1"):
        assert word not in payload


def test_without_statement_the_history_stays_the_hosts(
    here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    audit(here, lab.at("good.test"), "json", None, "never", verbose=False, statement=False)
    capsys.readouterr()
    run(["--home", str(here.home.path), "history", "--json"])
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["domain"], "no domain is declared"),
        (["domain", "http://good.test/"], "not a domain name"),
        (["domain", "localhost"], "not a domain name"),
        (["domain", "127.0.0.1"], "not a domain name"),
        (["domain", "good.test", "--resolver", "nowhere"], "--resolver: 'nowhere' is no address"),
        (["domain", "good.test", "--resolver", "127.0.0.1:0"], "is no address"),
        (["domain", "good.test", "--rdap", "http://rdap.test"], "does not begin with https://"),
        (["domain", "good.test", "--selector", "a b"], "not a DKIM selector"),
    ],
)
def test_what_is_typed_wrong_is_said(
    here: Session, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert run(["--home", str(here.home.path), *words]) == 2
    assert message in capsys.readouterr().err


def test_as_typed_with_a_resolver_of_ones_own(here: Session, lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    """Ports of mail and web are the real ones here, closed on these addresses, so only names are judged."""
    address, port = lab.look.resolver[0]
    words = [
        "domain",
        "GOOD.test.",
        "--resolver",
        f"{address}:{port}",
        "--private",
        "--seconds",
        "1",
        "--format",
        "json",
    ]
    run(["--home", str(here.home.path), *words])
    told = {check["id"]: check["outcome"] for check in json.loads(capsys.readouterr().out)["checks"]}
    assert (told["email-spf"], told["email-dmarc-enforced"], told["dns-dnssec"]) == ("pass", "pass", "unknown")
