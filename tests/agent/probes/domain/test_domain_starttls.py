"""STARTTLS of mail servers that do it well, badly, or not at all."""

from datetime import UTC, datetime

import pytest
from domain_lab import Lab
from domain_servers import mail, server_context, tcp
from domain_zones import MAIL_GOOD

from agent.looking.looked import UnreadableError
from agent.probes.dns.ask import Resolver
from agent.probes.domain.look import Budget
from agent.probes.domain.rows import Row
from agent.probes.domain.wire import Endpoint
from agent.probes.tls.mail import _one, look

HERE = "127.55.9.8"


def rows(lab: Lab, domain: str) -> list[Row]:
    budget = Budget(20)
    return look(domain, lab.at(domain, try_seconds=0.4), Resolver(lab.look, budget), budget, datetime.now(UTC))


def test_a_good_server_passes_every_part(lab: Lab) -> None:
    (row,) = rows(lab, "good.test")
    assert (row["address"], row["starttls"], row["modern"]) == (MAIL_GOOD, True, True)
    assert (row["certificate"]["trusted"], row["certificate"]["matches"]) == (True, True)


def test_no_starttls_and_a_foreign_name_are_seen(lab: Lab) -> None:
    (plain,) = rows(lab, "old.test")
    assert (plain["starttls"], plain["certificate"]) == (False, {"?": "absent"})
    wrong, gone = rows(lab, "late.test")
    assert (wrong["certificate"]["trusted"], wrong["certificate"]["matches"]) == (True, False)
    assert gone["starttls"] == {"?": "unsupported"} and "no address" in gone["detail"]


def test_silence_and_lies_are_unknown(lab: Lab) -> None:
    (slow,) = rows(lab, "named.test")
    assert slow["starttls"] == {"?": "timeout"}
    (lies,) = rows(lab, "self.test")
    assert (lies["starttls"], lies["modern"], lies["certificate"]) == (True, {"?": "refused"}, {"?": "refused"})


def test_domains_without_mail_have_no_rows(lab: Lab) -> None:
    assert rows(lab, "parked.test") == [] and rows(lab, "plain.test") == []


def test_only_an_old_version_is_not_modern(lab: Lab) -> None:
    pem, _ = lab.authority.issue("mx.test")
    old = server_context(pem, oldest="TLSv1", newest="TLSv1_1", ciphers="ALL:@SECLEVEL=0")
    with tcp(HERE, 0, mail(old)) as port:
        row = _one("x.test", Endpoint("mx.test", HERE, port), lab.look, Budget(20), datetime.now(UTC))
    assert row.modern is False and row.certificate["trusted"] is True


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"554 go away\r\n",
        b"220 hi\r\n",
        b"\xff" * 5000,
        b"220-a\r\n" * 500,
        b"SSH-2.0-x\r\n",
        b"220 hi\r\n421 busy\r\n",
    ],
)
def test_what_is_no_mail_server_is_unknown(lab: Lab, answer: bytes) -> None:
    def talk(sock) -> None:  # type: ignore[no-untyped-def]
        sock.sendall(answer)

    with tcp(HERE, 0, talk) as port, pytest.raises(UnreadableError):
        _one("x.test", Endpoint("mx.test", HERE, port), lab.at("x", try_seconds=0.2), Budget(20), datetime.now(UTC))
