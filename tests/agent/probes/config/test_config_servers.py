from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from planted import planted

from agent.looking.host import Host
from agent.probes.config import collect
from shieldwall.checks.fact import Fact, FactKey
from shieldwall.checks.outcome import Reason


def fact(host: Host, app: str) -> Fact:
    key = FactKey.of("config", {"app": app})
    return collect([key], host)[key]


def value(root: Path, files: dict[str, str | bytes], app: str) -> Any:
    return fact(planted(root, files), app).value


MASTER = (
    "# x\nsmtp      inet  n       -       y       -       -       smtpd\n  -o foo=bar\npickup unix n - y 60 1 pickup\n"
)


@pytest.mark.parametrize(
    ("main", "master", "loopback"),
    [
        ("inet_interfaces = all\n", MASTER, False),
        ("inet_interfaces = loopback-only\n", MASTER, True),
        ("inet_interfaces = localhost\n", MASTER, True),
        ("inet_interfaces = 127.0.0.1, [::1]\n", MASTER, True),
        ("inet_interfaces = 127.0.0.1, 192.0.2.1\n", MASTER, False),
        ("# inet_interfaces = localhost\n", MASTER, False),
        ("inet_interfaces = localhost\ninet_interfaces = all\n", MASTER, False),
        ("inet_interfaces =\n  # comment\n  loopback-only\n", MASTER, True),
        ("mine = loopback-only\ninet_interfaces = ${mine}\n", MASTER, True),
        ("inet_interfaces = $myhostname, localhost\n", MASTER, False),
        ("inet_interfaces = all\n", MASTER.replace("smtp  ", "#smtp  "), True),
        ("inet_interfaces = all\n", MASTER.replace("smtp      inet", "127.0.0.1:10025 inet"), True),
        ("a = $b\nb = $a\ninet_interfaces = $a\n", MASTER, False),
    ],
)
def test_where_postfix_listens(tmp_path: Path, main: str, master: str, loopback: bool) -> None:
    files: dict[str, str | bytes] = {"/etc/postfix/main.cf": main, "/etc/postfix/master.cf": master}
    assert value(tmp_path, files, "postfix")["loopback_only"] is loopback


def test_postfix_keeps_no_secret_and_names_the_line(tmp_path: Path) -> None:
    main = "smtp_sasl_password_maps = static:user:hunter2\nmydomain = x\ninet_interfaces = all\n"
    got = fact(planted(tmp_path, {"/etc/postfix/main.cf": main}), "postfix")
    assert "hunter2" not in str(got.to_json())
    assert got.value["settings"]["disable_vrfy_command"] == "no"
    assert got.origin("inet_interfaces") == "/etc/postfix/main.cf:3"


NGINX = """\
user www-data;
http {
    server_tokens off; # hide
    ssl_protocols TLSv1.2 TLSv1.3;
    include /etc/nginx/conf.d/*.conf;
    include sites-enabled/*;
}
"""
SITE = """\
server {
    listen 443 ssl http2;
    listen [::]:443 ssl;
    server_name "a;b.example";
    location / { try_files $uri =404; }
    location ~ ^/x{1,2}/ { autoindex on; }
}
"""


def test_nginx_with_its_sites(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "/etc/nginx/nginx.conf": NGINX,
        "/etc/nginx/sites-enabled/a": SITE.replace("~ ^/x{1,2}/", '~ "^/x{1,2}/"'),
        "/etc/nginx/sites-enabled/b": "server { listen 80; server_tokens on; ssl_protocols TLSv1; }\n",
    }
    got = fact(planted(tmp_path, files), "nginx")
    assert got.value == {
        "server_tokens": "off",
        "ssl_protocols": ["TLSv1.2", "TLSv1.3"],
        "servers": [
            {"listen": ["443 ssl http2", "[::]:443 ssl"], "tls": True, "server_tokens": "off",
             "ssl_protocols": ["TLSv1.2", "TLSv1.3"], "autoindex": True},
            {"listen": ["80"], "tls": False, "server_tokens": "on", "ssl_protocols": ["TLSv1"], "autoindex": False},
        ],
    }  # fmt: skip
    assert got.origin("servers", "1", "server_tokens") == "/etc/nginx/sites-enabled/b:1"
    assert got.origin("server_tokens") == "/etc/nginx/nginx.conf:3"


@pytest.mark.parametrize("text", ["http {", "}", 'http { x "y; }', "include /etc/nginx/nginx.conf;"])
def test_a_file_that_nginx_would_refuse_is_unknown(tmp_path: Path, text: str) -> None:
    assert fact(planted(tmp_path, {"/etc/nginx/nginx.conf": text}), "nginx").reason is Reason.PARSE


@pytest.mark.parametrize(("version", "old"), [("1.22.1-9", True), ("1.27.3-1", False)])
def test_nginx_offers_old_tls_by_default_until_a_version(tmp_path: Path, version: str, old: bool) -> None:
    files: dict[str, str | bytes] = {
        "/etc/nginx/nginx.conf": "http { }\n",
        "/var/lib/dpkg/status": f"Package: nginx\nStatus: install ok installed\nVersion: {version}\n",
    }
    assert ("TLSv1" in value(tmp_path, files, "nginx")["ssl_protocols"]) is old


APACHE = {
    "/etc/apache2/apache2.conf": "IncludeOptional mods-enabled/*.load\nIncludeOptional mods-enabled/*.conf\n"
    "<Directory /var/www/>\n\tOptions Indexes FollowSymLinks\n</Directory>\n"
    "IncludeOptional conf-enabled/*.conf\nIncludeOptional sites-enabled/*.conf\n",
    "/etc/apache2/mods-enabled/autoindex.load": "LoadModule autoindex_module /usr/lib/x.so\n",
    "/etc/apache2/mods-enabled/ssl.load": "LoadModule ssl_module /usr/lib/x.so\n",
    "/etc/apache2/mods-enabled/ssl.conf": "<IfModule mod_ssl.c>\nSSLProtocol all -SSLv3 -TLSv1 \\\n -TLSv1.1\n</IfModule>\n",
    "/etc/apache2/conf-enabled/security.conf": "ServerTokens Prod\n#ServerTokens Full\nServerSignature Off\nTraceEnable Off\n",
    "/etc/apache2/sites-enabled/000.conf": "<VirtualHost *:80>\nDocumentRoot /var/www\n</VirtualHost>\n",
}


def test_apache_as_debian_puts_it_together(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {**APACHE}
    got = fact(planted(tmp_path, files), "apache")
    assert got.value == {
        "servertokens": "prod", "serversignature": "off", "traceenable": "off", "protocols": ["TLSv1.2", "TLSv1.3"],
        "indexes": ["/var/www/"], "modules": ["autoindex", "ssl"], "vhosts": 1,
    }  # fmt: skip
    assert got.origin("servertokens") == "/etc/apache2/conf-enabled/security.conf:1"
    assert got.origin("indexes", "0") == "/etc/apache2/apache2.conf:4"


@pytest.mark.parametrize(
    ("change", "member", "expected"),
    [
        ({"/etc/apache2/mods-enabled/ssl.conf": "SSLProtocol -all +TLSv1.3\n"}, "protocols", ["TLSv1.3"]),
        ({"/etc/apache2/mods-enabled/ssl.conf": ""}, "protocols", ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
        ({"/etc/apache2/mods-enabled/ssl.load": ""}, "protocols", []),
        ({"/etc/apache2/mods-enabled/autoindex.load": ""}, "indexes", []),
        ({"/etc/apache2/conf-enabled/security.conf": ""}, "servertokens", "full"),
        ({"/etc/apache2/conf-enabled/security.conf": "<IfModule !mod_ssl.c>\nServerTokens Prod\n</IfModule>\n"}, "servertokens", "full"),
        ({"/etc/apache2/conf-enabled/security.conf": "<IfModule none>\n<Files x>\nServerTokens OS\n</Files>\n</IfModule>\nTraceEnable off\n"}, "traceenable", "off"),
        ({"/etc/apache2/conf-enabled/z.conf": "<Directory /var/www/>\nOptions -Indexes\n</Directory>\n"}, "indexes", []),
        ({"/etc/apache2/conf-enabled/z.conf": "<Directory /var/www/>\nOptions FollowSymLinks\n</Directory>\n"}, "indexes", []),
        ({"/etc/apache2/conf-enabled/z.conf": "<Directory /var/www/>\nOptions +FollowSymLinks\n</Directory>\n"}, "indexes", ["/var/www/"]),
        ({"/etc/apache2/conf-enabled/z.conf": "Define LEVEL Min\nServerTokens ${LEVEL}\n"}, "servertokens", "min"),
    ],
)  # fmt: skip
def test_apache_variants(tmp_path: Path, change: dict[str, str | bytes], member: str, expected: object) -> None:
    assert value(tmp_path, {**APACHE, **change}, "apache")[member] == expected
