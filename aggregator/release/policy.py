"""The release policy: by what the cluster's figures are broken down, decided once and signed with the log key.

Two partitions of the same firms would tell on the firms where they cross, so there is never more than one, and it
cannot be exchanged while releases that were broken down by another are still read together with new ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from aggregator.config import Config
from aggregator.database.notary import Notary
from shieldwall.encoding.canonical import decode, encode
from shieldwall.encoding.envelope import open_envelope, sign
from shieldwall.encoding.record import from_value, to_value
from shieldwall.errors import IntegrityError, UsageError

Partition = Literal["", "sector", "size"]
DEFAULT_PARTITION: Final[Partition] = "sector"
PARTITIONS: Final[dict[str, Partition]] = {"none": "", "sector": "sector", "size": "size"}
"""What people type."""
LEAST_NOISE: Final = 100_000
MOST_NOISE: Final = 10_000_000
"""Millionths of epsilon: below the least nothing can be read, above the most little is protected."""
PAYLOAD_TYPE: Final = "application/vnd.shieldwall.release-policy+json"
FILE_NAME: Final = "release-policy.json"


@dataclass(frozen=True, slots=True)
class ReleasePolicy:
    schema: Literal["shieldwall-release-policy/1"]
    cluster: str
    partition: Partition
    """By what firms are broken down from 30 on; empty: never."""
    noise: int
    """Budget of noisy figures at each freeze of 100 firms and more, in millionths of epsilon; 0: none are drawn."""

    def __post_init__(self) -> None:
        if self.noise and not LEAST_NOISE <= self.noise <= MOST_NOISE:
            raise ValueError(f"a budget of {self.noise} millionths of epsilon is out of range")


def load_policy(config: Config, notary: Notary) -> ReleasePolicy:
    """The policy in force; by sector where none was ever set. Raises IntegrityError for a file the key did not sign."""
    try:
        envelope = (config.folder / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return ReleasePolicy("shieldwall-release-policy/1", config.cluster, DEFAULT_PARTITION, 0)
    opened = open_envelope(envelope, [notary.key.public_key()])
    policy = from_value(ReleasePolicy, decode(opened.payload))
    if opened.payload_type != PAYLOAD_TYPE or policy.cluster != config.cluster:
        raise IntegrityError(
            f"{config.folder / FILE_NAME} is no release policy of {config.cluster}: bring back the one that was signed"
        )
    return policy


def set_policy(config: Config, notary: Notary, partition: Partition, used: set[str], noise: int = 0) -> ReleasePolicy:
    """Sign and keep.

    used   partitions of releases that still count for the gate
    Raises UsageError while one of them is another.
    """
    others = used - {partition}
    if partition and others:
        raise UsageError(
            f"releases of the last two years are broken down by {', '.join(sorted(others))}. Two partitions would tell "
            "on the firms where they cross: keep it, or choose none until those releases are two years old."
        )
    try:
        policy = ReleasePolicy("shieldwall-release-policy/1", config.cluster, partition, noise)
    except ValueError as error:
        raise UsageError(f"{error}: --noise takes 0 for none, or epsilon from 0.1 to 10, such as 2") from None
    _write(config.folder / FILE_NAME, sign(encode(to_value(policy)), [notary.key], PAYLOAD_TYPE))
    return policy


def _write(file: Path, data: bytes) -> None:
    temporary = file.with_name(f".{file.name}.new")
    temporary.write_bytes(data)
    temporary.replace(file)
