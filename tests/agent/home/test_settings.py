from pathlib import Path

import pytest

from agent.home.settings import Settings, load_settings
from shieldwall.errors import ConfigError


def write(folder: Path, text: str) -> Path:
    path = folder / "config.yaml"
    path.write_text(text)
    return path


def test_no_file_and_an_empty_file_mean_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.yaml") == load_settings(write(tmp_path, "\n")) == Settings()


def test_everything_can_be_set(tmp_path: Path) -> None:
    text = (
        "role: server\npolicy: cis-ig1\nranges: [192.168.7.9/24, 'fd00::/64']\ndomains: [Bücher.example.]\n"
        "keep_scans: 10\n"
    )
    settings = load_settings(write(tmp_path, text))
    assert settings == Settings(
        role="server",
        policy="cis-ig1",
        ranges=("192.168.7.0/24", "fd00::/64"),
        domains=("xn--bcher-kva.example",),
        keep_scans=10,
    )


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("rol: server", r"config\.yaml:1: rol: .*did you mean 'role'"),
        ("a: 1\nrole: servers", r"config\.yaml"),
        ("role: servers", r"config\.yaml:1: role: .*did you mean 'server'"),
        ("role: server\nranges: [10.0.0.0/99]", r"config\.yaml:2: ranges\.0"),
        ("domains: [localhost]", r"domains\.0: not a domain name"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_key(tmp_path: Path, text: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=hint):
        load_settings(write(tmp_path, text))
