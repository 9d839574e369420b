"""A report is a file from outside: whole and plain, or a clear word about why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.looking.looked import UnreadableError
from agent.probes.netscan.report import REPORT_BYTES, Device, Service, read_report
from shieldwall.checks.outcome import Reason

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<!-- Nmap 7.93 -->\n'
HOST = (
    '<host><status state="up" reason="syn-ack"/><address addr="192.168.1.9" addrtype="ipv4"/><ports>'
    '<port protocol="tcp" portid="23"><state state="open" reason="syn-ack"/>'
    '<service name="telnet" product="Printer telnetd" method="probed" conf="10"/></port>'
    '<port protocol="tcp" portid="80"><state state="closed" reason="conn-refused"/></port></ports></host>'
)
TAIL = (
    '<runstats><finished time="1" timestr="x" elapsed="0.1" exit="success"/>'
    '<hosts up="1" down="0" total="1"/></runstats></nmaprun>'
)


def report(*hosts: str, head: str = HEAD, tail: str = TAIL) -> bytes:
    return (head + '<nmaprun scanner="nmap" args="nmap">' + "".join(hosts) + tail).encode()


def refusal(data: bytes) -> Reason:
    with pytest.raises(UnreadableError) as caught:
        read_report(data)
    assert len(str(caught.value)) < 200
    return caught.value.reason


def test_open_ports_and_devices_are_read() -> None:
    seen = read_report(report(HOST))
    assert seen.devices == (Device("192.168.1.9", True),)
    assert seen.services == (Service("192.168.1.9", 23, "tcp", "telnet", "Printer telnetd", "open"),)


def test_a_device_that_is_down_is_not_there() -> None:
    assert read_report(report(HOST.replace('state="up"', 'state="down"'))).devices == ()


def test_a_device_nmap_gave_up_on_is_not_taken_for_a_quiet_one() -> None:
    assert read_report(report(HOST.replace("<host>", '<host timedout="true">'))).devices == (
        Device("192.168.1.9", False),
    )


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE nmaprun [<!ENTITY a "b">]>',
        '<!DOCTYPE nmaprun SYSTEM "file:///etc/passwd">',
        "<!DOCTYPE other>",
        '<!ENTITY lol "lol">',
        "<![CDATA[x]]>",
    ],
)
def test_declarations_that_nmap_never_writes_are_refused_before_anything_is_parsed(declaration: str) -> None:
    assert refusal(report(HOST, head=declaration)) is Reason.REFUSED


def test_a_bomb_of_entities_is_refused() -> None:
    levels = "".join(f'<!ENTITY l{i + 1} "{f"&l{i};" * 10}">' for i in range(9))
    assert refusal(report("&l9;", head=f'<!DOCTYPE n [<!ENTITY l0 "lol">{levels}]>')) is Reason.REFUSED


def test_other_encodings_cannot_hide_a_declaration() -> None:
    hidden = '<!DOCTYPE nmaprun [<!ENTITY a "b">]><nmaprun/>'
    assert refusal(hidden.encode("utf-16")) is Reason.PARSE
    assert refusal(b'<?xml version="1.0" encoding="utf-7"?>' + b"<nmaprun/>") is Reason.REFUSED
    assert refusal(hidden.encode("utf-16-be").replace(b"\xd8", b"")) is Reason.REFUSED


def test_a_large_report_is_refused() -> None:
    assert refusal(b" " * (REPORT_BYTES + 1)) is Reason.REFUSED


def test_deep_nesting_does_no_harm() -> None:
    assert refusal(("<a>" * 400_000 + "</a>" * 400_000).encode()) is Reason.PARSE


def test_every_cut_of_a_report_is_noticed() -> None:
    whole = report(HOST)
    for length in range(len(whole)):
        assert refusal(whole[:length]) in (Reason.PARSE, Reason.REFUSED)


@pytest.mark.parametrize(
    "host",
    [
        "<host/>",
        HOST.replace('portid="23"', 'portid="99999"'),
        HOST.replace('portid="23"', 'portid="x"'),
        HOST.replace('<state state="open" reason="syn-ack"/>', ""),
        HOST.replace("192.168.1.9", "printer"),
    ],
)
def test_a_report_that_lacks_what_nmap_always_writes_is_not_half_read(host: str) -> None:
    assert refusal(report(host)) is Reason.PARSE


def test_a_run_that_ended_early_and_other_documents_are_not_reports() -> None:
    assert refusal(report(HOST, tail=TAIL.replace("success", "error"))) is Reason.PARSE
    assert refusal(b"<html></html>") is Reason.PARSE


def test_what_a_device_calls_itself_cannot_steer_a_screen() -> None:
    name = "\u202e&#x9b;31m" + "x" * 500
    service = read_report(report(HOST.replace("Printer telnetd", name))).services[0]
    assert service.product.isprintable() and len(service.product) <= 80


@given(st.binary(max_size=400))
def test_rubbish_is_never_a_report(data: bytes) -> None:
    assert refusal(data) in (Reason.PARSE, Reason.REFUSED)
