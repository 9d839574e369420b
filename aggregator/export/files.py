"""All files of open data, in a folder or beside a release. The same releases give the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.database.notary import Notary
from aggregator.export import dcat, package, sqlite, titles
from aggregator.export.csv import encode_csv
from aggregator.export.gather import Facts, gather_with
from aggregator.export.tables import tables_of
from aggregator.release.build import Built
from aggregator.release.report import write_report
from shieldwall.errors import UsageError
from shieldwall.packs.pack import Pack

ARCHIVE: Final = dcat.PACKAGE.name
BESIDE: Final = (ARCHIVE, sqlite.FILE, dcat.FILE)
"""Files that lie beside every release and are served with it."""
_STAMP: Final = (1980, 1, 1, 0, 0, 0)


def open_data(facts: Facts) -> dict[str, bytes]:
    """Name -> bytes of everything, the archive last."""
    tables = tables_of(facts)
    files = {f"{table.name}.csv": encode_csv(table) for table in tables}
    files[package.FILE] = package.describe_package(facts, tables, files)
    files[titles.FILE] = titles.describe_database(facts, tables)
    archive = _archive(files)
    files[sqlite.FILE] = sqlite.encode_sqlite(tables)
    files[dcat.FILE] = dcat.describe_catalogue(facts, {ARCHIVE: archive, sqlite.FILE: files[sqlite.FILE]})
    return {**files, ARCHIVE: archive}


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Into a folder that is new, empty, or holds an earlier export and nothing else. Raises UsageError, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    strange = sorted({item.name for item in folder.iterdir()} - files.keys())
    if strange:
        raise UsageError(f"{folder} holds {strange[0]}, which is no open data: name a new or an empty folder.")
    for name, data in files.items():
        write_report(folder / name, data)


def open_data_beside(config: Config, engine: Engine, notary: Notary, made: Built, pack: Pack) -> None:
    """Write what is served beside a release into its draft, before it is published. Raises OSError."""
    files = open_data(gather_with(config, engine, notary, pack, made))
    for name in BESIDE:
        write_report(made.folder / name, files[name])


def _archive(files: Mapping[str, bytes]) -> bytes:
    """Stored, not deflated, and without times: the bytes depend on no library's version and no clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, data)
    return out.getvalue()
