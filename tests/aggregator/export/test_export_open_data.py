"""Open data of a real cluster: opened by the programs it is made for, and nothing in it that was not released."""

import csv
import io
import json
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import httpx
import numpy as np
import pytest
from dcat_ap import CLASSES, DCAT, DCT, MANDATORY, SPDX
from housed import founded, housed
from rdflib import RDF, Graph, URIRef
from releasing import MadeUp, cluster, random_hosts, small_pack
from sqlite_utils import Database

from aggregator.cli import run
from aggregator.export import files as writing
from aggregator.export.csv import encode_csv
from aggregator.export.gather import Facts, gather, gather_with
from aggregator.export.tables import tables_of
from shieldwall.packs.pack import load_pack
from shieldwall.published.release import encode_release, parse_release

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
"""rdflib's own reader of JSON-LD still uses what rdflib warns of."""

PROGRAMS = Path(sys.executable).parent
NAMES = [f"Firm {number:02}" for number in range(32)]
PROBE = """
import hashlib, sys
from pathlib import Path
from aggregator.config import load
from aggregator.database import notary
from aggregator.database.engine import connect
from aggregator.export.files import open_data
from aggregator.export.gather import gather
from releasing import small_pack

config = load(Path(sys.argv[1]))
facts = gather(config, connect(config.database_url), notary.load(config), small_pack(rev=2))
for name, data in open_data(facts).items():
    print(name, hashlib.sha256(data).hexdigest())
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """Three releases of 32 firms in two sectors; before the third, every check was revised."""
    up = cluster(tmp_path_factory.mktemp("cluster"))
    for number, name in enumerate(NAMES):
        up.join(name, sector=("metal", "wood")[number % 2])
    generator = np.random.default_rng(5)
    for _ in range(2):
        up.release(random_hosts(generator, NAMES, len(up.pack.order)))
    up.pack = small_pack(rev=2)
    up.release(random_hosts(generator, NAMES, len(up.pack.order)))
    return up


@pytest.fixture(scope="module")
def facts(made: MadeUp) -> Facts:
    return gather(made.config, made.engine, made.notary, made.pack)


@pytest.fixture(scope="module")
def files(facts: Facts) -> dict[str, bytes]:
    return writing.open_data(facts)


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    writing.write_folder(tmp_path / "out", files)
    return tmp_path / "out"


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(), newline="")))


def test_the_package_is_valid_for_frictionless(folder: Path) -> None:
    for target in ("datapackage.json", "open-data.zip"):
        command = [str(PROGRAMS / "frictionless"), "validate", target, "--json"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
        report = json.loads(done.stdout)
        assert report["valid"] and report["stats"]["tasks"] == 8, done.stdout
        assert all(not task["errors"] and not task["warnings"] for task in report["tasks"])


@pytest.mark.parametrize(
    ("file", "before", "after", "error"),
    [
        ("check_figures.csv", b"2026-Q1,access-0,1", b"2026-Q1,access-9,1", "foreign-key"),
        ("theme_figures.csv", b",all,32,", b",all,many,", "type-error"),
        ("releases.csv", b"2026-Q2,2026-Q2", b"2026-Q1,2026-Q2", "primary-key"),
        ("checks.csv", b",measured,", b",guessed,", "constraint-error"),
        ("yardsticks.csv", b"Eurostat", b"eurostat", "hash-count"),
    ],
)
def test_frictionless_notices_what_is_wrong(folder: Path, file: str, before: bytes, after: bytes, error: str) -> None:
    """The schema is strict enough to catch damage of each kind, so its silence above means something."""
    data = (folder / file).read_bytes()
    assert before in data
    (folder / file).write_bytes(data.replace(before, after, 1))
    command = [str(PROGRAMS / "frictionless"), "validate", "datapackage.json", "--json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    found = {each["type"] for task in json.loads(done.stdout)["tasks"] for each in task["errors"]}
    assert error in found


@contextmanager
def browsing(folder: Path) -> Iterator[httpx.Client]:
    """A real Datasette over the file, on a socket in the folder."""
    place = folder.parent / "datasette.sock"
    command = [
        str(PROGRAMS / "datasette"), "serve", "--immutable", "open-data.sqlite", "--metadata", "metadata.json",
        "--uds", str(place),
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            for _ in range(300):
                if place.exists() or process.poll() is not None:
                    break
                time.sleep(0.1)
            assert place.exists(), process.stderr and process.stderr.read()
            with httpx.Client(transport=httpx.HTTPTransport(uds=str(place)), base_url="http://datasette") as client:
                yield client
        finally:
            process.terminate()
            process.wait(10)


def test_datasette_opens_the_database(folder: Path, facts: Facts) -> None:
    with browsing(folder) as client:
        (database,) = client.get("/-/databases.json").json()
        assert database["name"] == "open-data"
        figures = client.get(
            "/open-data/check_figures.json?_shape=array&release=2026-Q3&check=access-0&group=all"
        ).json()
        (figure,) = figures
        truth = next(f for f in facts.newest.checks if (f.id, f.group) == ("access-0", "all"))
        assert (figure["low"], figure["high"], figure["n"], figure["rev"]) == (truth.low, truth.high, 32, 2)
        newest = client.get("/open-data/newest_checks.json?_shape=array&_size=max").json()
        assert len(newest) == sum(f.group == "all" for f in facts.newest.checks)
        assert newest[0]["low"] + newest[0]["high"] == max(row["low"] + row["high"] for row in newest)
        page = client.get("/open-data/check_figures").text
        assert "Figures on single checks" in page and "At least so many of them need action. In firms." in page
        home = client.get("/").text
        assert "Security benchmark of" in home and "Creative Commons Attribution 4.0 International" in home


def test_the_database_holds_what_the_csv_files_hold(folder: Path, files: dict[str, bytes]) -> None:
    database = Database(folder / "open-data.sqlite")
    try:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        for name in (file.removesuffix(".csv") for file in files if file.endswith(".csv")):
            table = database.table(name)
            stored = [{key: _text(value) for key, value in row.items()} for row in table.rows]
            told = rows(files[f"{name}.csv"])
            if name == "checks":
                stored = [{**row, "current": {"1": "true", "0": "false"}[row["current"]]} for row in stored]
            assert stored == told and (stored or name == "check_references"), name
            assert table.foreign_keys or name in ("releases", "themes")
    finally:
        database.close()


def _text(value: object) -> str:
    return "" if value is None else str(value)


def test_every_released_figure_is_there_and_no_other(facts: Facts, files: dict[str, bytes]) -> None:
    said = {
        (r["release"], r["check"], r["group"], r["n"], r["low"], r["high"], r["trend"])
        for r in rows(files["check_figures.csv"])
    }
    released = {
        (i.release.name, f.id, f.group, str(f.n), str(f.low), str(f.high), f.trend)
        for i in facts.issues
        for f in i.release.checks
    }
    assert said == released and len(facts.issues) == 3
    themes = rows(files["theme_figures.csv"])
    assert len(themes) == sum(len(i.release.themes) for i in facts.issues)
    assert {row["group"] for row in themes} == {"all", "metal", "wood"}
    assert len(rows(files["score_figures.csv"])) == sum(len(i.release.scores) for i in facts.issues)


def test_a_figure_names_the_revision_it_was_judged_by(files: dict[str, bytes]) -> None:
    revisions = {(row["release"], row["rev"]) for row in rows(files["check_figures.csv"])}
    assert revisions == {("2026-Q1", "1"), ("2026-Q2", "1"), ("2026-Q3", "2")}
    checks = {(row["check"], row["rev"]): row for row in rows(files["checks.csv"])}
    old, new = checks["access-0", "1"], checks["access-0", "2"]
    assert (old["current"], old["effort"], new["current"], new["effort"]) == ("false", "", "true", "minutes")
    assert old["severity"] == new["severity"] == "critical"


def test_no_file_names_a_firm(made: MadeUp, files: dict[str, bytes]) -> None:
    whole = b"".join(files.values())
    for name, identity in made.firms.items():
        assert name.encode() not in whole and identity.encode() not in whole


def test_the_same_releases_give_the_same_bytes_in_another_process(made: MadeUp, files: dict[str, bytes]) -> None:
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE, str(made.config.folder)],
        env={"PYTHONPATH": f"{root}:{root / 'tests'}", "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PATH": "/usr/bin"},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout.split("\n")[:-1] == [f"{n} {sha256(d).hexdigest()}" for n, d in files.items()], done.stderr


def test_the_archive_holds_the_package(files: dict[str, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(files["open-data.zip"])) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    assert inside == {
        n: d for n, d in files.items() if n.endswith(".csv") or n in ("datapackage.json", "metadata.json")
    }


def graph(files: dict[str, bytes]) -> Graph:
    return Graph().parse(data=files["catalog.jsonld"], format="json-ld")


def test_the_catalogue_has_what_dcat_ap_makes_mandatory(files: dict[str, bytes]) -> None:
    found = graph(files)
    for kind, properties in MANDATORY.items():
        individuals = set(found.subjects(RDF.type, URIRef(kind)))
        assert individuals, kind
        for individual in individuals:
            for name in properties:
                assert list(found.objects(individual, URIRef(name))), f"{individual} has no {name}"
    for name, kind in CLASSES.items():
        led = set(found.objects(None, URIRef(name)))
        assert led, name
        for target in led:
            assert (target, RDF.type, URIRef(kind)) in found, f"{name} {target}"


def test_checksums_and_sizes_are_those_of_the_files_served(facts: Facts, files: dict[str, bytes]) -> None:
    found = graph(files)
    served = {f"{facts.url}/v1/releases/2026-Q3/{n}": files[n] for n in ("open-data.zip", "open-data.sqlite")}
    served |= {f"{facts.url}/v1/releases/{i.release.name}/release.json": i.envelope for i in facts.issues}
    said = {}
    for each in found.subjects(RDF.type, URIRef(f"{DCAT}Distribution")):
        address = str(found.value(each, URIRef(f"{DCAT}downloadURL")))
        checksum = found.value(each, URIRef(f"{SPDX}checksum"))
        value = found.value(checksum, URIRef(f"{SPDX}checksumValue"))
        said[address] = (str(value).lower(), int(str(found.value(each, URIRef(f"{DCAT}byteSize")))))
    assert said == {address: (sha256(data).hexdigest(), len(data)) for address, data in served.items()}
    ends = {str(day) for day in found.objects(None, URIRef(f"{DCAT}endDate"))}
    assert ends == {"2026-03-31", "2026-06-30", "2026-09-30"}
    assert {str(o) for o in found.objects(None, URIRef(f"{DCT}license"))} == {
        "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
    }


@pytest.mark.parametrize("hostile", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1", "=1\r\n=2", '"=1', "a\u202eb"])
def test_no_name_is_run_by_a_spreadsheet(facts: Facts, hostile: str) -> None:
    """Cluster, category and title come from people; no cell of theirs begins as a formula does."""
    release = facts.newest
    issue = replace(
        facts.issues[-1],
        release=replace(
            release,
            cluster=hostile,
            checks=tuple(replace(f, title=hostile, group=hostile) for f in release.checks if f.group == "all"),
        ),
        revisions=dict.fromkeys((f.id for f in release.checks), 9),
    )
    for table in tables_of(replace(facts, name=hostile, issues=(issue,))):
        for row in csv.reader(io.StringIO(encode_csv(table).decode(), newline="")):
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
            assert "\u202e" not in "".join(row)


def test_a_cluster_name_is_text_in_every_description(facts: Facts) -> None:
    name = '"}</script><b>=1+1'
    made = writing.open_data(replace(facts, name=name))
    assert json.loads(made["datapackage.json"])["contributors"][0]["title"] == name
    assert name in json.loads(made["metadata.json"])["title"]
    agents = {str(o) for o in graph(made).objects(None, URIRef("http://xmlns.com/foaf/0.1/name"))}
    assert agents == {name}


def test_what_lies_beside_a_release_ends_with_it(made: MadeUp, facts: Facts) -> None:
    second = gather(made.config, made.engine, made.notary, made.pack, "2026-Q2")
    assert [issue.release.name for issue in second.issues] == ["2026-Q1", "2026-Q2"]
    built = made.build("2026-Q2")
    assert parse_release(encode_release(built.release)) == built.release
    assert gather_with(made.config, made.engine, made.notary, made.pack, built) == second


def test_the_command_line_writes_a_folder_and_nothing_else(
    made: MadeUp, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--data", str(made.config.folder), "export", "open-data", "--output", str(tmp_path / "out")]
    assert run(words) == 0
    said = capsys.readouterr()
    assert "3 releases up to 2026-Q3, licence CC-BY-4.0" in said.err
    assert len(list((tmp_path / "out").iterdir())) == len(said.out.splitlines()) == 13
    assert run(words) == 0, "an earlier export may be replaced"
    (tmp_path / "out" / "diary.txt").write_text("mine")
    assert run(words) == 2 and "diary.txt" in capsys.readouterr().err
    assert run([*words[:-1], str(tmp_path / "other"), "--release", "2020-Q1"]) == 2
    assert "release publish" in capsys.readouterr().err


def test_publishing_puts_open_data_beside_the_release(tmp_path: Path) -> None:
    up = cluster(tmp_path / "cluster")
    for name in NAMES[:14]:
        up.join(name)
    period = up.send(random_hosts(np.random.default_rng(1), NAMES[:14], len(up.pack.order)))
    up.freeze(period)
    assert run(["--data", str(up.config.folder), "release", "publish", period]) == 0
    beside = up.config.releases / period
    now = writing.open_data(gather(up.config, up.engine, up.notary, load_pack()))
    for name in writing.BESIDE:
        assert (beside / name).read_bytes() == now[name]


def test_the_page_for_readers_knows_every_column_and_its_samples_run(facts: Facts, folder: Path) -> None:
    page = (Path(__file__).parents[3] / "docs" / "open-data.md").read_text()
    for table in tables_of(facts):
        section = page.split(f"### {table.name}\n")[1].partition("###")[0]
        lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
        assert lines == [f"| {c.name} | {c.type} | {c.unit} | {c.about} |" for c in table.columns]
    samples = re.findall(r"^```sql\n(.*?)^```$", page, re.M | re.S)
    database = Database(folder / "open-data.sqlite")
    try:
        counts = [len(database.execute(sample).fetchall()) for sample in samples]
    finally:
        database.close()
    assert counts == [10, 3, 0], "the checks of this cluster refer to no framework"


def test_everybody_is_served_what_lies_beside_a_release(tmp_path: Path) -> None:
    with housed(founded(tmp_path / "data"), load_pack()) as house:
        up = MadeUp(house.config, house.desk.engine, house.desk.service.notary, load_pack(), now=house.desk.now())
        for name in NAMES[:14]:
            up.join(name)
        up.now = house.desk.now()
        period = up.send(random_hosts(np.random.default_rng(1), NAMES[:14], len(up.pack.order)))
        up.freeze(period)
        assert run(["--data", str(house.config.folder), "release", "publish", period]) == 0
        visitor = house.visitor()
        kinds = {
            "open-data.zip": "application/zip",
            "open-data.sqlite": "application/vnd.sqlite3",
            "catalog.jsonld": "application/ld+json",
        }
        for file, kind in kinds.items():
            answer = visitor.get(f"/v1/releases/{period}/{file}")
            assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, kind)
            assert answer.content == (house.config.releases / period / file).read_bytes()
            assert f"/v1/releases/{period}/{file}" in visitor.get("/").text
