"""A cluster's aggregator in memory, speaking the real protocol over real sockets, with faults to order.

    with served(Cluster()) as (cluster, url): ...
    cluster.faults.append(truncated)      # the next answer only

A fault gets the handler and the answer that would have been given, after the cluster has acted on the request; one
registered in `before` gets the handler alone, and when it answers True the cluster never sees the request.
"""

import contextlib
import hashlib
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shieldwall.encoding import canonical
from shieldwall.encoding.envelope import PAYLOAD_TYPE, open_envelope, raw_public
from shieldwall.errors import IntegrityError, SchemaError
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, sign_checkpoint
from shieldwall.log.receipt import Kind, Receipt, encode_consistency, format_proof, leaf_hash
from shieldwall.membership import enrolment
from shieldwall.membership.invitation import Invitation
from shieldwall.messages import notice, statement
from shieldwall.messages.problem import MEDIA_TYPE, Problem, ProblemType

Answer = tuple[int, str, bytes]


@dataclass
class Member:
    agent: str
    epoch: int
    key: Ed25519PublicKey
    seq: int
    prev: str
    answer: enrolment.EnrolmentAnswer | None = None
    status: str = "active"
    statements: list[bytes] = field(default_factory=list)
    gaps: list[notice.Gap] = field(default_factory=list)


class Cluster:
    def __init__(self, origin: str = "cluster.example/c1/log1") -> None:
        self.origin, self.key, self.tree = origin, Ed25519PrivateKey.generate(), merkle.Tree()
        self.members: dict[str, Member] = {}
        self.invitations: dict[bytes, Invitation] = {}
        self.bound: dict[bytes, bytes] = {}
        self.receipts: dict[str, Receipt] = {}
        self.now = 1_800_000_000
        self.pending = False
        self.requests: list[str] = []
        self.before: list[Callable[[Any], bool]] = []
        self.faults: list[Callable[[Any, Answer], bool]] = []
        self.lock = threading.Lock()

    def invite(self, url: str) -> Invitation:
        pin = hashlib.sha256(raw_public(self.key.public_key())).digest()
        made = Invitation(url, pin, os.urandom(10), os.urandom(32))
        self.invitations[made.id] = made
        return made

    def checkpoint(self) -> str:
        return sign_checkpoint(Checkpoint(self.origin, self.tree.size, self.tree.root()), self.key)

    def receipt(self, digest: str, kind: Kind) -> Receipt:
        """The same for the same message, whatever its time; the proof is against the present log."""
        known = self.receipts.get(digest)
        if known is None:
            index = self.tree.append(leaf_hash(digest, self.now, kind))
            known = Receipt(index, self.now, digest, kind, "")
        proof = format_proof(known.index, self.tree.inclusion(known.index), self.checkpoint())
        self.receipts[digest] = Receipt(known.index, known.received, digest, kind, proof)
        return self.receipts[digest]

    def answer(self, method: str, target: str, body: bytes) -> Answer:
        path = urlsplit(target)
        self.requests.append(f"{method} {path.path}")
        try:
            return self._route(method, path.path.split("/")[1:], path.query, body)
        except Refused as refused:
            return refused.problem.status, MEDIA_TYPE, refused.problem.encode()
        except SchemaError as error:
            problem = Problem(ProblemType.SCHEMA, pointer=error.pointer)
            return 422, MEDIA_TYPE, problem.encode()

    def _route(self, method: str, parts: list[str], query: str, body: bytes) -> Answer:
        match method, parts:
            case "POST", ["v1", "enroll"]:
                return self._enroll(body)
            case "POST", ["v1", "agents", agent, "statements"]:
                return self._statement(agent, body)
            case "POST", ["v1", "agents", agent, "leave"]:
                return self._leave(agent, body)
            case "GET", ["v1", "log", "checkpoint"]:
                return 200, "text/plain", self.checkpoint().encode()
            case "GET", ["v1", "log", "consistency"]:
                asked = parse_qs(query)
                old, new = int(asked["from"][0]), int(asked["to"][0])
                if new > self.tree.size:
                    raise Refused(ProblemType.LOG_ROLLBACK)
                return 200, "application/json", encode_consistency(self.tree.consistency(old, new))
        raise Refused(ProblemType.NOT_FOUND)

    def _enroll(self, body: bytes) -> Answer:
        asked = enrolment.parse_request(body)
        invitation = self.invitations.get(asked.id)
        if invitation is None:
            raise Refused(ProblemType.UNKNOWN_INVITATION)
        key = enrolment.verify_request(asked, invitation.secret)
        if self.bound.setdefault(asked.id, asked.pub) != asked.pub:
            raise Refused(ProblemType.TOKEN_ALREADY_BOUND)
        found = [m for m in self.members.values() if raw_public(m.key) == asked.pub]
        agent = found[0].agent if found else f"agt_{len(self.members):026}"
        server = raw_public(self.key.public_key())
        if not found:
            event = enrolment.KeyEvent(self.origin, agent, 1, enrolment.KeyChange.ADD, asked.pub)
            receipt = self.receipt(event.digest(), Kind.KEY)
            made = enrolment.EnrolmentAnswer(agent, self.origin, 1, server, b"", receipt)
            self.members[agent] = Member(agent, 1, key, 1, made.head, made)
        kept = self.members[agent].answer
        assert kept is not None
        mac = enrolment.server_mac(invitation.secret, server, asked.pub, asked.nonce, agent)
        full = enrolment.EnrolmentAnswer(agent, self.origin, 1, server, mac, kept.receipt)
        return (202 if self.pending else 201), "application/json", full.encode()

    def _open(self, agent: str, body: bytes, kind: str, *, leaving: bool = False) -> tuple[Member, bytes]:
        member = self.members.get(agent)
        if member is None:
            raise Refused(ProblemType.UNKNOWN_AGENT)
        if member.status != "active" and not leaving:
            raise Refused(ProblemType(f"agent-{member.status}"))
        try:
            opened = open_envelope(body, [member.key])
        except IntegrityError:
            raise Refused(ProblemType.BAD_SIGNATURE) from None
        if opened.payload_type != kind:
            raise Refused(ProblemType.UNSUPPORTED_MEDIA)
        return member, opened.payload

    def _statement(self, agent: str, body: bytes) -> Answer:
        member, payload = self._open(agent, body, PAYLOAD_TYPE)
        digest = canonical.digest(payload)
        gap = notice.predicate_type(payload) == notice.GAP_PREDICATE_TYPE
        said = notice.parse_gap(payload) if gap else statement.parse(payload)
        at = said.position
        if at.aud != self.origin or at.agent != agent:
            raise Refused(ProblemType.WRONG_AUDIENCE)
        if at.epoch != member.epoch:
            raise Refused(ProblemType.STALE_EPOCH)
        if digest in self.receipts:
            return 200, "application/json", self.receipt(digest, self.receipts[digest].kind).encode()
        if at.seq > member.seq:
            raise Refused(ProblemType.GAP, expected_seq=member.seq, expected_prev=member.prev)
        if at.seq < member.seq or at.prev != member.prev:
            raise Refused(ProblemType.FORK, expected_seq=member.seq, expected_prev=member.prev)
        if isinstance(said, notice.Gap):
            member.gaps.append(said)
            member.seq, member.prev = said.last + 1, said.digests[-1]
            return 201, "application/json", self.receipt(digest, Kind.GAP).encode()
        member.statements.append(payload)
        member.seq, member.prev = at.seq + 1, digest
        return 201, "application/json", self.receipt(digest, Kind.STATEMENT).encode()

    def _leave(self, agent: str, body: bytes) -> Answer:
        member, payload = self._open(agent, body, notice.LEAVE_TYPE, leaving=True)
        notice.parse_leave(payload)
        member.status = "revoked"
        return 200, "application/json", self.receipt(canonical.digest(payload), Kind.LEAVE).encode()


class Refused(Exception):
    def __init__(self, kind: ProblemType, **details: Any) -> None:
        self.problem = Problem(kind, **details)


@contextlib.contextmanager
def served(cluster: Cluster) -> Iterator[tuple[Cluster, str]]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536  # headers and body in one segment, or every answer waits 40 ms for an acknowledgement

        def do_POST(self) -> None:
            self._handle("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def do_GET(self) -> None:
            self._handle("GET", b"")

        def _handle(self, method: str, body: bytes) -> None:
            if cluster.before and cluster.before.pop(0)(self):
                return
            with cluster.lock:
                answer = cluster.answer(method, self.path, body)
            if cluster.faults and cluster.faults.pop(0)(self, answer):
                return
            reply(self, *answer)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """An agent that hangs up is what some tests are about; anything else is shown."""
            if not isinstance(sys.exception(), OSError):
                super().handle_error(request, client_address)

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield cluster, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(handler: Any, status: int, kind: str, body: bytes, **headers: str) -> bool:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)
    return True


def hung_up(handler: Any, _: Answer | None = None) -> bool:
    """The connection dies: before the cluster acted, or after it and before the receipt."""
    handler.close_connection = True
    with contextlib.suppress(OSError):
        handler.connection.shutdown(socket.SHUT_RDWR)
    return True


def truncated(handler: Any, answer: Answer) -> bool:
    status, kind, body = answer
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2])
    return hung_up(handler)


def proxy_page(handler: Any, _: Answer | None = None) -> bool:
    return reply(handler, 502, "text/html", b"<html><h1>502 Bad Gateway</h1></html>")


def login_page(handler: Any, _: Answer | None = None) -> bool:
    """A captive portal that answers everything with 200."""
    return reply(handler, 200, "text/html", b"<html>Please accept our terms</html>")


def refusing(kind: ProblemType, **details: Any) -> Callable[..., bool]:
    """The cluster itself says no, before looking at the message."""
    retry = details.pop("retry_after", None)
    problem = Problem(kind, **details)

    def fault(handler: Any, _: Answer | None = None) -> bool:
        extra = {} if retry is None else {"Retry_After": str(retry)}
        return reply(handler, problem.status, MEDIA_TYPE, problem.encode(), **extra)

    return fault
