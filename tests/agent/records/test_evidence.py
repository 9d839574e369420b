import json

import pytest
from agent_sample import sample_result

from agent.records.evidence import encode, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("yes", "yes"),
        ("", '""'),
        (None, "null"),
        (True, "true"),
        (["a", 1], "[a, 1]"),
        ({}, "nothing"),
        ([], "nothing"),
        ({"?": "absent"}, "not there"),
        ({"?": "privilege"}, "not seen (privilege)"),
        ({"path": "/tmp/x", "mode": "0777", "by": {"uid": 0}, "was": {"?": "absent"}}, "path=/tmp/x mode=0777 by=(uid=0) was=not there"),
    ],
)  # fmt: skip
def test_a_value_is_shown_as_a_reader_would_write_it(value: object, text: str) -> None:
    assert shown(value) == text


def test_evidence_names_the_check_its_rev_and_what_was_seen_where() -> None:
    item = next(item for item in sample_result().items if item.check.id == "ssh-root")
    data = json.loads(encode(item.check, item.judgement))
    assert (data["check"], data["rev"], data["outcome"], data["reason"]) == ("ssh-root", 1, "fail", None)
    assert data["tree"]["seen"] == [{"value": "yes", "origin": "/etc/ssh/sshd_config.d/10-lab.conf:3"}]


def test_the_same_judgement_has_the_same_bytes() -> None:
    first, second = ([encode(item.check, item.judgement) for item in sample_result().items] for _ in range(2))
    assert first == second
