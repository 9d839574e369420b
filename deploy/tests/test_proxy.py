"""The units and the proxy example for the aggregator, with a real nginx and a real systemd (`make test-deploy`)."""

import http.client
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from systemd_box import SAID, box

from aggregator.standing import FILE, Standing, parse

PLACE = Path(__file__).parents[1] / "aggregator"
PROGRAMS = Path(sys.executable).parent
UNITS = sorted(path.name for path in PLACE.glob("*.service"))
TIMERS = sorted(path.name for path in PLACE.glob("*.timer"))
EXPOSURE = {
    "shieldwall-aggregator.service": 1.5,
    "shieldwall-aggregator-backup.service": 2.0,
    "shieldwall-aggregator-audit.service": 5.0,
}
"""systemd-analyze's figure, up to 10; below 2 it says `OK` in green."""


def free_ports(count: int) -> list[int]:
    """All held at once, so that no two are the same."""
    with ExitStack() as held:
        probes = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(probe.getsockname()[1]) for probe in probes]


def answered(port: int, context: ssl.SSLContext | None = None) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as raw:
            if context is not None:
                context.wrap_socket(raw, server_hostname="localhost").close()
            return True
    except OSError:
        return False


@contextmanager
def child(command: list[str], up: int, log: Path, environ: dict[str, str]) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env=environ, start_new_session=True)
        try:
            end = time.monotonic() + 30
            while not answered(up):
                assert process.poll() is None and time.monotonic() < end, log.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def certificate(folder: Path) -> None:
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = [
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(folder / "fullchain.pem"),
    ]
    subprocess.run(["openssl", *words.split(), *names], check=True, capture_output=True)


def proxy(folder: Path, plain: int, tls: int, behind: int) -> Path:
    """The example with this machine's ports and places, in a whole configuration."""
    example = (PLACE / "nginx.conf").read_text()
    for old, new in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"), ("listen 443 ssl http2;", f"listen 127.0.0.1:{tls} ssl http2;"),
        ("127.0.0.1:8440", f"127.0.0.1:{behind}"), ("cluster.example", "localhost"),
        ("/etc/ssl/shieldwall", str(folder)), ("/var/log/nginx", str(folder)),
    ):  # fmt: skip
        assert old in example, old
        example = example.replace(old, new)
    example = re.sub(r"    listen \[::\].*\n", "", example)
    paths = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    head = f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    whole.write_text(f"{head}http {{\n{paths}{example}}}\n")
    return whole


def test_an_agent_joins_and_submits_through_the_proxy(tmp_path: Path) -> None:
    plain, tls, behind, figures = free_ports(4)
    certificate(tmp_path)
    conf = proxy(tmp_path, plain, tls, behind)
    told = subprocess.run(
        ["nginx", "-t", "-c", str(conf), "-p", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    assert "warn" not in told.stderr
    environ = {
        **os.environ,
        "SHIELDWALL_AGGREGATOR_DATA": str(tmp_path / "data"),
        "SHIELDWALL_HOME": str(tmp_path / "home"),
    }
    environ["REQUESTS_CA_BUNDLE"] = str(tmp_path / "fullchain.pem")

    def say(program: str, *words: str) -> str:
        done = subprocess.run([PROGRAMS / program, *words], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    say("shieldwall-aggregator", "init", "--name", "Valley", "--url", f"https://localhost:{tls}")
    say("shieldwall-aggregator", "firm", "add", "Miller Ltd", "--sector", "metal", "--size", "10-49")
    say("shieldwall-aggregator", "firm", "invite", "Miller Ltd", "--output", str(tmp_path / "invitation.txt"))
    server = [str(PROGRAMS / "shieldwall-aggregator"), "serve", "--port", str(behind), "--metrics-port", str(figures)]
    nginx = ["nginx", "-c", str(conf), "-p", str(tmp_path)]
    with child(server, behind, tmp_path / "serve.log", environ), child(nginx, tls, tmp_path / "out.log", environ):
        (tmp_path / "home").mkdir(mode=0o700)
        (tmp_path / "home/config.yaml").write_text("policy: cyfun-small\n")
        say("shieldwall", "join", str(tmp_path / "invitation.txt"))
        say("shieldwall", "run")
        assert "Log seen      2 leaves" in say("shieldwall", "show")

        context = ssl.create_default_context(cafile=str(tmp_path / "fullchain.pem"))

        def asked(port: int, method: str, path: str, body: bytes = b"") -> tuple[http.client.HTTPResponse, bytes]:
            kind = partial(http.client.HTTPSConnection, context=context) if port == tls else http.client.HTTPConnection
            with closing(kind("localhost" if port == tls else "127.0.0.1", port, timeout=10)) as connection:
                connection.request(method, path, body)
                with connection.getresponse() as answer:
                    return answer, answer.read()

        healthy, _ = asked(tls, "GET", "/healthz")
        assert (healthy.status, healthy.getheader("Server")) == (200, "nginx")
        assert "max-age" in str(healthy.getheader("Strict-Transport-Security"))
        assert asked(tls, "POST", "/v1/enroll", b"x" * (300 * 1024))[0].status == 413
        assert asked(tls, "GET", "/metrics")[0].status == 404, "the figures are not for the world"
        assert asked(plain, "GET", "/v1/cluster")[0].status == 308
        assert b'shieldwall_agents{status="active"} 1' in asked(figures, "GET", "/metrics")[1]


@pytest.mark.parametrize("name", [*UNITS, *TIMERS])
def test_systemd_understands_the_aggregators_units(tmp_path: Path, name: str) -> None:
    for path in PLACE.glob("*"):
        text = (
            path.read_text()
            .replace("/opt/shieldwall/bin", str(PROGRAMS))
            .replace("User=shieldwall-aggregator", "User=daemon")
            .replace("Group=shieldwall-aggregator", "Group=daemon")
        )
        (tmp_path / path.name).write_text(text)
    verify = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert (verify.returncode, verify.stderr) == (0, "")
    if name in EXPOSURE:
        rated = subprocess.run(
            ["systemd-analyze", "security", "--offline=true", str(tmp_path / name)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        level = re.search(r"Overall exposure level for \S+: ([\d.]+)", rated)
        assert level is not None
        assert float(level[1]) <= EXPOSURE[name], rated


def test_the_aggregator_works_inside_its_hardening(tmp_path: Path) -> None:
    """It serves, prints a PDF and copies its database as the unit says, under a real systemd."""
    data = tmp_path / "data"
    environ = {**os.environ, "SHIELDWALL_AGGREGATOR_DATA": str(data)}
    founding = [PROGRAMS / "shieldwall-aggregator", "init", "--name", "V", "--url", "http://127.0.0.1:8440"]
    subprocess.run(founding, env=environ, check=True, capture_output=True)

    def fitted(name: str) -> str:
        text = (PLACE / name).read_text().replace("/opt/shieldwall/bin", str(PROGRAMS))
        text = text.replace("/var/lib/shieldwall-aggregator", str(data)).replace("User=shieldwall-aggregator\n", "")
        text = re.sub(r"StateDirectory=.*", f"ReadWritePaths={tmp_path}", text)
        # This test's folder and Python may lie in /tmp and /root; the box has no /dev of its own to make another from.
        return re.sub(r"(PrivateTmp|ProtectHome|PrivateDevices)=yes\n", "", text)

    serving = fitted("shieldwall-aggregator.service")
    page = tmp_path / "page.pdf"
    code = f"import weasyprint; weasyprint.HTML(string='<h1>Grüße</h1>').write_pdf({str(page)!r})"
    printing = re.sub(r"ExecStart=.*", f'ExecStart={sys.executable} -c "{code}"', serving).replace(
        "Type=exec", "Type=oneshot"
    )
    units = {"a.service": serving, "b.service": fitted("shieldwall-aggregator-backup.service")}
    units["p.service"] = printing.replace("Restart=on-failure\n", "")
    ask = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8440/healthz').status, len(u.urlopen('http://127.0.0.1:9440/metrics').read()))"
    with box(tmp_path, units, "a.service") as live:
        live.inside("ip", "link", "set", "lo", "up")
        live.inside("systemctl", "restart", "a.service")
        end = time.monotonic() + 30
        while "200 " not in (told := live.inside(sys.executable, "-c", ask)).stdout and time.monotonic() < end:
            time.sleep(0.3)
        assert told.stdout.startswith("200 "), (
            live.show("a.service", "Result", "ExecMainStatus", "ExecMainCode"),
            (tmp_path / SAID).read_text(),
        )
        for name in ("b.service", "p.service"):
            done = live.inside("systemctl", "start", name)
            assert done.returncode == 0, (done.stderr, (tmp_path / SAID).read_text()[-1500:])
        live.inside("systemctl", "stop", "a.service")
        ended = live.show("a.service", "Result", "ExecMainStatus")
    assert ended == {"Result": "success", "ExecMainStatus": "0"}
    assert page.read_bytes().startswith(b"%PDF")
    assert len(list((data / "backups").glob("ledger-*.sqlite"))) == 1
    shutil.rmtree(data)


def test_the_server_is_audited_with_the_sight_of_root_and_the_result_is_the_aggregators() -> None:
    """The real unit under a real systemd, with `daemon` as the aggregator's user and a link laid where it writes."""
    folder = Path(tempfile.mkdtemp(prefix="shieldwall-audit-", dir="/var/tmp"))
    try:
        folder.chmod(0o755)
        data, home, handed, precious = (folder / name for name in ("data", "home", "handed", "precious"))
        precious.write_text("precious")
        for place in (data, home, handed):
            place.mkdir(mode=0o755)
        shutil.chown(data, "daemon", "daemon")
        shutil.chown(handed, "root", "daemon")
        (data / FILE).symlink_to(precious)
        text = (PLACE / "shieldwall-aggregator-audit.service").read_text()
        for old, new in (
            ("/opt/shieldwall/bin", str(PROGRAMS)), ("/run/shieldwall-aggregator-audit", str(handed)),
            ("/var/lib/shieldwall-aggregator-audit", str(home)), ("/var/lib/shieldwall-aggregator/", f"{data}/"),
            ("Group=shieldwall-aggregator", "Group=daemon"), ("-u shieldwall-aggregator", "-u daemon"),
            ("StateDirectory=shieldwall-aggregator-audit\n", f"ReadWritePaths={folder}\n"),
            ("RuntimeDirectory=shieldwall-aggregator-audit\n", ""),
        ):  # fmt: skip
            assert old in text, old
            text = text.replace(old, new)
        with box(folder, {"a.service": text}, "box.target") as live:
            live.inside("systemctl", "start", "--no-block", "a.service")
            ended = live.wait("a.service", "ActiveState", "inactive", 90)
            said = (folder / SAID).read_text() if (folder / SAID).exists() else ""
            assert ended == {"ActiveState": "inactive"}, (ended, said)
            assert live.show("a.service", "Result", "ExecMainStatus") == {"Result": "success", "ExecMainStatus": "0"}, (
                said
            )
        left = data / FILE
        assert (left.owner(), left.stat().st_mode & 0o777, left.is_symlink()) == ("daemon", 0o600, False)
        standing = parse(left.read_bytes())
        assert isinstance(standing, Standing) and standing.elevated
        assert precious.read_text() == "precious"
    finally:
        shutil.rmtree(folder)
