"""Only the firm's own addresses are ever looked at."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.probes.netscan.targets import ADDRESSES, NetworkSettings, addresses, is_private, select
from shieldwall.errors import UsageError

NOBODY = NetworkSettings()
PUBLIC = NetworkSettings(ranges=("198.51.100.0/28",), confirmed_public=("198.51.100.0/29",))


def no_names(name: str) -> list[str]:
    raise socket.gaierror(f"no such name: {name}")


def texts(*targets: str, settings: NetworkSettings = NOBODY) -> list[str]:
    return [str(network) for network in select(targets, settings, no_names)]


def test_private_ranges_and_loopback_need_no_permission() -> None:
    assert texts("192.168.1.7/24", "127.0.0.1", "fd00::1") == ["127.0.0.1/32", "192.168.1.0/24", "fd00::1/128"]


def test_without_targets_the_declared_ranges_are_meant() -> None:
    assert texts(settings=NetworkSettings(ranges=("10.0.0.0/30", "10.0.0.4/30"))) == ["10.0.0.0/29"]
    with pytest.raises(UsageError, match="no network is declared"):
        texts()


@pytest.mark.parametrize("target", ["8.8.8.8", "198.51.100.9", "100.64.0.1", "2001:db8::1", "10.0.0.0/7"])
def test_an_undeclared_address_on_the_internet_is_refused(target: str) -> None:
    with pytest.raises(UsageError, match="not declared as yours"):
        texts(target)


def test_a_declared_public_range_is_refused_until_somebody_confirmed_it() -> None:
    assert texts("198.51.100.3", settings=PUBLIC) == ["198.51.100.3/32"]
    for target in ("198.51.100.8", "198.51.100.0/28"):
        with pytest.raises(UsageError, match="--yes-public"):
            texts(target, settings=PUBLIC)


@pytest.mark.parametrize("target", ["224.0.0.1", "0.0.0.0", "0.0.0.0/0", "255.255.255.255", "ff02::1", "fe80::1"])
def test_what_is_no_network_of_devices_is_refused_even_when_declared(target: str) -> None:
    settings = NetworkSettings(ranges=("0.0.0.0/0", "::/0"), confirmed_public=("0.0.0.0/0", "::/0"))
    with pytest.raises(UsageError):
        texts(target, settings=settings)


@pytest.mark.parametrize("target", ["-oN/etc/passwd", "--script=x", "10.0.0.0/33", "10.0.0.1-20", "", "a/b", "a" * 300])
def test_what_is_no_target_is_refused(target: str) -> None:
    with pytest.raises(UsageError):
        texts(target)


def test_a_name_is_judged_by_every_address_it_leads_to() -> None:
    assert select(["printer"], NOBODY, lambda _: ["192.168.1.9", "192.168.1.9"])[0].num_addresses == 1
    with pytest.raises(UsageError, match="not declared"):
        select(["printer"], NOBODY, lambda _: ["192.168.1.9", "203.0.113.5"])


def test_a_real_name_is_resolved() -> None:
    def resolve(name: str) -> list[str]:
        return [str(info[4][0]) for info in socket.getaddrinfo(name, None)]

    assert all(network.is_loopback for network in select(["localhost"], NOBODY, resolve))


def test_too_many_addresses_are_refused_before_any_is_listed() -> None:
    with pytest.raises(UsageError, match=f"more than the {ADDRESSES}"):
        texts("10.0.0.0/8")
    with pytest.raises(UsageError, match=f"more than the {ADDRESSES}"):
        texts("fd00::/64")
    assert len(addresses(select(["10.0.0.0/20"], NOBODY, no_names))) == 4094


@given(st.ip_addresses(), st.integers(0, 128))
def test_nothing_undeclared_outside_the_private_ranges_ever_passes(address: ipaddress.IPv4Address, length: int) -> None:
    target = f"{address}/{min(length, address.max_prefixlen)}"
    try:
        networks = select([target], NOBODY, no_names)
    except UsageError:
        return
    assert all(is_private(network[0]) and is_private(network[-1]) for network in networks)
