import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agent.looking.host import TREES, Host
from agent.probes.base import Probe
from agent.scan.collect import collect
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason

A1, A2, B1 = FactKey.of("a", {"n": "1"}), FactKey.of("a", {"n": "2"}), FactKey.of("b", {"n": "1"})
HOST = Host()


def loader(**looks: Callable[[Sequence[FactKey]], Mapping[FactKey, Fact]]) -> Callable[[str], Probe]:
    return lambda name: lambda keys, host: looks[name](keys)


def seen(keys: Sequence[FactKey]) -> Mapping[FactKey, Fact]:
    return {key: Fact.known(str(key)) for key in keys}


def test_one_batch_a_probe_and_every_key_once() -> None:
    batches: list[Sequence[FactKey]] = []

    def look(keys: Sequence[FactKey]) -> Mapping[FactKey, Fact]:
        batches.append(list(keys))
        return seen(keys)

    got = collect([A1, B1, A2], HOST, load=loader(a=look, b=look), known=frozenset("ab"))
    assert list(got.facts) == [A1, B1, A2]
    assert got.facts[A2].value == "a(n=2)"
    assert sorted(batches, key=len) == [[B1], [A1, A2]]
    assert got.defects == {}


def test_a_probe_that_hangs_is_unknown_and_the_others_are_not_kept_waiting() -> None:
    never = threading.Event()

    def hang(keys: Sequence[FactKey]) -> Mapping[FactKey, Fact]:
        never.wait(30)
        return {}

    got = collect([A1, B1], HOST, load=loader(a=hang, b=seen), known=frozenset("ab"), seconds=0.2)
    never.set()
    assert got.facts[A1].reason is Reason.TIMEOUT
    assert got.facts[B1].value == "b(n=1)"


def test_more_probes_hang_than_there_are_workers_and_the_rest_still_answer() -> None:
    never = threading.Event()
    names = [f"p{i}" for i in range(6)]

    def hang(keys: Sequence[FactKey]) -> Mapping[FactKey, Fact]:
        never.wait(30)
        return {}

    keys = [FactKey.of(name, {}) for name in [*names, "last"]]
    load = loader(**dict.fromkeys(names, hang), last=seen)
    got = collect(keys, HOST, load=load, known=frozenset([*names, "last"]), seconds=0.1)
    never.set()
    assert got.facts[keys[-1]].value == "last()"
    assert {got.facts[key].reason for key in keys[:-1]} == {Reason.TIMEOUT}


def test_a_probe_that_raises_is_a_defect_with_its_words_kept() -> None:
    def broken(keys: Sequence[FactKey]) -> Mapping[FactKey, Fact]:
        raise KeyError("uid")

    got = collect([A1, B1], HOST, load=loader(a=broken, b=seen), known=frozenset("ab"))
    assert A1 not in got.facts and B1 in got.facts
    assert got.defects["a"].startswith("KeyError at test_collect.py:")
    assert "'uid'" in got.defects["a"]


def test_a_probe_this_agent_lacks_and_an_answer_that_was_left_out_are_unsupported() -> None:
    got = collect([A1, A2, B1], HOST, load=loader(a=lambda keys: seen(keys[:1])), known=frozenset("a"))
    assert [got.facts[key].reason for key in (A1, A2, B1)] == [None, Reason.UNSUPPORTED, Reason.UNSUPPORTED]


def test_progress_counts_to_the_end() -> None:
    steps: list[tuple[int, int]] = []
    collect(
        [A1, B1], HOST, load=loader(a=seen, b=seen), known=frozenset("ab"),
        progress=lambda name, done, of: steps.append((done, of)),
    )  # fmt: skip
    assert steps == [(1, 2), (2, 2)]


def test_a_tree_is_asked_by_the_probes_of_its_own_system(tmp_path: Path) -> None:
    mark = tmp_path / TREES["macos"].lstrip("/")
    mark.parent.mkdir(parents=True)
    mark.write_text("")
    host = Host(root=tmp_path)
    key = FactKey.of("mandatory_access", {})
    assert (host.system, collect([key], host).facts[key].reason) == ("macos", Reason.UNSUPPORTED)
