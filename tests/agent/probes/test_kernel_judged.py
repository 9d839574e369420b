"""systemd-sysctl itself as judge: in a network of its own it sets what the made-up files say, and the probe foretells it."""

import os
import subprocess
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from agent.probes.kernel import collect
from shieldwall.checks.fact import FactKey

NAMES = [
    "net.ipv4.icmp_echo_ignore_all", "net.ipv4.icmp_echo_ignore_broadcasts", "net.ipv4.icmp_ignore_bogus_error_responses",
    "net.ipv4.tcp_syncookies", "net.ipv4.tcp_timestamps", "net.ipv4.conf.all.log_martians",
]  # fmt: skip
"""None of which the kernel changes along with another, as it does with those of a card and of `default`."""
FOLDERS = ("/etc/sysctl.d", "/run/sysctl.d", "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d")
SPELLINGS = st.sampled_from(
    [*NAMES, *(name.replace(".", "/") for name in NAMES), "net.ipv4.icmp_echo_*", "net/ipv4/icmp_*_all", "net.ipv4.tcp_[st]y*",
     "net.ipv4.tcp_timestamp?", "net.ipv4.conf.a*.log_martians", "net.ipv4.*.all.log_martians", "net.ipv4.conf.nosuch.x"]
)  # fmt: skip
LINES = st.one_of(
    st.tuples(SPELLINGS, st.sampled_from(["0", "1"]), st.sampled_from(["{} = {}", "{}={}", "-{} = {}", "  {}\t=  {}  ", "# {} = {}", ";{} = {}"])).map(
        lambda parts: parts[2].format(parts[0], parts[1])
    ),
    SPELLINGS.map(lambda name: f"-{name}"),
    st.sampled_from(["", "#", "nonsense"]),
)  # fmt: skip
FILES = st.dictionaries(
    st.tuples(st.sampled_from(FOLDERS), st.sampled_from(["10-a.conf", "20-b.conf", "a.conf", "30-c", ".conf"])),
    st.lists(LINES, max_size=5).map("\n".join),
    max_size=6,
)
SCRIPT = f"""set -e
names="{" ".join(name.removeprefix("net.ipv4.").replace(".", "/") for name in NAMES)}"
mount -t tmpfs own /run
mkdir /run/sysctl.d
for folder in etc/sysctl.d run/sysctl.d usr/local/lib usr/lib/sysctl.d; do mount --bind "$1/$folder" "/$folder"; done
told() {{ for name in $names; do cat "/proc/sys/net/ipv4/$name"; done; }}
told
/lib/systemd/systemd-sysctl 2>&1 >/dev/null | sed 's/^/# /'
told
"""
AS_ROOT = () if os.geteuid() == 0 else ("--user", "--map-root-user")
"""An ordinary user may change networks and mounts only in a user namespace of its own."""
ALONE = ("unshare", *AS_ROOT, "--net", "--mount", "sh", "-c", SCRIPT, "judge")


@settings(max_examples=40, deadline=None)
@given(FILES)
def test_systemd_sets_what_the_probe_foretells(files: dict[tuple[str, str], str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        for place in FOLDERS:
            (root / place.lstrip("/")).mkdir(parents=True)
        booted = "Package: systemd-sysv\nStatus: install ok installed\n"
        host = planted(root, {"/var/lib/dpkg/status": booted, **{"/".join(path): text for path, text in files.items()}})
        keys = {name: FactKey.of("kernel", {"sysctl": name}) for name in NAMES}
        facts = collect(list(keys.values()), host)
        ran = subprocess.run([*ALONE, folder], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        values = [line for line in ran.stdout.splitlines() if not line.startswith("#")]
        before, after = dict(zip(NAMES, values, strict=False)), dict(zip(NAMES, values[len(NAMES) :], strict=True))
    foretold = {name: facts[key].value["persistent"] for name, key in keys.items()}
    assert after == {
        name: before[name] if isinstance(foretold[name], dict) else str(foretold[name]) for name in NAMES
    }, ran.stdout
