"""One scan from request to result. Looking is done once, judging is pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from agent.looking.host import Host
from agent.records.waivers import Waiver
from agent.scan.collect import Progress, collect
from agent.scan.plan import plan
from agent.scan.result import ItemResult, PackName, PolicyName, ScanResult
from agent.scan.snapshot import Snapshot
from agent.scan.subject import identify
from shieldwall.checks.expectation.matcher import Moment
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.judgement import FAMILIES, Judgement, experimental, judge
from shieldwall.checks.outcome import ERRORED, Outcome, Reason
from shieldwall.checks.score import score
from shieldwall.packs.pack import Pack
from shieldwall.packs.policy import Policy, Selected

OS_FACT = FactKey.of("os", {})
TIME_SYNC = FactKey.of("time_sync", {})


def look(policy: Policy, host: Host, role: str | None, progress: Progress) -> Snapshot:
    """Collect what the policy needs of this host and nothing else."""
    first = collect([OS_FACT], host)
    os_fact = first.facts.get(OS_FACT, Fact.unknown(Reason.UNSUPPORTED))
    identity = identify(host, os_fact, role)
    wanted = [key for key in plan(policy.selected, identity.subject) if key != OS_FACT]
    rest = collect(wanted, host, progress=progress)
    return Snapshot(
        at=host.now,
        identity=identity,
        elevated=host.elevated,
        live=host.live,
        facts={**first.facts, **rest.facts},
        defects={**first.defects, **rest.defects},
    )


def judged(
    policy: Policy, pack: Pack, snapshot: Snapshot, waivers: Mapping[str, Waiver], *, run: str, now: datetime,
    partial: bool = False,
) -> ScanResult:  # fmt: skip
    """The result of a snapshot. `now` decides which waivers are active and when the scan ended."""
    active = {check_id: waiver for check_id, waiver in waivers.items() if waiver.active(now)}
    items = tuple(_item(selected, snapshot, active.get(selected.check.id)) for selected in policy.selected)
    return ScanResult(
        run=run,
        started=snapshot.at,
        finished=max(now, snapshot.at),
        identity=snapshot.identity,
        elevated=snapshot.elevated,
        live=snapshot.live,
        policy=PolicyName(policy.id, policy.rev, policy.title),
        pack=PackName(pack.name, pack.version, pack.digest),
        items=items,
        score=score(item.scored() for item in items),
        clock_synced=_clock(snapshot),
        partial=partial,
    )


def _clock(snapshot: Snapshot) -> bool | None:
    fact = snapshot.facts.get(TIME_SYNC)
    value = fact.value if fact is not None else None
    synced = value.get("synchronised") if isinstance(value, dict) else None
    return synced if isinstance(synced, bool) else None


def _item(selected: Selected, snapshot: Snapshot, waiver: Waiver | None) -> ItemResult:
    judgement, defect = _judgement(selected, snapshot)
    return ItemResult(
        selected.check, selected.weight, selected.gate, selected.params, judgement, waiver, defect,
        experimental(selected.check, snapshot.identity.subject),
    )  # fmt: skip


def _judgement(selected: Selected, snapshot: Snapshot) -> tuple[Judgement, str]:
    """A defect ends as an error of this one check: it must neither hide in an outcome nor take the scan down."""
    moment = Moment(snapshot.at)
    try:
        judgement = judge(selected.check, selected.bound, snapshot.facts, snapshot.identity.subject, moment)
    except Exception as error:
        return Judgement(ERRORED, None), f"judging: {type(error).__name__}: {error}"
    probes = {key.probe for key in selected.bound.keys(FAMILIES[snapshot.identity.subject.family])}
    defects = [f"probe {name}: {text}" for name, text in snapshot.defects.items() if name in probes]
    if defects and judgement.verdict.outcome is not Outcome.NOT_APPLICABLE:
        return Judgement(ERRORED, judgement.tree), "; ".join(defects)
    return judgement, ""
