"""The real sshd is the judge: on the same files it prints the same effective values, or refuses where we say parse."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from agent.probes.config.sshd import effective
from agent.probes.config.sshd.match import Connection
from shieldwall.checks.outcome import Reason

SSHD = "/usr/sbin/sshd"
NOT_PRINTED = {"debianbanner", "rdomain", "logverbose", "persourcepenalties", "persourcepenaltyexemptlist",
               "sshdsessionpath", "sshdauthpath", "refuseconnection"}  # fmt: skip
A_LINE_EACH = {"allowusers", "denyusers", "allowgroups", "denygroups", "acceptenv", "setenv", "hostkey", "listenaddress",
               "port", "hostcertificate"}  # fmt: skip
SPACED = {"authorizedkeysfile", "authenticationmethods", "channeltimeout", "permitopen", "permitlisten"}


class Tree:
    """A folder with a main file, drop-ins and a host key, named by absolute paths for both sides."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.main = folder / "sshd_config"
        (folder / "d").mkdir()
        self.key = folder / "host_key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.key)], check=True)

    def write(self, main: str | bytes, drop_ins: dict[str, str | bytes]) -> None:
        for old in (self.folder / "d").iterdir():
            old.unlink()
        for name, text in drop_ins.items():
            (self.folder / "d" / name).write_bytes(self._bytes(text))
        self.main.write_bytes(f"HostKey {self.key}\n".encode() + self._bytes(main))

    def _bytes(self, text: str | bytes) -> bytes:
        data = text.encode() if isinstance(text, str) else text
        return data.replace(b"@D@", str(self.folder / "d").encode())

    def ours(self, user: str | None = None) -> dict[str, set[str]] | None:
        groups = {"root": ("root",), "nobody": ("nogroup",)}.get(user or "", ())
        try:
            fact = effective(Host(), str(self.main), Connection(user, groups))
        except UnreadableError as error:
            assert error.reason is Reason.PARSE
            return None
        return printed(fact.value)

    def theirs(self, user: str | None = None) -> dict[str, set[str]] | None:
        args = [SSHD, "-T", "-f", str(self.main)] + ([] if user is None else ["-C", f"user={user}"])
        done = subprocess.run(args, capture_output=True, env={"LC_ALL": "C"}, timeout=20)
        if done.returncode:
            return None
        out: dict[str, set[str]] = {}
        for line in done.stdout.decode("utf-8", "surrogateescape").splitlines():
            name, _, value = line.partition(" ")
            out.setdefault(name, set()).add(value)
        return out

    def agree(self, main: str | bytes, drop_ins: dict[str, str | bytes] | None = None) -> None:
        self.write(main, drop_ins or {})
        for user in (None, "root", "nobody"):
            ours, theirs = self.ours(user), self.theirs(user)
            assert (ours is None) == (theirs is None), (main, drop_ins, user, self.why())
            if ours is None or theirs is None:
                return
            for name in theirs:
                assert ours.get(name) == theirs[name], (name, main, drop_ins, user)
            assert {name for name in ours if ours[name]} - NOT_PRINTED <= set(theirs)

    def why(self) -> str:
        try:
            effective(Host(), str(self.main), Connection())
        except UnreadableError as error:
            return str(error)
        done = subprocess.run([SSHD, "-T", "-f", str(self.main)], capture_output=True, timeout=20)
        return done.stderr.decode("utf-8", "replace")


def printed(value: dict[str, Any]) -> dict[str, set[str]]:
    """Our value in the words of `sshd -T`."""
    out: dict[str, set[str]] = {}
    for name, item in value.items():
        if name in ("every", "match_overrides", "alive_seconds") or (item == [] and name != "authorizedkeysfile"):
            continue
        if name == "subsystem":
            out[name] = {f"{sub} {command}" for sub, command in item.items()}
        elif name == "maxstartups":
            out[name] = {f"{item['begin']}:{item['rate']}:{item['full']}"}
        elif name in A_LINE_EACH:
            out[name] = {str(entry) for entry in item}
        elif isinstance(item, list):
            out[name] = {(" " if name in SPACED else ",").join(map(str, item))}
        else:
            out[name] = {str(item)}
    if out.get("permitrootlogin") == {"prohibit-password"}:
        out["permitrootlogin"] = {"without-password"}
    if "subsystem" in out and not out["subsystem"]:
        del out["subsystem"]
    return out


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    os.makedirs("/run/sshd", exist_ok=True)
    yield Tree(tmp_path_factory.mktemp("sshd"))


TRICKY: list[tuple[str | bytes, dict[str, str | bytes]]] = [
    ("", {}),
    ("PermitRootLogin no\nPermitRootLogin yes\n", {}),
    ("permitrootlogin NO", {}),
    ("PERMITROOTLOGIN=yes\n", {}),
    ("PermitRootLogin = yes\n", {}),
    ("PermitRootLogin == yes\n", {}),
    ('PermitRootLogin "yes"\n', {}),
    ("PermitRootLogin 'yes'\n", {}),
    ('"PermitRootLogin" yes\n', {}),
    ('"PermitRootLogin yes\n', {}),
    ('PermitRootLogin "yes\n', {}),
    ("PermitRootLogin yes # and a remark\n", {}),
    ("PermitRootLogin yes#no remark\n", {}),
    ("PermitRootLogin\n", {}),
    ("PermitRootLogin #yes\n", {}),
    ('PermitRootLogin ""\n', {}),
    ("PermitRootLogin yes no\n", {}),
    ("PermitRootLogin maybe\n", {}),
    ("PermitRootLogin true\n", {}),
    ("PermitRootLogin prohibit-password\r\nPasswordAuthentication no\r\n", {}),
    ("   \t PermitRootLogin\t\tno   \f\n", {}),
    ("=PermitRootLogin yes\n", {}),
    ("PermitRootLogin yes \\\n no\n", {}),
    ("#PermitRootLogin yes\n ; x\n", {}),
    ("# only a remark", {}),
    ("Nonsense yes\n", {}),
    ("Protocol 1\nUsePrivilegeSeparation no\nServerKeyBits 1\n", {}),
    ("Protocol\n", {}),
    (b"PermitRootLogin y\0es\nPasswordAuthentication no\n", {}),
    (b"Banner /etc/\xff\xfe\n", {}),
    ("ChallengeResponseAuthentication no\nKbdInteractiveAuthentication yes\n", {}),
    ("DSAAuthentication no\n", {}),
    ("Match all\nDSAAuthentication no\n", {}),
    ("Match user root\nDSAAuthentication no\n", {}),
    ("PermitRootLogin yes\nMatch all\nPermitRootLogin no\n", {}),
    ("Match all\nPermitRootLogin no\nMaxAuthTries 3\nPort 23\n", {}),
    ("Match User root\nPermitRootLogin yes\nMatch User r*\nPermitRootLogin no\nX11Forwarding yes\n", {}),
    ("Match User !root,*\nPasswordAuthentication no\n", {}),
    ("Match User *,!root\nPasswordAuthentication no\n", {}),
    ("Match User r?ot Group root\nPasswordAuthentication no\n", {}),
    ("Match Group nogroup\nPasswordAuthentication no\n", {}),
    ("Match Group *,!root\nMaxSessions 2\n", {}),
    ("Match User root Address 10.0.0.0/8\nPasswordAuthentication no\n", {}),
    ("Match Address 10.0.0.1/8\nPasswordAuthentication no\n", {}),
    ("Match Address 10.0.0.0/33\nPasswordAuthentication no\n", {}),
    ("Match Address 10.0.0.*,fe80::/10\nPasswordAuthentication no\n", {}),
    ("Match Address ,10.0.0.1\nPasswordAuthentication no\n", {}),
    ("Match LocalPort 99999\n", {}),
    ("Match Host x LocalAddress 127.0.0.1\nMaxAuthTries 1\n", {}),
    ("AllowUsers # x\nAuthorizedKeysFile # x\nAuthorizedKeysFile y\nPubkeyAuthOptions # x\n", {}),
    ("ChannelTimeout # x\nSetEnv # x\nAcceptEnv # x\n", {}),
    ('AcceptEnv a ""\n', {}),
    ("PermitOpen # x\n", {}),
    ("Ciphers ,nonsense\n", {}),
    ("Ciphers ,aes256-ctr\n", {}),
    ("Ciphers aes256-ctr,,nonsense,3des-cbc\n", {}),
    ("Ciphers +,\n", {}),
    ("HostKeyAlgorithms -*\n", {}),
    ("HostKeyAlgorithms RSA,ssh-rsa\n", {}),
    ("MaxStartups 10:50:60\nMaxStartups 5\n", {}),
    ("StreamLocalBindMask 07x\n", {}),
    ("Match Exec true\n", {}),
    ("Match\n", {}),
    ("Match User\n", {}),
    ("Match all User root\n", {}),
    ("Match User root all\n", {}),
    ("Match all # remark\nMaxAuthTries 2\n", {}),
    ("Match User root # remark\nMaxAuthTries 2\n", {}),
    ("Match User=root\nMaxAuthTries 2\n", {}),
    ('Match User "root,nobody"\nMaxAuthTries 2\n', {}),
    ("match uSER root\nmaxauthtries 2\n", {}),
    ("Match User root\nPort 23\n", {}),
    ("Match User root\nNonsense yes\n", {}),
    ("Match User root\nPermitRootLogin maybe\n", {}),
    ("Match User root\nAllowUsers a b\n", {}),
    ("AllowUsers a\nAllowUsers b c@10.0.0.0/8\nDenyGroups x\n", {}),
    ("AllowUsers a@10.0.0.1/8\n", {}),
    ("AllowUsers a\nMatch User root\nAllowUsers b\n", {}),
    ("AcceptEnv LANG LC_*\nAcceptEnv FOO\n", {}),
    ("AcceptEnv A=B\n", {}),
    ("SetEnv A=1 A=2 B=3\nSetEnv C=4\n", {}),
    ("SetEnv A\n", {}),
    ("Port 22\nPort 2222\n", {}),
    ("Port 0\n", {}),
    ("Port ssh\n", {}),
    ("Port 65536\n", {}),
    ("ListenAddress 127.0.0.1\nPort 2022\nListenAddress [::1]:77\nListenAddress ::1\n", {}),
    ("AddressFamily inet\nPort 24\n", {}),
    ("LoginGraceTime 2m\nClientAliveInterval 1h30m10\n", {}),
    ("LoginGraceTime 2x\n", {}),
    ("LoginGraceTime 0\n", {}),
    ("LoginGraceTime -1\n", {}),
    ("MaxAuthTries +4\n", {}),
    ("MaxAuthTries 4x\n", {}),
    ("MaxAuthTries -1\n", {}),
    ("MaxAuthTries 99999999999\n", {}),
    ("MaxStartups 10:30:60\nMaxStartups 5\n", {}),
    ("MaxStartups 5\n", {}),
    ("MaxStartups 60:30:10\n", {}),
    ("MaxStartups 10:0:60\n", {}),
    ("MaxStartups 0\n", {}),
    ("PerSourceMaxStartups none\nPerSourceNetBlockSize 24:64\n", {}),
    ("PerSourceNetBlockSize 99\n", {}),
    ("LogLevel verbose\nSyslogFacility authpriv\n", {}),
    ("LogLevel debug\n", {}),
    ("LogLevel loud\n", {}),
    ("Ciphers +aes128-cbc\nMACs -*sha1*\nKexAlgorithms ^diffie-hellman-group14-sha1\n", {}),
    ("Ciphers aes256-ctr,aes128-ctr,aes256-ctr\n", {}),
    ("Ciphers aes256-ctr,arcfour\n", {}),
    ("Ciphers aes*\n", {}),
    ("Ciphers -aes*,chacha*\n", {}),
    ("Ciphers rijndael-cbc@lysator.liu.se\n", {}),
    ("Ciphers aes256-ctr,\n", {}),
    ("Ciphers +\n", {}),
    ("Ciphers -\n", {}),
    ("Ciphers aes256-ctr\nCiphers 3des-cbc\n", {}),
    ("Ciphers aes256-ctr aes128-ctr\n", {}),
    ("MACs hmac-md5\nMACs hmac-sha1\n", {}),
    ("KexAlgorithms +diffie-hellman-group1-sha1,diffie-hellman-group14-sha256\n", {}),
    ("KexAlgorithms -nothing\n", {}),
    ("HostKeyAlgorithms +ssh-rsa\nPubkeyAcceptedKeyTypes +ssh-dss*\nCASignatureAlgorithms ssh-ed25519\n", {}),
    ("HostKeyAlgorithms ssh-*,!ssh-dss\n", {}),
    ("HostKeyAlgorithms rsa\n", {}),
    ("HostKeyAlgorithms nothing*\n", {}),
    ("PubkeyAcceptedAlgorithms rsa*\nMatch User root\nPubkeyAcceptedAlgorithms -ssh-ed25519*\n", {}),
    ("Subsystem sftp internal-sftp -l INFO\nSubsystem other /bin/x\n", {}),
    ("Subsystem sftp a\nSubsystem sftp b\n", {}),
    ("Subsystem sftp\n", {}),
    ("ForceCommand echo 'hi' # kept\nBanner none\n", {}),
    ("Banner /etc/issue.net\nBanner none\n", {}),
    ("AuthorizedKeysFile .ssh/a /etc/keys/%u\nAuthorizedKeysFile x\n", {}),
    ("AuthorizedKeysFile none\n", {}),
    ("AuthorizedKeysCommand /bin/x %u\n", {}),
    ("AuthorizedKeysCommand /bin/x %u\nAuthorizedKeysCommandUser nobody\n", {}),
    ("AuthorizedKeysCommand x\nAuthorizedKeysCommandUser nobody\n", {}),
    ("AuthorizedKeysCommand none\n", {}),
    ("AuthenticationMethods publickey,password publickey,keyboard-interactive:pam\n", {}),
    ("AuthenticationMethods any publickey\n", {}),
    ("AuthenticationMethods sms\n", {}),
    ("AuthenticationMethods password\nPasswordAuthentication no\n", {}),
    ("AuthenticationMethods password\nAuthenticationMethods sms\n", {}),
    ("AuthenticationMethods none\n", {}),
    ("PermitOpen 10.0.0.1:22 [::1]:*\nPermitListen 80 localhost:8080\n", {}),
    ("PermitOpen none\nPermitListen any\n", {}),
    ("PermitOpen a\n", {}),
    ("PermitOpen a:0\n", {}),
    ("PermitTunnel ethernet\nGatewayPorts clientspecified\nAllowTcpForwarding all\n", {}),
    ("AllowTcpForwarding local\nAllowStreamLocalForwarding remote\nIgnoreRhosts shosts-only\n", {}),
    ("Compression delayed\nStreamLocalBindMask 0077\nFingerprintHash md5\n", {}),
    ("StreamLocalBindMask 0888\n", {}),
    ("PermitUserEnvironment LANG,LC_*\n", {}),
    ("IPQoS af21 cs1\n", {}),
    ("IPQoS EF\n", {}),
    ("IPQoS fast\n", {}),
    ("RekeyLimit 1G 1h\n", {}),
    ("RekeyLimit default none\n", {}),
    ("RekeyLimit 3\n", {}),
    ("PubkeyAuthOptions touch-required verify-required\n", {}),
    ("PubkeyAuthOptions touch-required none\n", {}),
    ("ChannelTimeout session:*=5m x11-connection=10\nUnusedConnectionTimeout 5m\n", {}),
    ("ChannelTimeout session\n", {}),
    ("UnusedConnectionTimeout 0\n", {}),
    ("RDomain x\n", {}),
    ("VersionAddendum hello there\n", {}),
    ("RequiredRSASize 2048\nX11DisplayOffset 20\nUsePAM yes\nTrustedUserCAKeys /etc/ca\n", {}),
    ("Include @D@/*.conf\nPermitRootLogin yes\n", {"10.conf": "PermitRootLogin no\n", "20.conf": "PermitRootLogin yes"}),
    ("PermitRootLogin yes\nInclude @D@/*.conf\n", {"10.conf": "PermitRootLogin no\nMaxAuthTries 3\n"}),
    ("Include @D@/*.conf\nX11Forwarding no\n", {"10.conf": "Match User root\nX11Forwarding yes\n"}),
    ("Include @D@/none.conf @D@/*.nothing\n", {}),
    ("Include\n", {}),
    ('Include ""\n', {}),
    ("Include ~/x\n", {}),
    ("Include @D@/b.conf @D@/a.conf\n", {"a.conf": "MaxAuthTries 1\n", "b.conf": "MaxAuthTries 2\n"}),
    ("Include @D@/*.conf\n", {".hidden.conf": "MaxAuthTries 1\n", "a.txt": "MaxAuthTries 2\n"}),
    ("Include @D@/a.conf\nInclude @D@/a.conf\n", {"a.conf": "AllowUsers x\nMatch User root\nAllowUsers y\n"}),
    ("Match User root\nInclude @D@/a.conf\nMaxSessions 4\n", {"a.conf": "MaxAuthTries 1\n"}),
    ("Match User root\nInclude @D@/a.conf\n", {"a.conf": "Port 22\n"}),
    (
        "Match User root\nInclude @D@/a.conf\nMaxSessions 4\n",
        {"a.conf": "MaxAuthTries 1\nMatch User nobody\nMaxAuthTries 2\nMatch all\nBanner /x\n"},
    ),
    ("Include @D@/a.conf\n", {"a.conf": "Include @D@/b.conf\nMaxAuthTries 5\n", "b.conf": "Match all\nMaxAuthTries 4\n"}),
    ("Include @D@/a.conf\n", {"a.conf": "Include @D@/a.conf\n"}),
    ("Include @D@/a.conf\n", {"a.conf": "Nonsense\n"}),
    ("Match User nobody\nInclude @D@/a.conf\n", {"a.conf": "Match all\nPermitEmptyPasswords yes\n"}),
    ("KeepAlive no\nRSAAuthentication yes\nHostDSAKey /nowhere\n", {}),
]  # fmt: skip


@pytest.mark.parametrize(("main", "drop_ins"), TRICKY, ids=range(len(TRICKY)))
def test_agrees_with_sshd(tree: Tree, main: str | bytes, drop_ins: dict[str, str | bytes]) -> None:
    tree.agree(main, drop_ins)


SETTINGS = st.one_of(
    st.tuples(
        st.sampled_from(["PermitRootLogin", "permitrootlogin", "PasswordAuthentication", "X11Forwarding", "UsePAM"]),
        st.sampled_from(["yes", "no", "NO", '"yes"', "maybe", "prohibit-password"]),
    ),
    st.tuples(st.sampled_from(["MaxAuthTries", "ClientAliveCountMax"]), st.sampled_from(["0", "3", "+6", "x", "7 8"])),
    st.tuples(st.sampled_from(["LoginGraceTime", "ClientAliveInterval"]), st.sampled_from(["0", "30", "1m30s", "2 m"])),
    st.tuples(st.sampled_from(["AllowUsers", "DenyGroups"]), st.sampled_from(["root", "a b", "c@10.0.0.0/8", "# x"])),
    st.tuples(
        st.sampled_from(["Ciphers", "MACs", "KexAlgorithms"]),
        st.sampled_from(["+aes128-cbc", "-*sha1*,aes128*", "^hmac-md5", "curve25519-sha256", "aes256-ctr,3des-cbc"]),
    ),
    st.tuples(
        st.just("Match"), st.sampled_from(["User root", "Group nogroup", "all", "User !root,*", "Host x", "bad"])
    ),
    st.tuples(st.just("Include"), st.sampled_from(["@D@/*.conf", "@D@/a.conf @D@/b.conf", "@D@/none"])),
)
LINES = st.builds(
    lambda lead, pair, middle, tail: f"{lead}{pair[0]}{middle}{pair[1]}{tail}",
    st.sampled_from(["", " ", "\t", "#"]) | st.just(""), SETTINGS, st.sampled_from([" ", "=", " = ", "\t"]),
    st.sampled_from(["\n", "\r\n", "  \n", " # x\n"]),
)  # fmt: skip
FILES = st.lists(LINES, max_size=6).map("".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(main=FILES, drop_ins=st.dictionaries(st.sampled_from(["a.conf", "b.conf"]), FILES, max_size=2))
def test_agrees_with_sshd_on_generated_files(tree: Tree, main: str, drop_ins: dict[str, str | bytes]) -> None:
    # A file that includes its own folder differs only in which error comes first.
    tree.agree(main, {name: text.replace("@D@/*", "@D@/n*") for name, text in drop_ins.items()})  # type: ignore[union-attr]
