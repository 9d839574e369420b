"""docs/openapi.yaml against the real server: every route is in it, and schemathesis meets no answer that is not."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from aggregating import Running, fresh, running
from hypothesis import HealthCheck, Phase, given, settings

from aggregator.web.app import ROUTES
from shieldwall.encoding import canonical, envelope

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis.checks import not_a_server_error
    from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance
    from schemathesis.specs.openapi.checks import status_code_conformance as only_documented

PAGE = yaml.safe_load((Path(__file__).parents[3] / "docs" / "openapi.yaml").read_text())
SCHEMA = schemathesis.openapi.from_dict(PAGE)
OPERATIONS = [(method, path) for path, methods in PAGE["paths"].items() for method in methods]
CHECKS = (not_a_server_error, only_documented, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(fresh(tmp_path_factory.mktemp("openapi") / "data")) as cluster:
        yield cluster


def test_every_route_is_documented_and_no_other() -> None:
    served = {(method.lower(), path) for method, path, _ in ROUTES if path != "/"}
    assert served == set(OPERATIONS)


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_only_documented_answers(live: Running, method: str, path: str) -> None:
    signer = live.agent() if "{agent}" in path else None

    @settings(
        max_examples=20, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=SCHEMA[path][method].as_strategy())
    def asks(case: Any) -> None:
        if signer is not None:
            case.path_parameters["agent"] = signer.id
            body = case.body if isinstance(case.body, dict) else {}
            payload = canonical.encode({"said": str(body.get("payload", ""))})
            case.body = canonical.decode(envelope.sign(payload, [signer.key]))
        case.call_and_validate(base_url=f"http://127.0.0.1:{live.port}", checks=CHECKS, timeout=20)

    asks()
