"""Every command by name. A literal table: the module is imported when the command is called, the words are here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    section: str
    target: str
    """module:attribute of a click command."""
    short: str
    """One line for `shieldwall --help`."""


AUDIT: Final = "Audit"
FOLLOW: Final = "Follow up"
CLUSTER: Final = "Cluster"
UPKEEP: Final = "Keep it running"
AUTHORS: Final = "Write checks"

COMMANDS: Final[dict[str, Entry]] = {
    "scan": Entry(AUDIT, "agent.cli.scan:scan", "Audit this host and show what to put right first."),
    "explain": Entry(AUDIT, "agent.cli.explain:explain", "Why a check matters, what was seen, how to fix it here."),
    "network": Entry(AUDIT, "agent.cli.network:network", "See what answers on the firm's own network, and judge it."),
    "domain": Entry(AUDIT, "agent.cli.domain:domain", "See the firm's mail, names and websites from outside."),
    "answer": Entry(AUDIT, "agent.cli.answer:answer", "Answer the questions that no probe can look up."),
    "facts": Entry(AUDIT, "agent.cli.facts:facts", "Show or save what the probes see, without judging it."),
    "history": Entry(FOLLOW, "agent.cli.history:history", "The scans of this host, newest first."),
    "diff": Entry(FOLLOW, "agent.cli.diff:diff", "What changed between two scans, and whether you or the pack did."),
    "fleet": Entry(FOLLOW, "agent.cli.fleet:fleet", "The firm's own hosts side by side, from results they wrote."),
    "waive": Entry(FOLLOW, "agent.cli.waive:waive", "Accept a risk, with a reason, an owner and an end."),
    "join": Entry(CLUSTER, "agent.cli.join:join", "Join your cluster with the invitation its manager gave you."),
    "show": Entry(CLUSTER, "agent.cli.show:show", "What was sent, what waits, and the exact bytes that would leave."),
    "submit": Entry(CLUSTER, "agent.cli.submit:submit", "Send the latest audit and whatever waits in the outbox."),
    "benchmark": Entry(CLUSTER, "agent.cli.benchmark:benchmark", "Where this host stands among the cluster's firms."),
    "update": Entry(UPKEEP, "agent.cli.update:update", "Look for newer checks that your cluster's people signed."),
    "rotate": Entry(CLUSTER, "agent.cli.rotate:rotate", "Replace this agent's key by a fresh one."),
    "leave": Entry(CLUSTER, "agent.cli.leave:leave", "Withdraw this host from its cluster."),
    "schedule": Entry(UPKEEP, "agent.cli.schedule:schedule", "Audit every day or week by the host's own scheduler."),
    "unschedule": Entry(UPKEEP, "agent.cli.schedule:unschedule", "Remove what `schedule` installed."),
    "run": Entry(UPKEEP, "agent.cli.job:run", "What the schedule runs: audit if it is time, then send."),
    "doctor": Entry(UPKEEP, "agent.cli.doctor:doctor", "What is wrong with the agent, and the command that mends it."),
    "completion": Entry(UPKEEP, "agent.cli.completion:completion", "Print the completion script of your shell."),
    "manual": Entry(UPKEEP, "agent.cli.manual:manual", "Print the man page."),
    "new": Entry(AUTHORS, "agent.cli.new:new", "Begin a check of your own."),
    "import": Entry(AUTHORS, "agent.cli.importing:import_", "Turn rules of Wazuh, goss, HardeningKitty into checks."),
    "lint": Entry(AUTHORS, "agent.cli.lint:lint", "Find mistakes in check and policy files."),
    "test-pack": Entry(AUTHORS, "agent.cli.test_pack:test_pack", "Run the examples in check files."),
}
