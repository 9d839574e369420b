"""SPF as RFC 7208 has it: on a real resolver, and case by case against pyspf."""

import ipaddress
import json
import subprocess

import pytest
from domain_lab import Lab
from hypothesis import given
from hypothesis import strategies as st

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Answer, Resolver, Status
from agent.probes.dns.spf import view
from agent.probes.dns.spf.evaluate import LOOKUPS, Evaluation, Result
from agent.probes.dns.spf.macro import MacroError, Mail, check_domain_spec, check_string, expand
from agent.probes.dns.spf.record import RecordError, parse, spf_texts
from agent.probes.domain.look import Budget
from shieldwall.checks.outcome import Reason

STRANGERS = {
    "ok": "fail", "soft": "softfail", "neutral": "neutral", "open": "pass", "wide": "pass", "wide6": "pass",
    "endless": "neutral", "two": "permerror", "typo": "permerror", "badnet": "permerror", "almost": "none",
    "upper": "fail", "redirect": "softfail", "redirect-nowhere": "permerror", "redirect-unused": "fail",
    "include-none": "permerror", "include-open": "pass", "self": "permerror", "ten": "fail", "eleven": "permerror",
    "void2": "fail", "void3": "permerror", "macro": "fail", "badmacro": "permerror", "ptr": "fail",
    "many-mx": "permerror", "long": "fail", "host": "none", "nobody": "none",
}  # fmt: skip
JUDGE = """
import json, sys, DNS, spf
server, port, cases = json.load(sys.stdin)
DNS.defaults.update(server=[server], server_rotate=False, port=port, timeout=3)
spf.DNS, spf.DNSLookup = DNS, spf.DNSLookup_pydns
out = []
for name, ip in cases:
    query = spf.query(i=ip, s="postmaster@" + name, h=name, timeout=10)
    out.append(query.check()[0])
print(json.dumps(out))
"""


def resolver(lab: Lab) -> Resolver:
    return Resolver(lab.look, Budget(20))


@pytest.mark.parametrize(("name", "wanted"), STRANGERS.items())
def test_what_receivers_make_of_a_stranger(lab: Lab, name: str, wanted: str) -> None:
    assert view.look(f"{name}.spf.test", resolver(lab)).strangers == wanted


def test_an_independent_judge_agrees_case_by_case(lab: Lab) -> None:
    """pyspf of Debian. It differs where it counts `ptr` by the older standard; that case is not asked."""
    asked = [name for name in STRANGERS if name != "ptr"]
    ips = [str(view.STRANGER), "192.0.2.1", "192.0.2.77", "198.51.100.9"]
    cases = [(f"{name}.spf.test", ip) for name in asked for ip in ips]
    server, port = lab.look.resolver[0]
    done = subprocess.run(
        ["/usr/bin/python3", "-c", JUDGE], input=json.dumps([server, port, cases]), capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    ask = resolver(lab)
    ours = [Evaluation(ask, Mail(ipaddress.ip_address(ip), f"postmaster@{n}", n)).run(n).value for n, ip in cases]
    theirs = json.loads(done.stdout)
    assert {c: (a, b) for c, a, b in zip(cases, ours, theirs, strict=True) if a != b} == {}


def test_the_row_says_what_it_cost_and_what_is_wrong(lab: Lab) -> None:
    ten, eleven = (view.look(f"{name}.spf.test", resolver(lab)) for name in ("ten", "eleven"))
    assert (ten.lookups, ten.problem) == (LOOKUPS, "")
    assert "more than 10 lookups" in eleven.problem
    assert view.look("void2.spf.test", resolver(lab)).voids == 2
    assert "no mechanism 'ipv4:" in view.look("typo.spf.test", resolver(lab)).problem
    assert view.look("two.spf.test", resolver(lab)).records == 2
    assert view.look("soft.spf.test", resolver(lab)).all == "~"


def test_a_name_that_cannot_be_asked_for_is_unknown_and_nothing_else(lab: Lab) -> None:
    with pytest.raises(UnreadableError) as caught:
        view.look("silent.spf.test", resolver(lab))
    assert caught.value.reason in (Reason.TIMEOUT, Reason.REFUSED)


@pytest.mark.parametrize(
    ("ip", "wanted"),
    [("192.0.2.1", "pass"), ("192.0.2.200", "pass"), ("2001:db9::5", "pass"), ("198.51.100.1", "fail")],
)
def test_senders_of_the_record_pass(lab: Lab, ip: str, wanted: str) -> None:
    mail = Mail(ipaddress.ip_address(ip), "a@ok.spf.test", "ok.spf.test")
    assert Evaluation(resolver(lab), mail).run("ok.spf.test") == wanted


def test_macros_ask_for_the_reversed_address(lab: Lab) -> None:
    mail = Mail(ipaddress.ip_address("192.0.2.1"), "a@macro.spf.test", "x")
    assert Evaluation(resolver(lab), mail).run("macro.spf.test") is Result.PASS


SENDER = Mail(ipaddress.ip_address("192.0.2.3"), "strong-bad@email.example.com", "mx.example.org")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("%{s}", "strong-bad@email.example.com"), ("%{o}", "email.example.com"), ("%{d4}", "email.example.com"),
        ("%{d2}", "example.com"), ("%{dr}", "com.example.email"), ("%{d2r}", "example.email"),
        ("%{l-}", "strong.bad"), ("%{lr-}", "bad.strong"), ("%{l1r-}", "strong"), ("%{h}", "mx.example.org"),
        ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"), ("a%%b%_c%-d", "a%b c%20d"),
        ("%{S}", "strong-bad%40email.example.com"), ("%{d10}", "email.example.com"),
    ],
)  # fmt: skip
def test_macros_expand_as_the_standard_shows(text: str, wanted: str) -> None:
    check_string(text)
    assert expand(text, SENDER, "email.example.com") == wanted


def test_ip6_macros_are_dotted_nibbles_and_long_names_lose_labels_on_the_left() -> None:
    mail = Mail(ipaddress.ip_address("2001:db8::cb01"), "a@example.com", "h")
    assert expand("%{ir}.%{v}", mail, "d").startswith("1.0.b.c.0.0") and expand("%{ir}.%{v}", mail, "d").endswith(
        ".ip6"
    )
    long = expand(".".join(["x" * 60] * 5) + ".end", mail, "d")
    assert len(long) <= 253 and long.endswith(".end")


@pytest.mark.parametrize("text", ["%{z}", "%{d0}", "100%", "%{c}", "a b", "%{d", "ü"])
def test_what_is_no_macro_is_refused(text: str) -> None:
    with pytest.raises(MacroError):
        check_string(text)


@pytest.mark.parametrize("text", ["", "example", "example.1", "a.-b", "a..b-"])
def test_what_is_no_domain_is_refused(text: str) -> None:
    with pytest.raises(MacroError):
        check_domain_spec(text)


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 all:x", "v=spf1 ip4 -all", "v=spf1 ip4:1.2.3 -all", "v=spf1 ip4:1.2.3.4/33 -all", "v=spf1 ip6:1.2.3.4",
        "v=spf1 a/33", "v=spf1 a//129", "v=spf1 a:/24", "v=spf1 include", "v=spf1 exists", "v=spf1 redirect=",
        "v=spf1 redirect=a.b redirect=c.d", "v=spf1 exp=a.b exp=a.b", "v=spf1 -foo", "v=spf1 a:x.example/024",
        "v=spf1 +-all", "v=spf1 mx=1 ip4:1.2.3.4/", "v=spf1 ptr:", "v=spf1 a:example",
    ],
)  # fmt: skip
def test_errors_of_syntax_are_errors(record: str) -> None:
    with pytest.raises(RecordError):
        parse(record)


def test_records_that_look_odd_and_are_right() -> None:
    record = parse("v=spf1  A:x.example/24//64 ?mx/16 ~ip6:::/0 unknown=%{d} exp=%{d2} redirect=%{d} ")
    assert [(t.qualifier, t.name, t.prefix4, t.prefix6) for t in record.terms][:2] == [
        ("+", "a", 24, 64),
        ("?", "mx", 16, 128),
    ]
    assert record.redirect == "%{d}"
    assert parse("v=spf1 a:%{d}/24").terms[0].domain == "%{d}"
    assert spf_texts(["v=spf1", "v=spf1 -all", "V=SPF1 a", "v=spf10 -all", "xv=spf1", "v=spf1\t-all"]) == [
        "v=spf1",
        "v=spf1 -all",
        "V=SPF1 a",
    ]


@given(st.text(alphabet="v=spf1 aclxmiertp4ds:%{}/.-~?+0269_", max_size=60))
def test_any_record_ends_in_a_result_within_the_limits(text: str) -> None:
    asked = 0

    def ask(name: str, kind: str) -> Answer:
        nonlocal asked
        asked += 1
        if kind == "TXT":
            return Answer(Status.FOUND, (_Text(f"v=spf1 {text}"),))
        return Answer(Status.NOWHERE)

    run = Evaluation(ask, SENDER)
    assert isinstance(run.run("example.com"), Result)
    assert run.lookups <= LOOKUPS + 1 and asked <= 200


class _Text:
    def __init__(self, text: str) -> None:
        self.strings = [text.encode()]
