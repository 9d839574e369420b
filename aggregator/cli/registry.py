"""Every command by name. A literal table: the module is imported when the command is called, the words are here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Entry:
    target: str
    """module:attribute of a click command."""
    short: str
    """One line for `--help`."""


COMMANDS: Final[dict[str, Entry]] = {
    "init": Entry("aggregator.cli.init:init", "Found a cluster: folder, keys, database. Begin here."),
    "serve": Entry("aggregator.cli.serve:serve", "Take statements and show releases, until stopped."),
    "firm": Entry("aggregator.cli.firm:firm", "Add firms, invite their hosts, approve, revoke, list."),
    "manager": Entry("aggregator.cli.manager:manager", "Invite people to the manager's pages; verify their log."),
    "period": Entry("aggregator.cli.period:period", "Show periods; freeze one, which destroys its rows."),
    "release": Entry("aggregator.cli.release:release", "Build, show, publish the figures of a frozen period."),
    "course": Entry("aggregator.cli.course:course", "Say which half days the cluster offers; agents read the list."),
    "export": Entry("aggregator.cli.export:export", "Hand released figures on as open data."),
    "simulate": Entry("aggregator.cli.simulate:simulate", "Invent a cluster from statistics, to try everything first."),
    "ceremony": Entry("aggregator.cli.ceremony:ceremony", "Make and use the cluster's own keys, without a network."),
    "pack": Entry("aggregator.cli.pack:pack", "Build packs of checks, publish what a ceremony signed."),
    "log": Entry("aggregator.cli.log:log", "After a restore: go on under a new name, so that nothing is lost."),
    "witness": Entry("aggregator.cli.witness:witness", "Cosign another cluster's log; show who cosigned yours."),
    "backup": Entry("aggregator.cli.backup:backup", "Copy the database while the server runs."),
    "restore": Entry("aggregator.cli.backup:restore", "Put a backup in its place, while no server runs."),
    "verify": Entry("aggregator.cli.backup:verify", "Compute the log anew and hold every row against it."),
    "doctor": Entry("aggregator.cli.doctor:doctor", "What is wrong with this aggregator and what mends it."),
    "manual": Entry("aggregator.cli.manual:manual", "Print the man page."),
    "completion": Entry("aggregator.cli.manual:completion", "Print the completion script of your shell."),
}
