"""nginx, Apache and Postfix themselves as judges: what they do with a configuration is what the probe says of it.

nginx and Apache are started on the loopback address, as whoever runs the suite, and asked; Postfix tells its settings.
The configurations are made up by hypothesis: nested blocks, includes, repetitions, quotes, comments, odd blanks.
"""

import http.client
import os
import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from planted import planted

from agent.probes.config import collect
from shieldwall.checks.fact import Fact, FactKey

SOME = settings(max_examples=12, deadline=None)
MODULES = "/usr/lib/apache2/modules"


def read(root: Path, app: str, files: dict[str, str]) -> Fact:
    key = FactKey.of("config", {"app": app})
    return collect([key], planted(root, files))[key]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, log: Path) -> Iterator[bool]:
    """Whether it answers; False when it refused its configuration."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield process.poll() is None
    finally:
        process.terminate()
        process.wait()


def asked(port: int, path: str, method: str = "GET") -> tuple[int, str, str]:
    """(status, Server header, body)"""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path)
    answer = connection.getresponse()
    told = answer.status, answer.getheader("Server", ""), answer.read().decode()
    connection.close()
    return told


# nginx

TOKENS = st.sampled_from(
    [
        "",
        "server_tokens off;",
        "server_tokens on;",
        "server_tokens  'off' ;",
        'server_tokens "on";',
        "# server_tokens off;",
        "server_tokens off; server_tokens on;",
        "server_tokens never;",
    ]
)
LISTING = st.sampled_from(["", "autoindex on;", "autoindex off;", "# autoindex on;", "autoindex\n  on;"])
LEVEL = st.tuples(TOKENS, LISTING)


@SOME
@given(LEVEL, LEVEL, LISTING, st.booleans())
def test_nginx_does_what_the_probe_says(
    common: tuple[str, str], server: tuple[str, str], place: str, included: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, port = Path(folder), free_port()
        root.chmod(0o755)
        (root / "web/sub").mkdir(parents=True)
        inner = f"listen 127.0.0.1:{port}; root {root}/web; {server[0]}\n{server[1]}\nlocation /sub/ {{ {place}\n}}"
        block = f"server {{\n{inner}\n}}\n"
        temp = "".join(
            f"{kind}_temp_path {root}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        http_block = f"http {{ access_log off; {temp}\n{common[0]}\n{common[1]}\n{'include sites/*.conf;' if included else block}\n}}\n"
        user = "user root;\n" if os.geteuid() == 0 else ""
        files = {"/etc/nginx/nginx.conf": f"{user}events {{}}\npid {root}/pid;\n{http_block}"}
        if included:
            files["/etc/nginx/sites/a.conf"] = block
        fact = read(root, "nginx", files)
        command = [
            "nginx",
            "-p",
            str(root),
            "-c",
            str(root / "etc/nginx/nginx.conf"),
            "-e",
            "stderr",
            "-g",
            "daemon off;",
        ]
        with serving(command, port, root / "log") as runs:
            if not runs:
                refused = (root / "log").read_text()
                assert re.search("duplicate|invalid value", refused) and fact.reason == "parse", refused
                return
            assert fact.reason is None, fact.detail
            (said,) = fact.value["servers"]
            (_, name, _), (top, _, _), (below, _, _) = asked(port, "/no"), asked(port, "/"), asked(port, "/sub/")
        assert (said["server_tokens"] == "off") is (name == "nginx")
        assert said["autoindex"] is (200 in (top, below))


# Apache

APACHE_LINES = st.lists(
    st.sampled_from(["ServerTokens Prod", "servertokens FULL", "ServerTokens  ProductOnly", "# ServerTokens Prod", "TraceEnable off", "TraceEnable On", "TraceEnable \\\n  off"]),
    max_size=4,
)  # fmt: skip
OPTIONS = st.sampled_from(
    ["", "Options Indexes", "Options None", "Options -Indexes", "Options +Indexes", "Options FollowSymLinks"]
)


@SOME
@given(APACHE_LINES, OPTIONS, OPTIONS, st.booleans(), st.booleans())
def test_apache_does_what_the_probe_says(
    lines: list[str], options: str, more: str, included: bool, conditional: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root, port = Path(folder), free_port()
        root.chmod(0o755)
        (root / "web").mkdir()
        loaded = "".join(
            f"LoadModule {m}_module {MODULES}/mod_{m}.so\n" for m in ("mpm_event", "authz_core", "autoindex")
        )
        told = "\n".join(lines)
        told = f"<IfModule mod_autoindex.c>\n{told}\n</IfModule>" if conditional else told
        base = f"{loaded}Listen 127.0.0.1:{port}\nServerName x\nPidFile {root}/pid\nErrorLog {root}/errors\nDefaultRuntimeDir {root}\nDocumentRoot {root}/web\n"
        user = "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""
        places = f"<Directory {root}/web>\n{options}\n</Directory>\n<Directory {root}/web>\n{more}\n</Directory>\n"
        files = {
            "/etc/apache2/apache2.conf": base
            + user
            + ("IncludeOptional extra/*.conf\n" if included else f"{told}\n")
            + places
        }
        if included:
            files["/etc/apache2/extra/a.conf"] = f"{told}\n"
        fact = read(root, "apache", files)
        command = [
            "apache2",
            "-d",
            str(root / "etc/apache2"),
            "-f",
            str(root / "etc/apache2/apache2.conf"),
            "-DFOREGROUND",
        ]
        with serving(command, port, root / "log") as runs:
            assert runs, (root / "log").read_text() + (
                (root / "errors").read_text() if (root / "errors").exists() else ""
            )
            (status, name, _), (traced, _, _) = asked(port, "/"), asked(port, "/", "TRACE")
        assert fact.reason is None, fact.detail
        assert (fact.value["servertokens"] in ("prod", "productonly")) is (name == "Apache")
        assert (fact.value["traceenable"] == "off") is (traced == 405)
        assert bool([f for f in fact.value["indexes"] if f.startswith(str(root))]) is (status == 200)


# Postfix

NAMES = ("mynetworks", "relayhost", "smtpd_banner", "disable_vrfy_command", "mydestination")
VALUES = st.sampled_from(
    [
        "all",
        "loopback-only",
        "127.0.0.1",
        "a, b",
        "a\n  b\n\t c",
        "a\n# between\n  b",
        "a\n\n  b",
        "",
        "yes",
        "  spaced  out  ",
        "x # no comment",
        "a=b",
    ]
)
LINES = st.lists(
    st.tuples(st.sampled_from(NAMES), VALUES, st.sampled_from(["=", " = ", "  =   ", "\t=\t"])), min_size=1, max_size=8
)
BASE = "compatibility_level = 3.6\nmynetworks = 127.0.0.0/8\nmydomain = example\nmyhostname = host.example\n"


def postfix_of_both(text: str, names: list[str], *options: str) -> tuple[dict[str, str], dict[str, str]]:
    """(ours, theirs), blanks within a value counted as one."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        fact = read(root, "postfix", {"/etc/postfix/main.cf": text, "/etc/postfix/master.cf": ""})
        os.utime(root / "etc/postfix/main.cf", (1, 1))  # Postfix waits for a file that was changed a moment ago
        command = ["postconf", "-c", str(root / "etc/postfix"), *options, *names]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    theirs = dict(re.split(r" =\s?", line, maxsplit=1) for line in done.stdout.splitlines())
    ours = {name: " ".join(str(fact.value["settings"][name]).split()) for name in names}
    return ours, {name: " ".join(value.split()) for name, value in theirs.items()}


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_postfix_reads_its_settings_as_the_probe_does(lines: list[tuple[str, str, str]]) -> None:
    text = BASE + "".join(f"{name}{equals}{value}\n" for name, value, equals in lines)
    ours, theirs = postfix_of_both(text, sorted({name for name, _, _ in lines}))
    assert ours == theirs


def test_postfix_fills_in_names_as_the_probe_does() -> None:
    """One configuration with all forms of a reference."""
    values = {
        "relayhost": "$mydomain",
        "smtpd_banner": "${myhostname} $(mydomain)x $nobody",
        "mydestination": "$relayhost, a$$b",
    }
    ours, theirs = postfix_of_both(
        BASE + "".join(f"{n} = {v}\n" for n, v in values.items()), ["relayhost", "mydestination"], "-x"
    )
    assert ours == theirs and ours["relayhost"] == "example"
