"""`nginx -T` and `apache2 -S` as judges: what the server says that it would load is what the probe has read."""

import os
import re
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from agent.probes.config import collect
from shieldwall.checks.fact import Fact, FactKey

SOME = settings(max_examples=25, deadline=None)
MODULES = "/usr/lib/apache2/modules"
NAMES = st.sampled_from(["a.conf", "b.conf", "B.conf", ".hidden.conf", "c.conf~", "10-z.conf", "2-y.conf"])


def read(root: Path, app: str, files: dict[str, str]) -> Fact:
    key = FactKey.of("config", {"app": app})
    return collect([key], planted(root, files))[key]


def told(command: list[str]) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout + ran.stderr


SERVERS = st.lists(
    st.sampled_from(
        ["server { listen 127.0.0.1:8081; }", "server{listen 8082 ; server_tokens off;}", "# server { listen 8083; }",
         'server { listen "127.0.0.1:8084" ; location / { autoindex on; } }', "server { server_name a.b; }", "# empty"]
    ),
    max_size=3,
).map("\n".join)  # fmt: skip


@SOME
@given(st.dictionaries(NAMES, SERVERS, max_size=4), st.sampled_from(["*.conf", "*", "[ab].conf", "?-*.conf"]))
def test_the_sites_that_nginx_would_load(sites: dict[str, str], pattern: str) -> None:
    """Which files an include takes, in which order, and the servers in them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = {f"/etc/nginx/sites/{name}": text for name, text in sites.items()}
        temp = "".join(
            f"{kind}_temp_path {root}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        files["/etc/nginx/nginx.conf"] = (
            f"pid {root}/pid;\nevents {{}}\nhttp {{ access_log off; {temp}\ninclude sites/{pattern};\n}}\n"
        )
        (root / "etc/nginx/sites").mkdir(parents=True)
        fact = read(root, "nginx", files)
        dump = told(["nginx", "-T", "-q", "-c", f"{root}/etc/nginx/nginx.conf", "-e", "stderr"])
    parts = re.split(rf"^# configuration file {re.escape(folder)}(\S+):\n", dump, flags=re.MULTILINE)
    loaded = list(zip(parts[1::2], parts[2::2], strict=True))
    listens = [
        [re.sub(r'"|\s+$', "", listen) for listen in re.findall(r"listen ([^;]+);", server)] or ["80"]
        for path, text in loaded
        if path != "/etc/nginx/nginx.conf"
        for server in re.findall(r"^server ?\{.*", text, re.MULTILINE)
    ]
    assert [server["listen"] for server in fact.value["servers"]] == listens


HOSTS = st.lists(
    st.sampled_from(
        ["<VirtualHost *:8081>\nServerName a.example\n</VirtualHost>", "<virtualhost 127.0.0.1:8081>\nServerName b.example\n</virtualhost>",
         "# <VirtualHost *:8082>\n# </VirtualHost>", "<IfModule mod_ssl.c>\n<VirtualHost *:8083>\nServerName c.example\n</VirtualHost>\n</IfModule>",
         "<IfModule !mod_ssl.c>\n<VirtualHost *:8084>\nServerName d.example\n</VirtualHost>\n</IfModule>",
         "<IfDefine Extra>\n<VirtualHost *:8085>\nServerName e.example\n</VirtualHost>\n</IfDefine>", "Define Extra"]
    ),
    max_size=4,
).map("\n".join)  # fmt: skip


@SOME
@given(st.dictionaries(NAMES, HOSTS, max_size=4), st.sampled_from(["sites/*.conf", "sites/", "sites/[ab].conf"]))
def test_the_hosts_and_modules_that_apache_would_serve(sites: dict[str, str], pattern: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        loaded = "".join(f"LoadModule {m}_module {MODULES}/mod_{m}.so\n" for m in ("mpm_event", "authz_core"))
        user = "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""
        files = {f"/etc/apache2/sites/{name}": text for name, text in sites.items()}
        files["/etc/apache2/apache2.conf"] = (
            f"{loaded}{user}ServerName x\nListen 127.0.0.1:8081\nDefaultRuntimeDir {root}\nErrorLog {root}/errors\nIncludeOptional {pattern}\n"
        )
        (root / "etc/apache2/sites").mkdir(parents=True)
        fact = read(root, "apache", files)
        base = ["apache2", "-d", f"{root}/etc/apache2", "-f", f"{root}/etc/apache2/apache2.conf"]
        hosts, modules = told([*base, "-S"]), told([*base, "-M"])
    assert fact.reason is None, fact.detail
    # A lone host of an address stands in one line with it; of several, each has a line of its own after `port`.
    named = Counter(re.findall(rf"\({re.escape(folder)}\S+:\d+\)", hosts))
    defaults = len(re.findall(r"default server \S+ \(", hosts))
    assert fact.value["vhosts"] == sum(named.values()) - defaults, hosts
    assert fact.value["modules"] == sorted(re.findall(r"(\w+)_module \(shared\)", modules))
