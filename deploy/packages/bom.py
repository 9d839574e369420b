"""Writes dist/shieldwall-VERSION.cdx.json: what the agent's packages carry, as CycloneDX 1.5.

From the lock file and the built tree, so that it says what is packed and not what happens to be installed here.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from email.parser import HeaderParser
from pathlib import Path

from tree import LOCK, ROOT, epoch, version

LINE = re.compile(r"([a-z0-9-]+)==(\S+) --hash=sha256:([0-9a-f]{64})")


def main() -> int:
    library = ROOT / "build" / "lib"
    if not library.is_dir():
        sys.exit("build/lib is missing: type `make deb` or `make zipapp` first")
    licences = dict(_licences(library))
    parts = [_part(*found, licences) for found in LINE.findall(LOCK.read_text())]
    number = version()
    own = {"type": "application", "bom-ref": "shieldwall", "name": "shieldwall", "version": number}
    named = uuid.uuid5(uuid.NAMESPACE_URL, f"shieldwall-{number}-{LOCK.read_text()}")
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{named}",
        "version": 1,
        "metadata": {"timestamp": _time(), "component": {**own, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": parts,
        "dependencies": [{"ref": "shieldwall", "dependsOn": [part["bom-ref"] for part in parts]}],
    }
    target = ROOT / "dist" / f"shieldwall-{number}.cdx.json"
    target.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{target.relative_to(ROOT)}  {len(parts)} components")
    return 0


def _part(name: str, number: str, digest: str, licences: dict[str, str]) -> dict[str, object]:
    link = f"pkg:pypi/{name}@{number}"
    part: dict[str, object] = {"type": "library", "bom-ref": link, "name": name, "version": number, "purl": link}
    part["hashes"] = [{"alg": "SHA-256", "content": digest}]
    if words := licences.get(name):
        part["licenses"] = [{"license": {"name": words}}]
    return part


def _licences(library: Path):
    for file in library.glob("*.dist-info/METADATA"):
        head = HeaderParser().parsestr(file.read_text(errors="replace"))
        classified = [c.rpartition(" :: ")[2] for c in head.get_all("Classifier", []) if c.startswith("License ::")]
        words = (
            head.get("License-Expression") or ", ".join(classified) or (head.get("License") or "").partition("\n")[0]
        )
        yield head["Name"].lower().replace("_", "-"), words


def _time() -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(epoch(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    sys.exit(main())
