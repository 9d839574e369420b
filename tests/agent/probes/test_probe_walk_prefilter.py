"""The walk passes over almost every file on a cheap look; that look must never miss a file some rule is about."""

from __future__ import annotations

import stat
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from agent.looking.host import FileStat, file_kind
from agent.probes.names import Names
from agent.probes.walk.finders import CREDENTIAL_ENDS, CREDENTIAL_NAMES, FINDERS, NAME_ENDS, NAMES, Prefilter

TYPES = (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFBLK, stat.S_IFCHR)
KEYS = (
    "id_rsa", "ID_DSA_SK", "id_ed25519", "id_ecdsa_sk", "ssh_host_x_key", "privkey1.pem", "a.KEY", "tls-key.pem", "Kſ",
    "id_rſa", "a.\u212aey", "key", "plain", "\udcffkey.pem", "\n.key",
)  # fmt: skip
FOLDERS = ("/", "/etc/ssl/private", "/etc/pki/tls/private", "/usr/share/x", "/usr/lib/x", "/srv", "/usr/share", "/.aws")
TABLES = st.sampled_from([None, {}, {0: "root"}, {0: "root", 1: "one"}])
ENDINGS = tuple(end.rpartition("/") for end in CREDENTIAL_ENDS)
PLACES = st.tuples(st.sampled_from(FOLDERS), st.sampled_from([*KEYS, *sorted(CREDENTIAL_NAMES)]) | st.text(min_size=1))
CREDENTIALS = st.sampled_from([(folder, name) for folder, _, name in ENDINGS])


@given(
    st.builds(Names, TABLES, TABLES, st.booleans()),
    st.sampled_from(TYPES),
    st.integers(0, 0o7777),
    st.integers(0, 2),
    st.integers(0, 2),
    PLACES | CREDENTIALS,
)
def test_what_a_rule_is_about_passes_the_prefilter(
    names: Names, kind: int, mode: int, uid: int, gid: int, place: tuple[str, str]
) -> None:
    folder, name = place
    path = f"{folder.rstrip('/')}/{name}"
    info = FileStat(path, file_kind(kind), mode, uid, gid, 0, 0.0, 0, 0)
    found = [rule for rule, finder in FINDERS.items() if finder(info, names)]
    assert not found or any(_told(names, kind | mode, uid, gid, folder, name).values()), found


def _told(names: Names, mode: int, uid: int, gid: int, folder: str, name: str) -> Mapping[str, bool]:
    filter_ = Prefilter(names)
    return {
        "mode": filter_.mode(mode),
        "owner": filter_.users is not None and (uid not in filter_.users or gid not in filter_.groups),
        "name": filter_.watched(folder) and (name[-3:].lower() in NAME_ENDS or name in NAMES),
        "folder": filter_.every_file(folder),
    }


def test_an_ordinary_file_is_passed_over() -> None:
    names = Names({0: "root"}, {0: "root"}, remote=False)
    told = _told(names, stat.S_IFREG | 0o644, 0, 0, "/usr/lib/python3", "os.py")
    assert not any(told.values())
