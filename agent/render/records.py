"""What to publish, ready to copy: the very records that would answer the findings about a domain."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.render.plain import one_line
from shieldwall.checks.fact import Fact, FactKey

WIDTH = 200
"""A record must be copied whole, so its line may be longer than a terminal."""


def records(facts: Mapping[FactKey, Fact], parked: Sequence[str], now: datetime) -> str:
    """A block for the terminal, "" when there is nothing to publish. Made from what was seen and nothing else."""
    lines = list(dict.fromkeys([*_parked(facts, parked), *_mail(facts, parked, now)]))
    if not lines:
        return ""
    return "RECORDS TO PUBLISH\n" + "\n".join(one_line(f"  {line}", WIDTH) for line in lines) + "\n"


def _parked(facts: Mapping[FactKey, Fact], parked: Sequence[str]) -> Iterator[str]:
    for row in _rows(facts, "parked"):
        name = row["domain"]
        if row.get("spf_locked") is False:
            yield f'{name}.  TXT  "v=spf1 -all"'
        if row.get("dmarc") != "reject":
            yield f'_dmarc.{name}.  TXT  "v=DMARC1; p=reject"'
        if row.get("takes_no_mail") is False:
            yield f"{name}.  MX  0 ."


def _mail(facts: Mapping[FactKey, Fact], parked: Sequence[str], now: datetime) -> Iterator[str]:
    hosts = {row["domain"]: row.get("hosts") for row in _rows(facts, "mx")}
    for row in _rows(facts, "spf"):
        if row.get("records") == 0 and row["domain"] not in parked:
            servers = hosts.get(row["domain"])
            yield f'{row["domain"]}.  TXT  "v=spf1 {"mx " if isinstance(servers, list) and servers else ""}-all"'
    for row in _rows(facts, "dmarc"):
        if row["domain"] not in parked:
            yield from _dmarc(row)
    for row in _rows(facts, "mta_sts"):
        if row.get("receives") is True and row.get("record") is False:
            yield f'_mta-sts.{row["domain"]}.  TXT  "v=STSv1; id={now:%Y%m%d}"'
    for row in _rows(facts, "tls_rpt"):
        if row.get("receives") is True and row.get("valid") is False:
            yield f'_smtp._tls.{row["domain"]}.  TXT  "v=TLSRPTv1; rua=mailto:tls-reports@{row["domain"]}"'
    for row in _rows(facts, "dangling"):
        if row.get("dangling") is True:
            yield f"delete: {row['name']}.  {str(row['kind']).upper()}  {row['target']}."


def _dmarc(row: Mapping[str, Any]) -> Iterator[str]:
    name = row["domain"]
    if row.get("valid") is False and not isinstance(row.get("record"), str):
        yield f'_dmarc.{name}.  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@{name}"'
    elif row.get("valid") is True and row.get("policy") == "none" and row.get("found_at") == name:
        reports = "" if row.get("reports") else f"; rua=mailto:dmarc@{name}"
        rest = "; ".join(part.strip() for part in str(row["record"]).split(";")[2:] if part.strip())
        yield f'_dmarc.{name}.  TXT  "v=DMARC1; p=quarantine{"; " + rest if rest else ""}{reports}"'


def _rows(facts: Mapping[FactKey, Fact], record: str) -> list[Mapping[str, Any]]:
    fact = facts.get(FactKey.of("dns", {"record": record}))
    value = fact.value if fact is not None else None
    return [row for row in value if isinstance(row.get("domain"), str)] if isinstance(value, list) else []
