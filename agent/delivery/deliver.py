"""Sending what the outbox holds, one message at a time in the order of the chain, and believing only proven receipts.

A message is repeated until its receipt is stored, whatever happened in between; the aggregator knows it by its digest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, assert_never

from agent.delivery.backoff import wait_seconds
from agent.delivery.outbox import Item, Outbox, Sort, State
from agent.delivery.transport import Answer, Transport
from agent.home.identity import Enrolment
from shieldwall.encoding import envelope
from shieldwall.errors import DeliveryError, IntegrityError, RefusedError, ShieldwallError
from shieldwall.limits import BACKLOG_PER_MINUTE
from shieldwall.log import merkle
from shieldwall.log.checkpoint import Checkpoint, open_checkpoint
from shieldwall.log.receipt import Kind, Receipt, parse_consistency, parse_receipt, verify_receipt
from shieldwall.messages.problem import Problem, ProblemType, parse_problem
from shieldwall.messages.statement import Seen

FORGETFUL: Final = (ProblemType.BAD_SIGNATURE, ProblemType.UNKNOWN_AGENT, ProblemType.STALE_EPOCH)
"""What a server says, too, that was restored to a time before this key or agent."""
UNKNOWN_PACK: Final = "/predicate/bundle/digest"


class Action(StrEnum):
    LATER = "later"
    """Keep everything, try again after a while."""
    STOP = "stop"
    """Keep everything, send nothing more now; somebody has to act."""
    BLOCK = "block"
    """As STOP, and remember it: the chain itself is in doubt."""
    SKIP = "skip"
    """Put this message aside and go on."""
    REWIND = "rewind"
    """Send again from where the aggregator says."""


class LogLost(IntegrityError):
    """The server's log is shorter than what it signed, or goes on under another name: see agent.membership.reopen."""


@dataclass(frozen=True, slots=True)
class Rim:
    """What the world gives to a delivery."""

    transport: Transport
    now: Callable[[], int]
    """Unix seconds."""
    fraction: Callable[[], float]
    """In [0, 1)."""
    nonce: Callable[[], str]
    """A fresh UUIDv4."""
    progress: Callable[[Item], None] = lambda item: None
    """Called after each stored receipt."""
    told: Callable[[str], None] = lambda text: None
    """Called with what can be done about a message that is put aside."""


@dataclass(frozen=True, slots=True)
class Delivery:
    sent: tuple[Item, ...]
    put_aside: tuple[Item, ...]
    waiting: int
    """Messages still in the outbox."""
    failure: ShieldwallError | None
    """Why it ended early: DeliveryError to try again later, RefusedError or IntegrityError when somebody must act."""


def action_for(problem: Problem) -> Action:
    """The error table of the protocol."""
    match problem.type:
        case ProblemType.MALFORMED | ProblemType.BAD_SIGNATURE | ProblemType.WRONG_AUDIENCE:
            return Action.SKIP
        case ProblemType.TOO_LARGE | ProblemType.UNSUPPORTED_MEDIA | ProblemType.SCHEMA:
            return Action.SKIP
        case ProblemType.UNSUPPORTED_PROTOCOL | ProblemType.UNKNOWN_AGENT | ProblemType.NOT_FOUND:
            return Action.STOP
        case ProblemType.AGENT_REVOKED | ProblemType.AGENT_QUARANTINED | ProblemType.STALE_EPOCH:
            return Action.STOP
        case ProblemType.UNKNOWN_INVITATION | ProblemType.INVITATION_EXPIRED | ProblemType.TOKEN_ALREADY_BOUND:
            return Action.STOP
        case ProblemType.LOG_ROLLBACK:
            return Action.STOP
        case ProblemType.FORK:
            return Action.BLOCK
        case ProblemType.GAP:
            return Action.REWIND
        case ProblemType.AGENT_PENDING | ProblemType.RATE_LIMITED | ProblemType.UNAVAILABLE:
            return Action.LATER
        case _ as never:
            assert_never(never)


def advice(problem: Problem) -> str:
    """What the user can do about it."""
    reenrol = "ask your cluster manager for a new invitation and run `shieldwall join --replace`"
    spoken = ", ".join(str(version) for version in problem.supported) or "another one"
    texts = {
        ProblemType.UNSUPPORTED_PROTOCOL: f"upgrade the agent: the cluster speaks protocol {spoken}",
        ProblemType.UNKNOWN_AGENT: f"the cluster does not know this agent; {reenrol}",
        ProblemType.AGENT_REVOKED: f"this agent was revoked; if that is a mistake, {reenrol}",
        ProblemType.AGENT_QUARANTINED: "the cluster manager holds this agent back; ask why, then `shieldwall submit`",
        ProblemType.AGENT_PENDING: "the cluster manager still has to approve this agent",
        ProblemType.STALE_EPOCH: f"another copy of this agent replaced the key: restored or cloned? {reenrol}",
        ProblemType.FORK: f"the cluster holds another statement at this place: restored or cloned? {reenrol}",
        ProblemType.LOG_ROLLBACK: "the cluster's server lost a part of its log; tell the cluster manager",
        ProblemType.INVITATION_EXPIRED: "ask your cluster manager for a new invitation",
        ProblemType.UNKNOWN_INVITATION: "copy the invitation again, or ask your cluster manager for a new one",
        ProblemType.TOKEN_ALREADY_BOUND: "if this was not you, tell your cluster manager now; ask for a new invitation",
        ProblemType.SCHEMA: f"the member {problem.pointer or '/'} was refused; upgrade the agent or the cluster",
    }
    if problem.pointer == UNKNOWN_PACK:
        return (
            "the cluster does not know the checks this audit was judged by; run `shieldwall update` and scan again, "
            "or ask your cluster manager to publish them"
        )
    return f"{problem.title}: {texts[problem.type]}" if problem.type in texts else problem.title


def deliver(outbox: Outbox, enrolment: Enrolment, rim: Rim) -> Delivery:
    """Send until nothing waits, something stops it, or BACKLOG_PER_MINUTE messages went out. Raises nothing of that.

    Whatever is not proven to have arrived stays in the outbox.
    """
    outbox.free(rim.now())
    sent: list[Item] = []
    put_aside: list[Item] = []
    failure: ShieldwallError | None = None
    blocked = outbox.head().blocked
    if blocked:
        failure = RefusedError(advice(Problem(ProblemType(blocked))))
    rewound = 0
    for _ in range(BACKLOG_PER_MINUTE):
        item = None if failure else outbox.next(rim.now(), rim.nonce())
        if item is None or item.envelope is None:
            break
        try:
            answer = rim.transport.post(_address(enrolment), item.envelope, envelope.MEDIA_TYPE)
            if answer.status in (200, 201):
                _accept(outbox, enrolment, rim, item, answer)
                sent.append(item)
                rim.progress(item)
                continue
            problem = problem_in(answer)
            action = action_for(problem)
            if _passed(outbox, item, problem):
                continue
            if problem.type in FORGETFUL:
                _look_at_the_log(outbox, enrolment, rim.transport)
            if action is Action.REWIND and not rewound:
                rewound = _rewind(outbox, item, problem)
            elif action is Action.SKIP and item.sort is Sort.STATEMENT:
                outbox.quarantine(item, problem.type)
                rim.told(advice(problem))
                put_aside.append(replace(item, problem=problem.type))
            else:
                failure = _stopped(outbox, item, problem, action)
                _back_off(outbox, rim, answer.retry_after, problem.type)
        except ShieldwallError as error:
            failure = error
            _back_off(outbox, rim, None, ProblemType.LOG_ROLLBACK if isinstance(error, LogLost) else None)
    return Delivery(tuple(sent), tuple(put_aside), len(outbox.items(State.WAITING, State.DROPPED)), failure)


def _address(enrolment: Enrolment) -> str:
    return f"/v1/agents/{enrolment.agent}/statements"


def problem_in(answer: Answer) -> Problem:
    """Raises DeliveryError for what is no answer of this protocol: a proxy's page, a redirect, a crash."""
    try:
        problem = parse_problem(answer.body)
        if problem.status == answer.status:
            return problem
    except IntegrityError:
        pass
    raise DeliveryError(
        f"the answer (HTTP {answer.status}) came from something between this host and the cluster; "
        "nothing is lost, it is tried again later"
    )


def _accept(outbox: Outbox, enrolment: Enrolment, rim: Rim, item: Item, answer: Answer) -> None:
    receipt = read_receipt(answer)
    kind = Kind.GAP if item.sort is Sort.GAP else Kind.STATEMENT
    checkpoint = check_receipt(receipt, kind, item.digest, enrolment)
    seen = newest(outbox.head().seen, checkpoint, rim.transport)
    outbox.delivered(item, receipt, seen)


def read_receipt(answer: Answer) -> Receipt:
    """Raises DeliveryError for a page that is no receipt at all."""
    try:
        return parse_receipt(answer.body)
    except IntegrityError as error:
        raise DeliveryError(
            "the answer is no receipt: something between this host and the cluster spoke; it is tried again later"
        ) from error


def log_named(receipt: Receipt) -> str:
    """The origin of the log whose checkpoint the receipt carries; not verified."""
    return receipt.proof.partition("\n\n")[2].partition("\n")[0]


def check_receipt(receipt: Receipt, kind: Kind, digest: str, enrolment: Enrolment) -> Checkpoint:
    """Raises IntegrityError unless the cluster's log holds this message as what it is."""
    named = log_named(receipt)
    if named != enrolment.aud:
        raise LogLost(f"the receipt is of the log {named[:80]!a}, not of {enrolment.aud}")
    if receipt.kind is not kind:
        raise IntegrityError(f"the receipt is for a {receipt.kind}, a {kind} was sent")
    return verify_receipt(receipt, digest=digest, origin=enrolment.aud, log_key=enrolment.log_key())


def newest(seen: Seen | None, checkpoint: Checkpoint, transport: Transport) -> Seen:
    """The larger of two views of the log, one proven to be the beginning of the other.

    Raises IntegrityError when they contradict each other: the log was rewritten, or shows different faces.
    """
    new = Seen(checkpoint.size, checkpoint.root.hex())
    if seen is None:
        return new
    old, late = (seen, new) if seen.size <= new.size else (new, seen)
    proof: list[bytes] = []
    if old.size not in (0, late.size):
        proof = _consistency(transport, old.size, late.size)
    merkle.verify_consistency(old.size, bytes.fromhex(old.root), late.size, bytes.fromhex(late.root), proof)
    return late


def _consistency(transport: Transport, old: int, new: int) -> list[bytes]:
    answer = transport.get(f"/v1/log/consistency?from={old}&to={new}")
    if answer.status != 200:
        problem = problem_in(answer)
        if action_for(problem) is Action.LATER:
            raise DeliveryError(problem.title)
        raise LogLost(
            f"the cluster cannot show that its log still contains what it contained before ({problem.title}); "
            "tell the cluster manager"
        )
    try:
        return parse_consistency(answer.body)
    except IntegrityError as error:
        raise DeliveryError("the answer is no proof of this protocol; it is tried again later") from error


def _look_at_the_log(outbox: Outbox, enrolment: Enrolment, transport: Transport) -> None:
    """Raises LogLost when the server does not know us because it forgot: its log is shorter, or has another name."""
    answer = transport.get("/v1/log/checkpoint")
    seen, note = outbox.head().seen, answer.body.decode("utf-8", "replace")
    if answer.status != 200 or seen is None:
        return
    try:
        shorter = open_checkpoint(note, origin=enrolment.aud, log_key=enrolment.log_key()).size < seen.size
    except IntegrityError:
        shorter = not note.startswith(f"{enrolment.aud}\n")
    if shorter:
        raise LogLost("the cluster's server does not know this agent's key any more: it lost a part of its log")


def _passed(outbox: Outbox, item: Item, problem: Problem) -> bool:
    """Whether the aggregator holds more of our own chain than we have receipts for, so that it is no fork."""
    at, prev = problem.expected_seq, problem.expected_prev
    return problem.type is ProblemType.FORK and at is not None and prev is not None and outbox.passed(item, at, prev)


def _rewind(outbox: Outbox, item: Item, problem: Problem) -> int:
    """Where sending resumes. Raises RefusedError when the outbox cannot answer what the aggregator asks for."""
    wanted = problem.expected_seq or 0
    if 0 < wanted < item.seq and outbox.rewind(wanted):
        return wanted
    if wanted > item.seq:
        outbox.block(ProblemType.FORK)
    raise RefusedError(advice(Problem(ProblemType.FORK)))


def _stopped(outbox: Outbox, item: Item, problem: Problem, action: Action) -> ShieldwallError:
    if action is Action.LATER:
        return DeliveryError(f"{advice(problem)}; kept in the outbox")
    if action is Action.BLOCK:
        outbox.quarantine(item, problem.type)
        outbox.block(problem.type)
    kind = LogLost if problem.type is ProblemType.LOG_ROLLBACK else RefusedError
    return kind(f"{advice(problem)}; nothing was deleted")


def _back_off(outbox: Outbox, rim: Rim, retry_after: int | None, trouble: ProblemType | None) -> None:
    wait = wait_seconds(outbox.head().failures + 1, rim.fraction(), retry_after)
    outbox.failed(rim.now() + wait, trouble)
