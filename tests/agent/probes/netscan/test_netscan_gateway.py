"""A router is asked over real sockets; a wrong, rude or missing answer is no open door."""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agent.looking.host import Host
from agent.probes.netscan.gateway import default_gateway, opens_by

ROUTER = ipaddress.IPv4Address("127.77.2.1")
IGD = b"HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:InternetGatewayDevice:1\r\n\r\n"
MEDIA = b"HTTP/1.1 200 OK\r\nST: urn:schemas-upnp-org:device:MediaServer:1\r\n\r\n"
NAT_PMP = b"\x00\x80\x00\x00" + b"\x00" * 8
HEAD = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"


@contextmanager
def answering(*answers: bytes) -> Iterator[int]:
    """A port on which each question gets the next answer; an empty one is silence."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((str(ROUTER), 0))
        server.settimeout(5)
        rest = list(answers)

        def serve() -> None:
            while rest:
                asked, who = server.recvfrom(2048)
                answer = rest.pop(0)
                if answer:
                    server.sendto(answer, who)
                if asked == b"end":
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            rest[:] = [b""]
            server.sendto(b"end", server.getsockname())
            thread.join()


@pytest.fixture
def closed() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
        free.bind((str(ROUTER), 0))
        return int(free.getsockname()[1])


def test_a_router_that_opens_ports_by_upnp(closed: int) -> None:
    with answering(IGD) as port:
        assert opens_by(ROUTER, upnp=port, nat_pmp=closed, seconds=0.2) == ["upnp"]


def test_a_router_that_opens_ports_by_nat_pmp(closed: int) -> None:
    with answering(NAT_PMP) as port:
        assert opens_by(ROUTER, upnp=closed, nat_pmp=port, seconds=0.2) == ["nat-pmp"]


def test_a_lost_packet_is_not_a_closed_door(closed: int) -> None:
    with answering(b"", b"", IGD) as port:
        assert opens_by(ROUTER, upnp=port, nat_pmp=closed, seconds=0.2) == ["upnp"]


def test_a_router_that_is_silent_or_refuses_opens_nothing(closed: int) -> None:
    assert opens_by(ROUTER, upnp=closed, nat_pmp=closed, seconds=0.2) == []
    with answering(b"", b"", b"") as port:
        assert opens_by(ROUTER, upnp=port, nat_pmp=closed, seconds=0.05) == []


@pytest.mark.parametrize("answer", [MEDIA, b"rubbish" * 400, b"HTTP/1.1 404 InternetGatewayDevice"])
def test_other_devices_and_rubbish_open_nothing(answer: bytes, closed: int) -> None:
    with answering(answer, answer, answer) as port:
        assert opens_by(ROUTER, upnp=port, nat_pmp=closed, seconds=0.2) == []


@pytest.mark.parametrize("answer", [b"\x00\x80\x00\x02" + b"\x00" * 8, b"\x00\x80\x00\x00", b"\x02\x80\x00\x00" * 3])
def test_a_refused_or_broken_nat_pmp_answer_opens_nothing(answer: bytes, closed: int) -> None:
    with answering(answer, answer, answer) as port:
        assert opens_by(ROUTER, upnp=closed, nat_pmp=port, seconds=0.2) == []


@pytest.mark.parametrize(
    ("rows", "gateway"),
    [
        ("", None),
        ("eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n", "192.168.1.1"),
        (
            "wlan0\t00000000\t0102A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n",
            "192.168.1.1",
        ),
        ("eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n", None),
        ("tun0\t00000000\t00000000\t0001\t0\t0\t50\t00000000\t0\t0\t0\n", None),
        ("eth0\t00000000\tzzzz\t0003\t0\t0\t100\t00000000\t0\t0\t0\nshort\n", None),
    ],
)
def test_the_router_is_that_of_the_best_default_route(tmp_path: Path, rows: str, gateway: str | None) -> None:
    (tmp_path / "proc/net").mkdir(parents=True)
    (tmp_path / "proc/net/route").write_text(HEAD + rows)
    found = default_gateway(Host(root=tmp_path))
    assert found == (ipaddress.IPv4Address(gateway) if gateway else None)


def test_without_a_routing_table_there_is_no_router(tmp_path: Path) -> None:
    assert default_gateway(Host(root=tmp_path)) is None
