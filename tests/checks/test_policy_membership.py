"""Each policy lists exactly the checks of the library that belong to it.

`catalogue_profiles.json` says which policies each check is meant for, `frameworks.json` which framework ids exist;
both are facts kept as data. A check of the library that the first does not know belongs to no policy by itself.
"""

import json
from pathlib import Path

import pytest

from shieldwall.packs.library import find_folder
from shieldwall.packs.pack import load_folders
from shieldwall.packs.policy import load_policy

HERE = Path(__file__).parent
PROFILES: dict[str, list[str]] = json.loads((HERE / "catalogue_profiles.json").read_text())
FRAMEWORKS: dict[str, list[str]] = json.loads((HERE / "frameworks.json").read_text())
POLICIES = sorted({name for names in PROFILES.values() for name in names})
PACK = load_folders(find_folder("checks"), find_folder("policies"))


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_lists_every_check_meant_for_it_and_no_other(name: str) -> None:
    meant = [check_id for check_id in PACK.order if name in PROFILES.get(check_id, [])]
    listed = [item.check.id for item in load_policy(PACK, name).selected]
    missing, foreign = sorted(set(meant) - set(listed)), sorted(set(listed) - set(meant))
    assert not missing, f"add to select.ids of policies/{name}.yaml: {missing}"
    assert not foreign, f"policies/{name}.yaml lists what catalogue_profiles.json does not give it: {foreign}"


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_sorted_so_that_two_people_can_add_to_it(name: str) -> None:
    ids = PACK.policies[name].value["select"]["ids"]
    assert ids == sorted(set(ids))


def test_every_policy_is_accounted_for() -> None:
    named = {name for name, policy in PACK.policies.items() if "extends" not in policy.value}
    assert set(POLICIES) <= named


def test_every_framework_id_of_a_check_exists() -> None:
    wrong = [
        f"{check.document.file}: {framework} {item}"
        for check in PACK.checks.values()
        for framework, ids in check.value.get("refs", {}).items()
        for item in ids
        if str(item) not in FRAMEWORKS.get(framework, [])
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("framework", "size"),
    [
        ("cis_v8_1", 153), ("cis_ig1", 56), ("nist_csf_2_0", 106), ("iso27001_2022", 93), ("nis2_art21_2", 10),
        ("cyber_essentials", 5), ("enisa_sme_step", 12), ("anssi_13_question", 13),
    ],
)  # fmt: skip
def test_a_list_of_ids_is_the_whole_framework_and_not_only_what_checks_name(framework: str, size: int) -> None:
    """Of CyFun, the CyberRisikoCheck and the implementing regulation the data holds a part, as docs say."""
    assert len(FRAMEWORKS[framework]) == size


def test_servers_are_asked_for_a_backup_of_the_last_two_days_and_less_for_malware_protection() -> None:
    server = {item.check.id: item for item in load_policy(PACK, "server").selected}
    assert server["backup-recent"].params == {"age": "2d"}
    malware = server["malware-protection-active"]
    assert (malware.weight, malware.gate) == (1, False)


def test_the_data_agrees_with_itself() -> None:
    assert all(names == sorted(set(names)) for names in PROFILES.values())
    assert all(ids and len(ids) == len(set(ids)) for ids in FRAMEWORKS.values())
