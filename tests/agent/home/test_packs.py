"""The pack in use: taken after a look at what it changes, held back, never older, never changed on disk."""

from dataclasses import replace
from pathlib import Path

import pytest
from trusting import bundle, new_check

from agent.home.config import Home
from agent.home.packs import checked, hold, load_state, offered, pack_in_use, stale_days, take
from shieldwall import __version__
from shieldwall.errors import ConfigError, PackError
from shieldwall.limits import PACK_WARN_DAYS
from shieldwall.packs.bundle import encode_bundle
from shieldwall.packs.pack import load_pack


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_the_programs_own_checks_without_anything_else(home: Home) -> None:
    assert pack_in_use(home).digest == load_pack().digest
    assert offered(home, ()) is None


def test_taken_it_is_what_audits_use(home: Home) -> None:
    made = bundle()
    offer = offered(home, (encode_bundle(made),))
    assert offer is not None
    take(home, offer)
    used = pack_in_use(home)
    assert (used.version, used.digest, used.order) == ("9.0.0", made.pack.digest, made.pack.order)
    assert [check.id for check in used.all_checks()] == list(made.pack.order)
    assert offered(home, (encode_bundle(made),)) is None


def test_what_changes_is_told(home: Home) -> None:
    first = offered(home, (encode_bundle(bundle()),))
    assert first is not None
    take(home, first)
    sources = bundle("9.1.0", more=[new_check()], without="win-only")
    offer = offered(home, (encode_bundle(sources),))
    assert offer is not None
    assert (offer.change.added, offer.change.removed, offer.change.changed) == (("sees-more",), ("win-only",), ())
    assert offer.change.probes == ("process",)


def test_an_older_pack_is_never_offered(home: Home) -> None:
    newest = offered(
        home, (encode_bundle(bundle("9.0.0")), encode_bundle(bundle("9.2.0")), encode_bundle(bundle("9.1.0")))
    )
    assert newest is not None
    assert newest.bundle.pack.version == "9.2.0"
    take(home, newest)
    assert offered(home, (encode_bundle(bundle("9.1.0")),)) is None
    assert offered(home, (encode_bundle(bundle("0.0.1")),)) is None


def test_held_back_it_stays_so_until_a_newer_one(home: Home) -> None:
    offer = offered(home, (encode_bundle(bundle()),))
    assert offer is not None
    assert not offer.held
    hold(home, offer)
    again = offered(home, (encode_bundle(bundle()),))
    assert again is not None
    assert again.held
    later = offered(home, (encode_bundle(bundle("9.0.1", more=[new_check()])),))
    assert later is not None
    assert not later.held


def test_a_pack_for_a_newer_agent_is_left_alone(home: Home) -> None:
    with pytest.raises(ConfigError, match="upgrade the agent"):
        offered(home, (encode_bundle(replace(bundle(), min_agent="99.0.0")),))
    assert pack_in_use(home).version == __version__


def test_bytes_changed_on_disk_are_not_used(home: Home) -> None:
    offer = offered(home, (encode_bundle(bundle()),))
    assert offer is not None
    take(home, offer)
    (file,) = (home.trust / "packs").iterdir()
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(ConfigError, match="changed on disk"):
        pack_in_use(home)
    file.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        pack_in_use(home)


def test_a_signed_pack_with_a_wrong_check_is_refused_whole(home: Home) -> None:
    made = bundle()
    broken = replace(
        made.pack.checks["no-telnet"], value={**made.pack.checks["no-telnet"].value, "command": "rm -rf /"}
    )
    spoilt = replace(made, pack=replace(made.pack, checks={**made.pack.checks, "no-telnet": broken}))
    with pytest.raises(PackError, match="command"):
        offered(home, (encode_bundle(spoilt),))


def test_a_warning_after_fourteen_days_without_a_look(home: Home) -> None:
    assert stale_days(home, 10**10) == 0, "a home that never had signed packs misses none"
    checked(home, 1_000_000, 999_000, "0.1.0")
    assert load_state(home).issued == 999_000
    assert stale_days(home, 1_000_000 + PACK_WARN_DAYS * 86_400) == 0
    assert stale_days(home, 1_000_000 + (PACK_WARN_DAYS + 1) * 86_400) == PACK_WARN_DAYS + 1
