"""Packs: order, digest, compiled form. Policies: selection, inheritance, overrides, refusals."""

import shutil
from pathlib import Path

import pytest

from shieldwall.errors import PackError, UsageError
from shieldwall.packs.pack import Pack, load_folders, load_pack
from shieldwall.packs.policy import load_policy, whole_library

CHECK = """\
id: {id}
rev: 1
title: Demo
why: Because.
topic: demo
theme: access
scope: host
severity: {severity}
platforms: [linux]
params: {{limit: {{type: integer, default: 4, min: 1, max: 10}}}}
test: {{config: {{app: sshd}}, get: maxauthtries, expect: {{le: $limit}}}}
fix: [{{text: Put it right.}}]
effort: minutes
lifecycle: stable
examples:
  - {{facts: {{config(app=sshd): {{maxauthtries: 4}}}}, result: pass}}
  - {{facts: {{config(app=sshd): {{maxauthtries: 5}}}}, result: fail}}
"""
POLICY = "id: {id}\nrev: 1\ntitle: T\ndescription: D\n{rest}"


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    for name in ("alpha", "beta", "gamma"):
        file = tmp_path / "checks" / "demo" / f"{name}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(CHECK.format(id=name, severity="high"))
    (tmp_path / "policies").mkdir()
    return tmp_path


def policy(folders: Path, name: str, rest: str) -> None:
    (folders / "policies" / f"{name}.yaml").write_text(POLICY.format(id=name, rest=rest))


def load(folders: Path, cache: Path | None = None) -> Pack:
    return load_folders(folders / "checks", folders / "policies", cache)


def test_the_compiled_pack_is_the_same_pack(folders: Path) -> None:
    policy(folders, "p", "select: {ids: [alpha]}\n")
    cache = folders / "cache"
    first, again = load(folders, cache), load(folders, cache)
    assert len(list(cache.iterdir())) == 1
    assert (first.digest, first.order) == (again.digest, again.order) == (first.digest, ("alpha", "beta", "gamma"))
    assert load_policy(again, "p").selected[0].check.title == "Demo"


def test_an_edited_file_never_meets_an_old_compilation(folders: Path) -> None:
    cache = folders / "cache"
    before = load(folders, cache)
    (folders / "checks" / "demo" / "alpha.yaml").write_text(CHECK.format(id="alpha", severity="low"))
    after = load(folders, cache)
    assert before.digest != after.digest
    assert after.check("alpha").weight == 1
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b'{"name": 1}', b"\xff"])
def test_a_broken_cache_is_passed_over(folders: Path, junk: bytes) -> None:
    cache = folders / "cache"
    whole = load(folders, cache)
    next(cache.iterdir()).write_bytes(junk)
    assert load(folders, cache).digest == whole.digest


def test_an_unwritable_cache_is_passed_over(folders: Path) -> None:
    (folders / "file").write_text("not a folder")
    assert load(folders, folders / "file").order == ("alpha", "beta", "gamma")


def test_an_empty_library_is_an_error(folders: Path) -> None:
    shutil.rmtree(folders / "checks" / "demo")
    with pytest.raises(PackError, match="holds no check"):
        load(folders)


def test_ids_are_unique_and_files_lie_where_their_id_says(folders: Path) -> None:
    file = folders / "checks" / "demo" / "other.yaml"
    file.write_text(CHECK.format(id="alpha", severity="low"))
    with pytest.raises(PackError, match="already taken by checks/demo/alpha"):
        load(folders)
    file.write_text(CHECK.format(id="delta", severity="low"))
    with pytest.raises(PackError, match="belongs in checks/demo/delta"):
        load(folders)


def test_extends_overrides_and_excludes(folders: Path) -> None:
    policy(folders, "base", "select: {topics: [demo]}\noverrides: {alpha: {weight: 1}}\n")
    policy(folders, "child", "extends: base\nexclude: [gamma]\noverrides: {beta: {gate: true, params: {limit: 6}}}\n")
    chosen = {s.check.id: s for s in load_policy(load(folders), "child").selected}
    assert list(chosen) == ["alpha", "beta"]
    assert (chosen["alpha"].weight, chosen["beta"].weight, chosen["beta"].gate) == (1, 6, True)
    assert "6" in str(chosen["beta"].bound.test)
    only = load_policy(load(folders), "child").only(["beta"])
    assert [s.check.id for s in only.selected] == ["beta"]


@pytest.mark.parametrize(
    ("rest", "words"),
    [
        ("select: {ids: [alpa]}\n", "did you mean 'alpha'"),
        ("select: {id: [alpha]}\n", "did you mean 'ids'"),
        ("extends: q\n", "unknown value 'q'"),
        ("extends: p\n", "in a circle: p -> p"),
        ("select: {ids: [alpha]}\noverrides: {beta: {weight: 1}}\n", "unknown check in this policy 'beta'"),
        ("select: {ids: [alpha]}\noverrides: {alpha: {params: {limit: 11}}}\n", "from 1 to 10"),
        ("select: {ids: [alpha]}\noverrides: {alpha: {params: {other: 1}}}\n", "no such parameter"),
        ("select: {ids: []}\n", "selects no check"),
    ],
)
def test_policy_refusals(folders: Path, rest: str, words: str) -> None:
    policy(folders, "p", rest)
    with pytest.raises(PackError, match=words):
        load_policy(load(folders), "p")


def test_unknown_names_suggest_the_nearest(folders: Path) -> None:
    policy(folders, "server", "select: {ids: [alpha]}\n")
    with pytest.raises(UsageError, match="did you mean 'server'"):
        load_policy(load(folders), "sever")
    with pytest.raises(UsageError, match="did you mean 'alpha'"):
        load_policy(load(folders), "server").only(["alpa"])


def test_the_real_library_loads_and_every_policy_with_it() -> None:
    pack = load_pack()
    assert list(pack.order) == sorted(pack.order)
    for name in pack.policies:
        assert load_policy(pack, name).selected
    assert len(whole_library(pack).selected) == len(pack.order)
