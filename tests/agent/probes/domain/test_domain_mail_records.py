"""DMARC, DKIM, MTA-STS and what a parked domain says, on a real resolver."""

import pytest
from domain_lab import Lab

from agent.probes.dns import dkim, dmarc, mail_hosts, mta_sts, parked
from agent.probes.dns.ask import Resolver
from agent.probes.domain.look import Budget
from agent.probes.http.client import Client, Page

ABSENT = {"?": "absent"}


def resolver(lab: Lab) -> Resolver:
    return Resolver(lab.look, Budget(20))


@pytest.mark.parametrize(
    ("name", "valid", "policy", "subdomains", "nonexistent"),
    [
        ("reject.dmarc.test", True, "reject", "reject", "reject"),
        ("none.dmarc.test", True, "none", "none", "none"),
        ("quarantine.dmarc.test", True, "quarantine", "none", "none"),
        ("np.dmarc.test", True, "reject", "reject", "quarantine"),
        ("lower.dmarc.test", False, ABSENT, ABSENT, ABSENT),
        ("order.dmarc.test", False, ABSENT, ABSENT, ABSENT),
        ("two.dmarc.test", False, ABSENT, ABSENT, ABSENT),
        ("typo.dmarc.test", False, "none", "none", "none"),
        ("nop.dmarc.test", False, ABSENT, "reject", "reject"),
        ("plain.test", False, ABSENT, ABSENT, ABSENT),
        ("mail.reject.dmarc.test", True, "reject", "reject", "reject"),
        ("a.b.c.quarantine.dmarc.test", True, "none", "none", "none"),
        ("x.org.dmarc.test", True, "quarantine", "quarantine", "quarantine"),
        ("x.firm.suffix.dmarc.test", True, "reject", "reject", "reject"),
        ("other.suffix.dmarc.test", True, "none", "none", "reject"),
        ("a.b.c.d.e.f.g.h.i.j.reject.dmarc.test", True, "reject", "reject", "reject"),
    ],
)
def test_the_policy_that_counts(
    lab: Lab, name: str, valid: bool, policy: object, subdomains: object, nonexistent: object
) -> None:
    row = dmarc.look(name, resolver(lab))
    assert (row.valid, row.policy, row.subdomains, row.nonexistent) == (valid, policy, subdomains, nonexistent)


def test_a_roll_out_is_told_from_enforcement(lab: Lab) -> None:
    assert dmarc.look("testing.dmarc.test", resolver(lab)).testing
    assert dmarc.look("half.dmarc.test", resolver(lab)).percent == 50
    assert "2 DMARC records" in dmarc.look("two.dmarc.test", resolver(lab)).problem


def test_reports_need_the_other_domains_word(lab: Lab) -> None:
    rows = {name: dmarc.look(f"{name}.dmarc.test", resolver(lab)) for name in ("reject", "away", "allowed", "none")}
    assert (rows["reject"].reports, rows["reject"].reports_authorised) == (1, True)
    assert (rows["away"].reports, rows["away"].reports_authorised) == (2, False)
    assert (rows["allowed"].reports, rows["allowed"].reports_authorised) == (1, True)
    assert (rows["none"].reports, rows["none"].reports_authorised) == (0, ABSENT)


@pytest.mark.parametrize(
    ("name", "selectors", "strong", "bits"),
    [
        ("strong", (), True, [2048]), ("weak", (), False, [1024]), ("both", (), True, [1024, 2048]),
        ("declared", ("own",), True, [256]), ("declared", (), {"?": "unsupported"}, []), ("revoked", (), False, [0]),
        ("testing", (), False, [2048]), ("broken", (), False, [0]), ("wild", (), {"?": "unsupported"}, []),
        ("nothing", ("own",), False, []),
    ],
)  # fmt: skip
def test_keys_are_measured(lab: Lab, name: str, selectors: tuple[str, ...], strong: object, bits: list[int]) -> None:
    row = dkim.look(f"{name}.dkim.test", selectors, resolver(lab))
    assert (row.strong, [key.bits for key in row.keys]) == (strong, bits)


def test_mail_hosts_and_null_mx(lab: Lab) -> None:
    assert mail_hosts.look("good.test", resolver(lab)).hosts == ["mx1.good.test"]
    assert mail_hosts.look("late.test", resolver(lab)).hosts == ["mx.late.test", "mx.gone.test"]
    assert mail_hosts.look("parked.test", resolver(lab)).null
    plain = mail_hosts.look("plain.test", resolver(lab))
    assert plain.implicit and not plain.hosts


def test_a_parked_domain_says_so_or_not(lab: Lab) -> None:
    assert parked.look("parked.test", resolver(lab)) == parked.Parked("parked.test", True, "reject", True)
    half = parked.look("half-parked.test", resolver(lab))
    assert (half.spf_locked, half.dmarc, half.takes_no_mail) == (False, "quarantine", True)
    assert not parked.look("plain.test", resolver(lab)).takes_no_mail


def test_mta_sts_and_tls_reports(lab: Lab) -> None:
    budget = Budget(20)
    ask = Resolver(lab.look, budget)
    good = mta_sts.look("good.test", ask, Client(lab.look, ask, budget, "good.test"))
    assert (good.record, good.policy_mode, good.max_age, good.covers) == (True, "enforce", 604800, True)
    old = mta_sts.look("old.test", ask, Client(lab.look, ask, budget, "old.test"))
    assert (old.receives, old.record, old.policy_mode) == (True, False, ABSENT)
    assert mta_sts.reports("good.test", ask).valid and not mta_sts.reports("old.test", ask).valid


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 86400\n", True),
        ("version: STSv1\nmode: none\nmax_age: 0\n", True),
        ("version: STSv1\nmode: enforce\nmax_age: 86400\n", False),
        ("version: STSv2\nmode: enforce\nmx: a.b\nmax_age: 86400\n", False),
        ("mode: enforce\nmx: a.b\nmax_age: 86400\n", False),
        ("version: STSv1\nmode: strict\nmx: a.b\nmax_age: 86400\n", False),
        ("version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 99999999999\n", False),
        ("version: STSv1\nmode: enforce\nmx: a.b\nmax_age: x\n", False),
    ],
)
def test_policy_files(text: str, valid: bool) -> None:
    assert (mta_sts.read_policy(Page("u", 200, (), text.encode())) is not None) == valid
    assert mta_sts.read_policy(Page("u", 404, (), text.encode())) is None
