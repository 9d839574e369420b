"""What was looked at, from where, and what was not: never mixed up."""

import ipaddress

from agent.looking.host import Host
from agent.probes import netscan
from agent.probes.netscan.report import Device, Report, Service
from agent.probes.netscan.targets import NetworkSettings
from agent.probes.netscan.view import view
from shieldwall.checks.fact import FactKey
from shieldwall.checks.outcome import Reason

OWN = ipaddress.ip_address("192.168.1.9")
PUBLIC = ipaddress.ip_address("198.51.100.3")
KEY = FactKey.of("netscan", {})


def door(host: object, port: int) -> Service:
    return Service(str(host), port, "tcp", "x", "", "open")


REPORT = Report((Device(str(OWN), True), Device(str(PUBLIC), True)), (door(OWN, 23), door(OWN, 502), door(PUBLIC, 445)))


def test_from_inside_nothing_is_said_about_the_internet_side() -> None:
    value = view(REPORT, [OWN, PUBLIC], NetworkSettings()).value
    assert [row["port"] for row in value["inside"]] == [23]
    assert value["outside"] == {"?": "unsupported"}
    assert value["industrial"] == {"?": "refused"}
    assert value["devices"] == [{"host": str(OWN), "known": {"?": "absent"}, "new": {"?": "absent"}}]
    assert view(Report((), ()), [OWN], NetworkSettings()).value["devices"] == {"?": "absent"}
    assert value["tls"] == value["pages"] == {"?": "unsupported"}


def test_a_declared_public_range_that_was_not_looked_at_is_not_forgotten() -> None:
    declared = NetworkSettings(ranges=("198.51.100.0/28",))
    assert view(REPORT, [OWN], declared).value["outside"] == {"?": "unsupported"}
    assert view(REPORT, [OWN], NetworkSettings()).value["outside"] == {"?": "absent"}


def test_from_outside_the_public_addresses_are_what_the_internet_sees() -> None:
    value = view(REPORT, [PUBLIC], NetworkSettings(outside=True)).value
    assert [row["port"] for row in value["outside"]] == [445]
    assert value["inside"] == {"?": "unsupported"}


def test_controls_are_kept_apart_from_the_office() -> None:
    value = view(REPORT, [OWN], NetworkSettings(industrial=True)).value
    assert [row["port"] for row in value["industrial"]] == [502]


def test_a_router_nobody_asked_is_not_a_closed_one() -> None:
    assert view(REPORT, [OWN], NetworkSettings()).value["router"] == {"?": "unsupported"}
    assert view(REPORT, [OWN], NetworkSettings(), []).value["router"] == {"opens_by": []}
    assert view(REPORT, [OWN], NetworkSettings(), ["upnp"]).value["router"] == {"opens_by": ["upnp"]}


def test_a_device_nmap_gave_up_on_leaves_a_doubt_in_the_list() -> None:
    slow = Report((Device(str(OWN), False),), (door(OWN, 23),))
    value = view(slow, [OWN], NetworkSettings(industrial=True)).value
    assert value["inside"][1:] == [{"?": "timeout"}] and value["industrial"] == [{"?": "timeout"}]


def test_devices_are_held_against_the_inventory() -> None:
    for devices, known in ((("192.168.1.0/28",), True), (("192.168.1.8",), False), ((), False)):
        value = view(REPORT, [OWN], NetworkSettings(devices=devices)).value
        assert value["devices"] == [{"host": str(OWN), "known": known, "new": {"?": "absent"}}]


def test_a_scan_takes_over_the_last_look_and_never_starts_one() -> None:
    host = Host()
    asked = Host()
    netscan.remember(asked, None)
    nobody = netscan.collect([KEY], asked)[KEY]
    assert netscan.collect([KEY], Host()) == {KEY: netscan.NO_NETWORK} and netscan.NO_NETWORK.value is None
    fact = view(REPORT, [OWN], NetworkSettings())
    netscan.remember(host, fact)
    assert nobody.reason is Reason.UNSUPPORTED and "shieldwall network" in nobody.detail
    assert netscan.collect([KEY], host) == {KEY: fact}
