"""Catalogues as the program reads them: .mo beside each .po. Needs Babel and nothing of this project.

usage: python -m deploy.languages.compiled    writes those that are older than their text
"""

from __future__ import annotations

import io
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo

from deploy.languages import catalogues

LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def binary(domain: str, code: str, folder: Path = catalogues.FOLDER) -> bytes:
    """The same text gives the same bytes."""
    catalogue = catalogues.read(domain, code, folder)
    catalogue.creation_date = catalogue.revision_date = LONG_AGO
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def compile_all(folder: Path = catalogues.FOLDER) -> list[Path]:
    """Those that were stale or missing. A reader never meets half a file."""
    written = []
    for code in catalogues.CODES:
        for domain in catalogues.DOMAINS:
            text = catalogues.path_of(domain, code, folder)
            target = text.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime_ns > text.stat().st_mtime_ns:
                continue
            part = target.with_name(f".{target.name}.{os.getpid()}.part")
            part.write_bytes(binary(domain, code, folder))
            part.replace(target)
            written.append(target)
    return written


def main() -> int:
    for path in compile_all():
        print(f"wrote {path.relative_to(catalogues.HOME)}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
