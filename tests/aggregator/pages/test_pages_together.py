"""Comparing with another cluster, challenges, and who could help whom: pages that know no single result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from housed import House, founded, housed
from releasing import MadeUp, cluster, random_hosts
from sqlalchemy import inspect, text

from aggregator.database.engine import reading, writing
from aggregator.pages.compare import FORM_BYTES
from aggregator.peers import store
from aggregator.peers.store import Entry, Side
from aggregator.people.persons import Role
from aggregator.release.build import publish
from shieldwall.packs.pack import Pack, load_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> Iterator[House]:
    with housed(founded(tmp_path_factory.mktemp("house") / "data"), pack) as made:
        filled = MadeUp(made.config, made.desk.engine, made.desk.service.notary, pack, now=made.desk.now())
        names = [f"Firm {number:02}" for number in range(14)]
        for name in names:
            filled.join(name)
        filled.now = made.desk.now()
        period = filled.send(random_hosts(np.random.default_rng(2), names, len(pack.order)))
        filled.freeze(period)
        publish(made.config, made.desk.engine, filled.build(period))
        yield made


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, pack: Pack) -> tuple[str, str]:
    """Another cluster's file, of firms without a need, and its key."""
    up = cluster(tmp_path_factory.mktemp("other"), pack)
    for number in range(20):
        up.join(f"Firm {number:02}")
    up.release({name: np.ones((1, len(pack.order)), np.uint8) for name in up.firms})
    (folder,) = up.config.releases.iterdir()
    return (folder / "release.json").read_text(), up.notary.vkey


def today() -> str:
    return datetime.now(UTC).date().isoformat()


def test_another_cluster_is_compared_and_kept_nowhere(house: House, other: tuple[str, str]) -> None:
    visitor = house.signed_in("rita", Role.READER)
    assert "stored nowhere" in visitor.get("/manage/compare").text
    before = _rows(house)
    answer = visitor.post("/manage/compare", {"other": other[0], "key": other[1]})
    assert answer.status_code == 200 and "provably more" in answer.text and "was not checked" not in answer.text
    assert f"signed by {other[1].partition('+')[0]}" in answer.text
    unsigned = visitor.post("/manage/compare", {"other": other[0]})
    assert "signature of their file was not checked" in unsigned.text
    assert _rows(house) == before, "nothing was written"
    for typed, says in (
        ({"other": "nonsense"}, "alert"),
        ({"other": other[0], "key": house.desk.service.notary.vkey}, "a signature does not hold"),
        ({"other": other[0].replace("payload", "playload", 1)}, "alert"),
    ):
        refused = visitor.post("/manage/compare", typed)
        assert refused.status_code == 400 and says in refused.text


def _rows(house: House) -> dict[str, int]:
    with reading(house.desk.engine) as connection:
        names = inspect(connection).get_table_names()
        return {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in names}


def test_a_large_form_is_read_only_of_somebody_inside(house: House) -> None:
    inside, outside = house.signed_in("rolf", Role.READER), house.visitor()
    large = {"other": "x" * 100_000}
    assert inside.post("/manage/compare", large).status_code == 400, "read, and no release"
    outside.get("/manage/sign-in")
    assert outside.post("/manage/compare", large).status_code == 403, "not read, so it has no token"
    assert inside.post("/manage/compare", {"other": "x" * FORM_BYTES}).status_code == 403


def test_challenges_name_no_firm(house: House) -> None:
    visitor = house.signed_in("ruth", Role.READER)
    (released,) = house.desk.shelf.all()
    page = visitor.get(f"/manage/releases/{released.release.name}/challenges").text
    assert "Challenges for the next quarter" in page and "proven move" in page and "Firm 0" not in page
    assert visitor.get("/manage/releases/2020-Q1/challenges").status_code == 404


def test_open_data_is_handed_out(house: House) -> None:
    visitor = house.signed_in("rosa", Role.READER)
    (released,) = house.desk.shelf.all()
    place = f"/manage/releases/{released.release.name}"
    listed = visitor.get(place).text
    for file, begins in (("open-data.zip", b"PK"), ("open-data.sqlite", b"SQLite format 3"), ("catalog.jsonld", b"{")):
        assert f"{place}/{file}" in listed
        assert visitor.get(f"{place}/{file}").content.startswith(begins)


def test_members_meet_by_topic_alone(house: House) -> None:
    visitor = house.signed_in("maria")
    anna, bert = house.firm("Anna Ltd"), house.firm("Bert <b>Ltd</b>")

    def say(firm: str, side: str, topic: str = "T-BKP", **more: str) -> int:
        form = {"firm": firm, "side": side, "topic": topic, "agreed_on": today(), "agreed": "yes", **more}
        return visitor.post("/manage/peers", form).status_code

    assert say(bert.id, "wish") == say(anna.id, "offer") == say(anna.id, "wish", "T-NET") == 303
    page = visitor.get("/manage/peers").text
    assert "Bert &lt;b&gt;Ltd" in page and "Bert <b>" not in page
    with reading(house.desk.engine) as connection:
        met = store.meetings(store.everything(connection, house.config.cluster))
    assert [(m.topic, m.possible) for m in met] == [("T-BKP", True), ("T-NET", False)]
    assert say(anna.id, "offer", agreed="") == say(anna.id, "boss") == say(anna.id, "offer", "T-XXX") == 400
    assert say(anna.id, "offer", agreed_on="2999-01-01") == say(anna.id, "offer", agreed_on="soon") == 400
    assert say("firm_unknown", "offer") == 400
    assert visitor.post(f"/manage/peers/{bert.id}/remove", {"topic": "T-BKP", "side": "wish"}).status_code == 303
    assert visitor.post(f"/manage/members/{anna.id}/leave").status_code == 303
    assert "No firm has offered or wished" in visitor.get("/manage/peers").text
    assert say(anna.id, "offer") == 400, "who has left says nothing any more"
    noted = [(entry.action, entry.subject) for entry in house.log() if "topic" in entry.action]
    assert noted == [("wrote down a topic for", bert.name)] + [("wrote down a topic for", anna.name)] * 2 + [
        ("took out a topic of", bert.name)
    ]
    assert not any("T-BKP" in entry.subject or "wish" in entry.subject for entry in house.log()), (
        "the log keeps for ever what a firm may take back"
    )


def test_a_firm_is_no_match_for_itself(house: House) -> None:
    entries = [Entry("a", "T-NET", side, "2026-01-01") for side in Side]
    (alone,) = store.meetings(entries)
    assert not alone.possible
    (both,) = store.meetings([*entries, Entry("b", "T-NET", Side.WISH, "2026-01-01")])
    assert both.possible and both.wishes == ("a", "b")


def test_leaving_on_the_command_line_forgets_as_well(house: House) -> None:
    from aggregator.members import enrol

    firm = house.firm("Carla Ltd")
    with writing(house.desk.engine) as connection:
        store.add(connection, house.config.cluster, Entry(firm.id, "T-NET", Side.OFFER, "2026-01-01"), house.desk.now())
    enrol.dismiss(house.desk.engine, house.config.cluster, house.config.origin, firm.id, house.desk.now())
    with reading(house.desk.engine) as connection:
        assert not [e for e in store.everything(connection, house.config.cluster) if e.firm == firm.id]


def test_no_figure_is_within_reach_of_offers_and_wishes() -> None:
    """What import-linter promises, seen from inside: the module loads in a process without any of them."""
    import subprocess
    import sys

    code = (
        "import sys, aggregator.peers.store\n"
        "near = ('ledger', 'tally', 'disclosure', 'release', 'render', 'export', 'compare')\n"
        "found = [m for m in sys.modules if m.startswith(tuple(f'aggregator.{n}' for n in near))]\n"
        "assert not found and 'shieldwall.published.release' not in sys.modules, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
