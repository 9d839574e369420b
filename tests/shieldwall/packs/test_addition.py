"""What a cluster may add: questions and thresholds; whatever would look at a host is refused whole."""

import gzip
import json
from pathlib import Path

import pytest
from agent_sample import check
from trusting import bundle

from shieldwall.encoding import canonical
from shieldwall.errors import IntegrityError, PackError, SchemaError
from shieldwall.packs.addition import Addition, encode_addition, extended, from_folders, open_addition
from shieldwall.packs.policy import load_policy

POLICY = """
id: our-valley
rev: 1
title: Our valley
description: What our cluster agreed on.
select: {ids: [valley-drill, fw-on]}
overrides: {fw-on: {weight: 9}}
"""


def question(name: str = "valley-drill", **words: str) -> tuple[str, bytes]:
    return check(name, f"attest(question={name})", 'expect: "yes"', '"yes"', **{"scope": "organisation", **words})


def written(folder: Path, *checks: tuple[str, bytes], policy: str = POLICY) -> Addition:
    for name, data in checks:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    (folder / "policies").mkdir(exist_ok=True)
    (folder / "policies" / "our-valley.yaml").write_text(policy)
    return from_folders("3", folder / "checks", folder / "policies")


def test_questions_and_thresholds_are_added(tmp_path: Path) -> None:
    base = bundle("1.2.0")
    made = extended(base, open_addition(encode_addition(written(tmp_path, question()))))
    assert made.pack.version == "1.2.0.3"
    assert made.pack.digest != base.pack.digest
    assert set(made.pack.checks) == {*base.pack.checks, "valley-drill"}
    policy = load_policy(made.pack, "our-valley")
    assert {item.check.id: item.weight for item in policy.selected}["fw-on"] == 9


@pytest.mark.parametrize(
    "added",
    [
        check("valley-drill", "process(name=squid)", "get: running, expect: false", "{running: false}"),
        check(
            "valley-drill", "process(name=squid)", "get: running, expect: false", "{running: false}", scope="organisation"
        ),
        question(scope="host"),
        question(
            test="{all: [{attest: {question: valley-drill}, expect: \"yes\"}, {firewall: {}, get: active, expect: true}]}"
        ),
    ],
    ids=["host probe", "host probe called a question", "question called a host's", "host probe inside a question"],
)  # fmt: skip
def test_an_addition_with_a_host_probe_is_refused_whole(tmp_path: Path, added: tuple[str, bytes]) -> None:
    with pytest.raises(PackError, match="asks people and looks at nothing"):
        extended(bundle(), written(tmp_path, question("valley-plan"), added))


def test_an_addition_replaces_nothing(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="choose another id"):
        extended(bundle(), written(tmp_path, question("fw-on")))


def test_a_threshold_that_makes_a_check_look_elsewhere_is_refused(tmp_path: Path) -> None:
    wanders = check(
        "wanders", "service(name=$what)", "get: state, expect: stopped", "{state: stopped}",
        gate="false\nparams: {what: {type: text, default: telnet}}",
    )  # fmt: skip
    base = bundle(more=[(wanders[0], wanders[1].replace(b'"service(name=$what)"', b'"service(name=telnet)"'))])
    policy = POLICY.replace("fw-on]", "wanders]").replace("fw-on: {weight: 9}", "wanders: {params: {what: sshd}}")
    with pytest.raises(PackError, match="thresholds only"):
        extended(base, written(tmp_path, question(), policy=policy))


def test_other_forms_are_refused(tmp_path: Path) -> None:
    plain = json.loads(gzip.decompress(encode_addition(written(tmp_path, question()))))
    for change in ({"version": "0"}, {"version": 3}, {"schema": "x"}, {"extra": 1}, {"checks": []}):
        with pytest.raises((IntegrityError, SchemaError)):
            open_addition(gzip.compress(canonical.encode({**plain, **change})))
    with pytest.raises(PackError, match="leaves no room"):
        extended(bundle("1.2.3.4"), written(tmp_path, question()))
