"""A slot whose host was lost, reinstalled or restored: the new key and the end of the old one are one transaction."""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from aggregating import Agent, Running, fresh, join, running
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from aggregator.database import agents, log
from aggregator.database.agents import AgentStatus
from aggregator.database.engine import reading
from aggregator.members.enrol import enrol
from shieldwall.membership import enrolment


def of_slot(live: Running, firm: str) -> list[agents.Agent]:
    with reading(live.service.engine) as connection:
        return sorted(agents.of_firm(connection, live.config.cluster, firm), key=lambda agent: agent.epoch)


def leaves(live: Running) -> int:
    with reading(live.service.engine) as connection:
        return log.size(connection, live.config.cluster)


def test_power_fails_in_the_middle_and_the_old_key_still_speaks(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class NoKey:
        public: Any

        def public_key(self) -> Any:
            raise SystemError("power fails")

        sign = public_key

    with running(fresh(tmp_path / "data")) as live:
        firm = live.firm()
        old = join(live.port, *live.invite(firm))
        (held,) = of_slot(live, firm.id)
        (token,) = live.invite(firm, slot=held.slot)
        asked = enrolment.request(token, Ed25519PrivateKey.generate(), secrets.token_bytes(32))
        before = leaves(live)
        broken = replace(live.service.notary, key=NoKey(None))  # type: ignore[arg-type]
        with pytest.raises(SystemError):
            enrol(live.service.engine, broken, live.config.cluster, asked, 0, approval=False)
        assert [agent.status for agent in of_slot(live, firm.id)] == [AgentStatus.ACTIVE]
        assert leaves(live) == before
        assert old.send(old.prepare()).status == 201


def test_the_slot_goes_on_and_the_old_key_has_ended(tmp_path: Path) -> None:
    with running(fresh(tmp_path / "data")) as live:
        firm = live.firm()
        old = join(live.port, *live.invite(firm))
        (held,) = of_slot(live, firm.id)
        before = leaves(live)
        new: Agent = join(live.port, *live.invite(firm, slot=held.slot))
        first, second = of_slot(live, firm.id)
        assert (first.status, second.status) == (AgentStatus.REVOKED, AgentStatus.ACTIVE)
        assert (second.slot, second.epoch, new.epoch) == (held.slot, 2, 2)
        assert leaves(live) == before + 2, "the end of one key and the other's beginning"
        assert old.send(old.prepare()).problem == "agent-revoked"
        assert new.send(new.prepare()).status == 201
