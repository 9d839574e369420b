"""The catalogue entry that data portals harvest: DCAT-AP 3 as JSON-LD that needs nothing from elsewhere to be read.

https://semiceu.github.io/DCAT-AP/releases/3.0.0/ names the properties; the lists of the Publications Office of the EU
name licence, theme, language and kinds of file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any, Final

from aggregator.export import sqlite
from aggregator.export.gather import Facts
from aggregator.export.licence import LICENCES
from aggregator.export.package import about, as_json
from shieldwall.published.release import Release

FILE: Final = "catalog.jsonld"
AUTHORITY: Final = "http://publications.europa.eu/resource/authority"
IANA: Final = "https://www.iana.org/assignments/media-types"
CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
QUARTER: Final = re.compile(r"(\d{4})-[qQ]([1-4])")

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class File:
    """One file at an address of its own."""

    name: str
    title: str
    media_type: str
    file_type: str
    """Its entry in the list of file types of the Publications Office; empty where the list has none."""


PACKAGE: Final = File("open-data.zip", "Data package with CSV files", "application/zip", "ZIP")
DATABASE: Final = File(sqlite.FILE, "SQLite database", "application/vnd.sqlite3", "")
SIGNED: Final = File("release.json", "Signed release", "application/json", "JSON")


def describe_catalogue(facts: Facts, files: Mapping[str, bytes]) -> bytes:
    """files   the bytes of PACKAGE and DATABASE as they are served beside the newest release"""
    base, newest = facts.url, facts.newest
    place = f"{base}/v1/releases/{newest.name}"
    whole = {
        **_dataset(f"{place}/open-data#dataset", f"Security benchmark of {facts.name}", about(facts), newest),
        "dct:temporal": _time(facts.issues[0].release, newest),
        "dct:publisher": _ref(f"{base}/#publisher"),
        "dcat:distribution": [
            _distribution(facts, file, f"{place}/{file.name}", files[file.name]) for file in (PACKAGE, DATABASE)
        ],
    }
    each = [
        {
            **_dataset(
                f"{base}/v1/releases/{r.name}#dataset",
                f"Release {r.name} of {facts.name}",
                f"The signed document: {r.cohort.n} firms, as intervals. {r.method}",
                r,
            ),
            "dct:temporal": _time(r, r),
            "dct:publisher": _ref(f"{base}/#publisher"),
            "dcat:distribution": [
                _distribution(facts, SIGNED, f"{base}/v1/releases/{r.name}/{SIGNED.name}", issue.envelope)
            ],
        }
        for issue in facts.issues
        for r in (issue.release,)
    ]
    catalogue = {
        "@context": CONTEXT,
        "@id": f"{base}/#catalogue",
        "@type": "dcat:Catalog",
        "dct:title": _text(f"Open data of {facts.name}"),
        "dct:description": _text(f"Figures that {facts.name} has released about its member firms, none about one."),
        "dct:publisher": {"@id": f"{base}/#publisher", "@type": "foaf:Agent", "foaf:name": _text(facts.name)},
        "dct:license": _licence(facts),
        "dct:language": _language(),
        "dct:issued": _moment(facts.issues[0].release),
        "dct:modified": _moment(newest),
        "foaf:homepage": {"@id": f"{base}/", "@type": "foaf:Document"},
        "dcat:themeTaxonomy": _scheme(),
        "dcat:dataset": [whole, *each],
    }
    return as_json(catalogue)


def _dataset(identity: str, title: str, description: str, release: Release) -> Node:
    return {
        "@id": identity,
        "@type": "dcat:Dataset",
        "dct:identifier": identity,
        "dct:title": _text(title),
        "dct:description": _text(description),
        "dct:issued": _moment(release),
        "dct:language": _language(),
        "dct:accrualPeriodicity": _typed(f"{AUTHORITY}/frequency/QUARTERLY", "dct:Frequency"),
        "dcat:theme": {
            **_typed(f"{AUTHORITY}/data-theme/TECH", "skos:Concept"),
            "skos:prefLabel": _text("Science and technology"),
            "skos:inScheme": _ref(_scheme()["@id"]),
        },
        "dcat:keyword": [_text(word) for word in ("cybersecurity", "small firms", "benchmark")],
        "dcat:version": release.name,
    }


def _distribution(facts: Facts, file: File, address: str, data: bytes) -> Node:
    named = {"dct:format": _typed(f"{AUTHORITY}/file-type/{file.file_type}", "dct:MediaTypeOrExtent")}
    return {
        **(named if file.file_type else {}),
        "@id": f"{address}#distribution",
        "@type": "dcat:Distribution",
        "dct:title": _text(file.title),
        "dcat:accessURL": _resource(address),
        "dcat:downloadURL": _resource(address),
        "dcat:mediaType": _typed(f"{IANA}/{file.media_type}", "dct:MediaType"),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(data))},
        "dct:license": _licence(facts),
        "spdx:checksum": {
            "@id": f"{address}#checksum",
            "@type": "spdx:Checksum",
            "spdx:algorithm": _typed("http://spdx.org/rdf/terms#checksumAlgorithm_sha256", "spdx:ChecksumAlgorithm"),
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": sha256(data).hexdigest()},
        },
    }


def _time(first: Release, last: Release) -> Node | list[Node]:
    """From the first day of one quarter to the last day of another; nothing for periods of another name."""
    begin, end = QUARTER.fullmatch(first.period), QUARTER.fullmatch(last.period)
    if not begin or not end:
        return []
    year, month = int(end[1]) + (int(end[2]) == 4), int(end[2]) * 3 % 12 + 1
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": _day(date(int(begin[1]), int(begin[2]) * 3 - 2, 1)),
        "dcat:endDate": _day(date(year, month, 1) - timedelta(days=1)),
    }


def _licence(facts: Facts) -> Node:
    return _typed(LICENCES[facts.licence].authority, "dct:LicenseDocument")


def _language() -> Node:
    return _typed(f"{AUTHORITY}/language/ENG", "dct:LinguisticSystem")


def _scheme() -> Node:
    return {**_typed(f"{AUTHORITY}/data-theme", "skos:ConceptScheme"), "dct:title": _text("Data theme")}


def _moment(release: Release) -> Node:
    return {"@type": "xsd:dateTime", "@value": f"{release.published[:-1]}:00Z"}


def _day(day: date) -> Node:
    return {"@type": "xsd:date", "@value": day.isoformat()}


def _text(words: str) -> Node:
    return {"@language": "en", "@value": words}


def _resource(address: str) -> Node:
    return _typed(address, "http://www.w3.org/2000/01/rdf-schema#Resource")


def _typed(identity: str, kind: str) -> Node:
    return {"@id": identity, "@type": kind}


def _ref(identity: str) -> Node:
    return {"@id": identity}
