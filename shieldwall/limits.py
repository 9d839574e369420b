"""Every bound on hostile input, with its reason."""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB

# --- packs: checks and policies --------------------------------------------------------------------------------------
YAML_BYTES: Final = 1 * MIB
"""The largest real check is 6 KiB; a megabyte stops bombs before they are parsed."""
YAML_DEPTH: Final = 12
"""The deepest sensible test nests six levels; recursion stays far from the interpreter's limit."""
PATTERN_CHARS: Final = 256
"""RE2 is linear in the text but its program grows with the pattern."""
PACK_CHECKS: Final = 2_000
"""Ten times the catalogue."""
BUNDLE_BYTES: Final = 4 * MIB
"""A compiled pack as it travels; the whole library measures 150 KiB."""
BUNDLE_INFLATED_BYTES: Final = 32 * MIB
"""Ten times the whole library as canonical JSON."""
TRUST_BYTES: Final = 64 * KIB
"""trust/aggregator.json; a dozen retired log keys measure 3 KiB."""
PACK_WARN_DAYS: Final = 14
"""Without a fresh signature for this long, somebody should look why: twice a timestamp's life."""

# --- looking at a host -----------------------------------------------------------------------------------------------
LINE_BYTES: Final = 4 * KIB
"""Longer lines are not configuration; matching stops there."""
FILE_BYTES: Final = 4 * MIB
"""No configuration file is larger; a log read by mistake must not fill memory."""
COMMAND_OUTPUT_BYTES: Final = 4 * MIB
COMMAND_SECONDS: Final = 20
PROBE_SECONDS: Final = 60
"""One probe, all its facts; a walk over millions of files is the slowest and stays below."""
INCLUDE_DEPTH: Final = 16
"""OpenSSH's own bound on nested Include."""
INCLUDE_FILES: Final = 1_024
"""A glob in an include directive can name a directory of any size."""
TEXT_MATCHES: Final = 1_024
"""Lines of one file that a pattern may find; a pattern that finds more describes the file, not a setting."""
WALK_SECONDS: Final = 45
"""Below PROBE_SECONDS, so that an unfinished walk still says what it found."""
WALK_ENTRIES: Final = 5_000_000
"""Ten times a full office server."""
WALK_LOOKED_INTO: Final = 4_096
"""Files of one kind that are looked at a second time; a host has a hundred that run as their owner or hold keys."""
EVIDENCE_ITEMS: Final = 50
"""A finding is understood from fifty lines; the count of all is always given."""
SNAPSHOT_BYTES: Final = 64 * MIB
"""All facts of one host measure 1 to 3 MiB; a file given by mistake must not fill memory."""

# --- statements and envelopes (protocol.md) --------------------------------------------------------------------------
WIRE_BYTES: Final = 256 * KIB
INFLATED_BYTES: Final = 1 * MIB
SIGNATURES: Final = 2
"""Two while a key rotates or a second algorithm stands beside the first."""
JSON_DEPTH: Final = 12
INVITATION_CHARS: Final = 2_048
"""An invitation measures 223 characters, 294 with a TUF root; the rest is room for a long address."""
INVITATION_HOURS: Final = 72
CLOCK_SUSPECT_HOURS: Final = 24
RECEIPT_RETENTION_DAYS: Final = 35
"""Longer than the interval between two backups of a server."""
ROTATION_DAYS: Final = 365
"""Age at which an agent replaces its key by itself."""
OUTBOX_BYTES: Final = 64 * MIB
OUTBOX_STATEMENTS: Final = 400
BACKOFF_FIRST_SECONDS: Final = 30
BACKOFF_MAX_SECONDS: Final = 6 * 3600
BACKLOG_PER_MINUTE: Final = 20
STATEMENTS_PER_DAY: Final = 24
STATEMENT_BURST: Final = 10
AUDIENCE_CHARS: Final = 200
"""A log origin is a host name and two short words."""
TREE_LEAVES: Final = 2**53
"""Every JSON reader holds such an integer exactly."""
PROOF_HASHES: Final = 64
"""No audit path in a tree of TREE_LEAVES is longer."""
RECEIPT_BYTES: Final = 16 * KIB
"""A proof of 53 hashes and a checkpoint with a few witnesses measure 4 KiB."""
ANSWER_BYTES: Final = 64 * KIB
"""The longest small answer of a server is a consistency proof; a proxy's error page is not read further."""
MANIFEST_LEAVES: Final = 500_000
"""Hosts of the largest cluster; one statement of each is counted."""
MANIFEST_BYTES: Final = 8 * MIB
"""As many indices of seven digits."""
GAP_STATEMENTS: Final = 4_000
"""Ten full outboxes lost in one go."""
