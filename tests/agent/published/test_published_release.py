"""The cluster's releases as an agent reads them: by name, signed by its log, in the one shape there is."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from releasing import Folder, cluster, random_hosts

from agent.published.release import fetch_release, open_release
from shieldwall.encoding.envelope import sign
from shieldwall.errors import IntegrityError, UsageError
from shieldwall.published.release import PAYLOAD_TYPE, encode_release

NAMES = [f"Firm {number:02}" for number in range(14)]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    found = cluster(tmp_path_factory.mktemp("cluster"))
    for name in NAMES:
        found.join(name)
    for seed in (1, 2):
        found.release(random_hosts(np.random.default_rng(seed), NAMES, len(found.pack.order)))
    return found


def release_of(published, name=""):
    envelope = fetch_release(Folder(published.config.releases), name)
    return open_release(envelope, published.notary.key.public_key(), published.config.origin)


def test_the_newest_release_is_fetched_and_an_older_one_by_name(published):
    assert release_of(published).name == "2026-Q2"
    assert release_of(published, "2026-Q1").name == "2026-Q1"
    with pytest.raises(UsageError, match="2026-Q2, 2026-Q1"):
        release_of(published, "2025-Q4")


def test_before_the_first_release_there_is_nothing_to_compare(tmp_path):
    with pytest.raises(UsageError, match="has not published"):
        fetch_release(Folder(tmp_path / "none"))


def test_another_key_another_log_and_a_changed_byte_are_refused(published):
    envelope = fetch_release(Folder(published.config.releases))
    key, origin = published.notary.key.public_key(), published.config.origin
    with pytest.raises(IntegrityError):
        open_release(envelope, Ed25519PrivateKey.generate().public_key(), origin)
    with pytest.raises(IntegrityError):
        open_release(envelope, key, "other.example/c/log1")
    with pytest.raises(IntegrityError):
        open_release(envelope.replace(b'"payload":"ey', b'"payload":"ez'), key, origin)
    with pytest.raises(IntegrityError, match="not a release"):
        open_release(sign(b"{}", [published.notary.key]), key, origin)


def test_a_signed_release_of_another_shape_is_refused(published):
    release = release_of(published)
    for payload in (encode_release(release)[:-1] + b',"extra":1}', b"[]", encode_release(release) + b" "):
        envelope = sign(payload, [published.notary.key], PAYLOAD_TYPE)
        with pytest.raises(IntegrityError):
            open_release(envelope, published.notary.key.public_key(), published.config.origin)
