"""Where an aggregator keeps its things, and what it is called.

A data folder holds everything: `aggregator.yaml` (this configuration), `keys/log.key` (the log's signing key, 0600),
`keys/periods/NAME.key` (one data key an open period, never in a backup), `ledger.sqlite` unless the database is
elsewhere, and `releases/NAME/` (signed files, served as they are).
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import platformdirs
import yaml

from shieldwall.errors import ConfigError, IntegrityError
from shieldwall.language import ENGLISH, LANGUAGES
from shieldwall.limits import STATEMENT_BURST, STATEMENTS_PER_DAY, YAML_BYTES
from shieldwall.log.checkpoint import parse_vkey, valid_audience
from shieldwall.log.cosignature import parse_witness
from shieldwall.log.reopening import next_origin
from shieldwall.membership.invitation import ID_BYTES, KEY_BYTES, SECRET_BYTES, Invitation

ENVIRONMENT: Final = "SHIELDWALL_AGGREGATOR_DATA"
FILE_NAME: Final = "aggregator.yaml"
SYSTEM_FOLDER: Final = Path("/var/lib/shieldwall-aggregator")
LISTS: Final = ("former_logs", "witnesses")
LICENCES: Final = ("CC-BY-4.0", "CC0-1.0")
"""What aggregator.export.licence can describe."""
SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class Config:
    folder: Path
    cluster: str
    """Slug; the leading key of every table."""
    name: str
    """What people call the cluster."""
    origin: str
    """The log's origin (C2SP) and the `aud` of every statement."""
    url: str
    """Public base address, without a trailing slash."""
    database: str
    """SQLAlchemy URL; empty means one SQLite file in the data folder."""
    approval: bool = False
    """A newly enrolled agent waits until the manager has compared its fingerprint."""
    statements_per_day: int = STATEMENTS_PER_DAY
    statement_burst: int = STATEMENT_BURST
    former_logs: tuple[str, ...] = ()
    """Logs this cluster wrote before a loss: note key, since, until (seconds since 1970), in one line each."""
    witnesses: tuple[str, ...] = ()
    """Keys of other clusters' witnesses who cosign this log's checkpoints."""
    min_agent: str = "0.1.0"
    """The oldest agent this cluster still understands; signed into trust/aggregator.json at the next ceremony."""
    open_data_licence: str = LICENCES[0]
    """Under what terms released figures are given away."""
    language: str = ENGLISH
    """Of the manager's pages, for browsers that ask for none we have."""

    @property
    def audiences(self) -> frozenset[str]:
        """The origin and those before it: statements made for them may still be under way."""
        return frozenset({self.origin, *(line.partition("+")[0] for line in self.former_logs)})

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.folder / 'ledger.sqlite'}"

    @property
    def log_key(self) -> Path:
        return self.folder / "keys" / "log.key"

    @property
    def witness_key(self) -> Path:
        """With which this cluster cosigns the logs of others; made when first needed."""
        return self.folder / "keys" / "witness.key"

    @property
    def period_keys(self) -> Path:
        return self.folder / "keys" / "periods"

    @property
    def releases(self) -> Path:
        return self.folder / "releases"


def default_folder(environ: Mapping[str, str], *, root: bool) -> Path:
    """The data folder when none is named: the environment's, the system's for root, else the user's."""
    if environ.get(ENVIRONMENT):
        return Path(environ[ENVIRONMENT])
    if root:
        return SYSTEM_FOLDER
    return Path(platformdirs.user_data_dir("shieldwall-aggregator", appauthor=False))


def new(
    folder: Path, *, name: str, url: str, cluster: str = "", database: str = "", approval: bool = False,
    language: str = ENGLISH,
) -> Config:  # fmt: skip
    """A checked configuration for a new cluster. Raises ConfigError."""
    slug = cluster or re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    host = urlsplit(url).netloc.lower()
    return _checked(
        Config(
            folder=folder.absolute(), cluster=slug, name=name.strip(), origin=f"{host}/{slug}/log1",
            url=url.rstrip("/"), database=database, approval=approval, language=language,
        )
    )  # fmt: skip


def succeeding(config: Config, vkey: str, now: int) -> Config:
    """The configuration of a server that takes the place of a lost one. Raises ConfigError for what is no log key."""
    try:
        origin, _ = parse_vkey(vkey)
    except IntegrityError as error:
        raise ConfigError(f"`{vkey[:80]}` is no log key: copy it from a ceremony's request or the old page.") from error
    return _checked(replace(config, origin=next_origin(origin), former_logs=(f"{vkey} 0 {now}",)))


def load(folder: Path) -> Config:
    """Read `aggregator.yaml`. Raises ConfigError naming the file, the key and what to write instead."""
    file = folder / FILE_NAME
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise ConfigError(
            f"{file} does not exist: this folder holds no aggregator. "
            f"Type `shieldwall-aggregator --data {folder} init`, or name another folder with --data."
        ) from None
    except OSError as error:
        raise ConfigError(
            f"cannot read {file}: {error.strerror}. Run as the user the aggregator belongs to."
        ) from error
    if len(raw) > YAML_BYTES:
        raise ConfigError(f"{file} is larger than {YAML_BYTES} bytes; it cannot be a configuration.")
    try:
        found = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    except (yaml.YAMLError, ValueError) as error:
        raise ConfigError(f"{file} is not YAML: {error}") from error
    return _from_mapping(file, found)


def save(config: Config) -> Path:
    """Write `aggregator.yaml`, 0600 in a 0700 folder. Raises ConfigError if one is there already."""
    _make_private(config.folder)
    file = config.folder / FILE_NAME
    write_private(file, _as_yaml(config))
    return file


def rewrite(config: Config) -> None:
    """Put another configuration in the place of the one that is there, whole or not at all."""
    write_whole(config.folder / FILE_NAME, _as_yaml(config))


def write_whole(file: Path, data: bytes) -> None:
    """Replace a file only its owner reads, durably and in one step. Raises ConfigError."""
    part = file.with_name(f".{file.name}.{os.getpid()}.new")
    part.unlink(missing_ok=True)
    write_private(part, data)
    part.replace(file)
    sync_folder(file.parent)


def _as_yaml(config: Config) -> bytes:
    values = asdict(config)
    del values["folder"]
    for name in LISTS:
        values[name] = list(getattr(config, name))
    text = "# Written by `shieldwall-aggregator`. The origin names the log for ever: never change it by hand.\n"
    return (text + yaml.safe_dump(values, sort_keys=False, allow_unicode=True)).encode()


def write_private(file: Path, data: bytes) -> None:
    """Create a file only its owner reads, durably, whole or not at all. Raises ConfigError when it exists already."""
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        for left in file.parent.glob(f".{file.name}.*.part"):
            left.unlink()
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _name(part, file)
    except FileExistsError:
        part.unlink(missing_ok=True)
        raise ConfigError(f"{file} exists already and is never overwritten. Move it away to begin anew.") from None
    except OSError as error:
        raise ConfigError(f"cannot write {file}: {error.strerror}.") from error
    sync_folder(file.parent)


def _name(part: Path, file: Path) -> None:
    """Give a finished file its name. Raises FileExistsError rather than take the place of another."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise
    except OSError:
        # A file system without second names, such as that of most USB sticks.
        if file.exists() or file.is_symlink():
            raise FileExistsError(file) from None
        part.rename(file)
    else:
        part.unlink()


def sync_folder(folder: Path) -> None:
    """Make a new or removed name durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def prepare_folders(config: Config) -> None:
    """Create the data folder and its rooms, 0700."""
    for folder in (config.folder, config.log_key.parent, config.period_keys, config.releases):
        _make_private(folder)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigError(f"cannot create {folder}: {error.strerror}. Name another folder with --data.") from error


def _from_mapping(file: Path, found: Any) -> Config:
    if not isinstance(found, dict):
        raise ConfigError(f"{file}: expected keys and values such as `cluster: our-cluster`.")
    known = {field.name: field for field in fields(Config) if field.name != "folder"}
    for key in found:
        if key not in known:
            raise ConfigError(f"{file}: unknown key `{key}`; known are {', '.join(known)}.")
    types: dict[str, type] = {
        "approval": bool, "statements_per_day": int, "statement_burst": int, **dict.fromkeys(LISTS, list),
    }  # fmt: skip
    for key, value in found.items():
        kind = types.get(key, str)
        if type(value) is not kind:
            raise ConfigError(f"{file}: `{key}` must be {kind.__name__}, not {type(value).__name__}.")
    missing = [key for key in ("cluster", "name", "origin", "url", "database") if key not in found]
    if missing:
        raise ConfigError(f"{file}: `{missing[0]}` is missing.")
    for name in LISTS:
        found[name] = tuple(str(line) for line in found.get(name, ()))
    return _checked(Config(folder=file.parent.absolute(), **found))


def _checked(config: Config) -> Config:
    where = config.folder / FILE_NAME
    if not config.name:
        raise ConfigError(f"{where}: `name` is empty; write what people call the cluster.")
    if not SLUG.fullmatch(config.cluster):
        raise ConfigError(f"{where}: cluster `{config.cluster}` must be 1 to 40 of a-z, 0-9 and -.")
    try:
        Invitation(config.url, bytes(KEY_BYTES), bytes(ID_BYTES), bytes(SECRET_BYTES)).encode()
    except ValueError:
        raise ConfigError(
            f"{where}: url `{config.url}` must look like https://cluster.example; "
            "plain http only for 127.0.0.1 or localhost."
        ) from None
    if not valid_audience(config.origin):
        raise ConfigError(f"{where}: origin `{config.origin}` must look like cluster.example/our-cluster/log1")
    try:
        for vkey in config.witnesses:
            parse_witness(vkey)
    except IntegrityError as error:
        raise ConfigError(f"{where}: witnesses: {error}; copy what `witness key` printed there.") from error
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}", config.min_agent):
        raise ConfigError(f"{where}: min_agent `{config.min_agent}` must be a version such as 1.2.0.")
    if config.language not in LANGUAGES:
        raise ConfigError(f"{where}: language `{config.language}` must be one of {', '.join(LANGUAGES)}.")
    if config.open_data_licence not in LICENCES:
        raise ConfigError(f"{where}: `open_data_licence` must be one of {', '.join(LICENCES)}.")
    if config.statements_per_day < 1 or config.statement_burst < 1:
        raise ConfigError(f"{where}: `statements_per_day` and `statement_burst` must be at least 1.")
    return config
