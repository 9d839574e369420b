"""Small servers on loopback that behave as those of firms do: web pages, mail, old protocols, name servers gone wrong."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Handler = Callable[[socket.socket], None]


class _Handling(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.request.settimeout(5)
            self.server.talk(self.request)  # type: ignore[attr-defined]


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    talk: Handler


@contextlib.contextmanager
def tcp(address: str, port: int, talk: Handler) -> Iterator[int]:
    """A server that runs `talk` with each connection. A port of 0 takes any free one."""
    with _Tcp((address, port), _Handling) as server:
        server.talk = talk  # type: ignore[method-assign, assignment]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Authority:
    """An authority with an intermediate below it, and certificates in files."""

    folder: Path
    now: datetime
    root: Path = field(init=False)

    def __post_init__(self) -> None:
        self._root_key = ec.generate_private_key(ec.SECP256R1())
        self._root_name = _name("Lab root")
        root = self._build(self._root_name, self._root_name, self._root_key.public_key(), ca=True).sign(
            self._root_key, hashes.SHA256()
        )
        self._middle_key = ec.generate_private_key(ec.SECP256R1())
        self._middle_name = _name("Lab intermediate")
        middle = self._build(self._middle_name, self._root_name, self._middle_key.public_key(), ca=True).sign(
            self._root_key, hashes.SHA256()
        )
        self.root = self.folder / "root.pem"
        self.root.write_bytes(root.public_bytes(serialization.Encoding.PEM))
        self._middle_pem = middle.public_bytes(serialization.Encoding.PEM)

    def issue(
        self, *names: str, days: int = 90, chain: bool = True, own: bool = False, bits: int = 2048
    ) -> tuple[Path, x509.Certificate]:
        """PEM with key, certificate and chain. `days` may be negative; `own` signs it with itself."""
        key = rsa.generate_private_key(65537, bits)
        subject = _name(names[0])
        made = self._build(subject, subject if own else self._middle_name, key.public_key(), days=days, names=names)
        certificate = made.sign(key if own else self._middle_key, hashes.SHA256())
        file = self.folder / f"{names[0]}-{len(list(self.folder.iterdir()))}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
            + (self._middle_pem if chain and not own else b"")
        )
        return file, certificate

    def _build(
        self, subject: x509.Name, issuer: x509.Name, public: object, *, days: int = 90, ca: bool = False,
        names: tuple[str, ...] = (),
    ) -> x509.CertificateBuilder:  # fmt: skip
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(public)  # type: ignore[arg-type]
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.now - timedelta(days=400))
            .not_valid_after(self.now + timedelta(days=days, hours=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            made = made.add_extension(
                x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False
            )
        return made


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def server_context(pem: Path, *, oldest: str = "TLSv1_2", newest: str = "TLSv1_3", ciphers: str = "") -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = getattr(ssl.TLSVersion, oldest)
        made.maximum_version = getattr(ssl.TLSVersion, newest)
    if ciphers:
        made.set_ciphers(ciphers)
    made.load_cert_chain(pem)
    return made


Pages = Mapping[str, bytes]


def page(status: str, *headers: str, body: str = "hello") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body.encode())}", "Connection: close"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body.encode()


def web(pages: Pages, context: ssl.SSLContext | None = None) -> Handler:
    """Answers each path with its bytes, everything else with 404. Keys: `/path` or `host/path`."""

    def talk(plain: socket.socket) -> None:
        sock = context.wrap_socket(plain, server_side=True) if context is not None else plain
        with sock:
            raw = b""
            while b"\r\n\r\n" not in raw and len(raw) < 1 << 16:
                chunk = sock.recv(1 << 14)
                if not chunk:
                    return
                raw += chunk
            path = raw.split(b" ")[1].decode()
            host = raw.lower().split(b"\r\nhost:")[1].split(b"\r\n")[0].strip().decode().partition(":")[0]
            sock.sendall(pages.get(f"{host}{path}", pages.get(path, page("404 Not Found"))))
            if isinstance(sock, ssl.SSLSocket):
                with contextlib.suppress(OSError):
                    sock.unwrap()

    return talk


def mail(context: ssl.SSLContext | None, *, refuses: bool = False) -> Handler:
    """SMTP up to STARTTLS; without a context it is not offered."""

    def talk(sock: socket.socket) -> None:
        sock.sendall(b"220-lab\r\n220 ready\r\n")
        while line := sock.recv(512):
            word = line.strip().upper()
            if word.startswith(b"EHLO"):
                sock.sendall(b"250-lab\r\n" + (b"250-STARTTLS\r\n" if context else b"") + b"250 SIZE 1000\r\n")
            elif word == b"STARTTLS" and context and not refuses:
                sock.sendall(b"220 go\r\n")
                context.wrap_socket(sock, server_side=True).close()
                return
            else:
                sock.sendall(b"454 not now\r\n")

    return talk


def silent(sock: socket.socket) -> None:
    """Takes the connection and says nothing until the other side hangs up."""
    sock.settimeout(30)
    while sock.recv(512):
        pass


def canned(answer: bytes) -> Handler:
    """The same bytes to everybody."""

    def talk(sock: socket.socket) -> None:
        sock.recv(1 << 14)
        sock.sendall(answer)

    return talk


def server_hello(version: int, suite: int) -> bytes:
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + suite.to_bytes(2, "big") + b"\x00"
    message = b"\x02" + len(body).to_bytes(3, "big") + body
    return b"\x16" + version.to_bytes(2, "big") + len(message).to_bytes(2, "big") + message


def odd_answer(data: bytes, by_tcp: bool) -> bytes | None:
    """What a name server gone wrong sends for this question; None for silence."""
    question = dns.message.from_wire(data)
    name = question.question[0].name.to_text().lower()
    answer = dns.message.make_response(question)
    if "refused" in name:
        answer.set_rcode(dns.rcode.REFUSED)
    elif "ancient" in name and question.edns >= 0:
        answer.set_rcode(dns.rcode.FORMERR)
    elif "ancient" in name:
        answer.answer = [dns.rrset.from_text(question.question[0].name, 60, "IN", "TXT", '"old and true"')]
    elif "failing" in name:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif "nonsense" in name:
        return data[:2] + b"\x81\x80" + b"\xff" * 40
    elif "huge" in name:
        texts = [f'"{i} {"x" * 100}"' for i in range(400)]
        answer.flags |= dns.flags.AA
        answer.answer = [dns.rrset.from_text_list(question.question[0].name, 60, "IN", "TXT", texts)]
        if not by_tcp:
            answer.answer = []
            answer.flags |= dns.flags.TC
    else:
        return None
    return answer.to_wire(max_size=65535)


class _Udp(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        data, sock = self.request
        with contextlib.suppress(Exception):
            answer = odd_answer(data, False)
            if answer is not None:
                sock.sendto(answer, self.client_address)


def _odd_tcp(sock: socket.socket) -> None:
    size = int.from_bytes(sock.recv(2), "big")
    answer = odd_answer(sock.recv(size), True)
    if answer is not None:
        sock.sendall(len(answer).to_bytes(2, "big") + answer)


@contextlib.contextmanager
def odd_name_server(address: str, port: int) -> Iterator[None]:
    """`refused.…`, `failing.…`, `nonsense.…`, `huge.…` as named; silence to everything else."""
    with socketserver.ThreadingUDPServer((address, port), _Udp) as server, tcp(address, port, _odd_tcp):
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
