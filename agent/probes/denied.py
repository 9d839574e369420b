"""Files whose content a pack can never ask for, whatever it calls them.

A check is data from somebody else, and its outcome leaves the firm: a pattern over /etc/shadow would let a pack read a
password hash one bit a scan. What a check may know about such files comes from dedicated probes that derive something
harmless (the scheme of a hash, the mode of a key).
"""

from __future__ import annotations

import re
from typing import Final

import re2

from agent.looking.host import Host
from agent.looking.looked import UnreadableError
from shieldwall.checks.outcome import Reason

DENIED: Final = (
    # password files and what unlocks them
    r"/etc/g?shadow.*", r"/etc/master\.passwd.*", r"/etc/security/opasswd.*", r"/etc/tcb/.*", r"/etc/sasldb2",
    r"/etc/(pam_)?ldap\.secret", r"/etc/libnss-ldap\.secret", r"/etc/ppp/(chap|pap)-secrets", r"/etc/ipsec\.secrets.*",
    r"/etc/mysql/debian\.cnf", r"/etc/exim4/passwd\.client", r"/etc/postfix/sasl.*", r"/etc/sssd/.*",
    r"/etc/NetworkManager/system-connections/.*", r"/etc/netplan/.*", r"/etc/wpa_supplicant/.*", r"/etc/wireguard/.*",
    r"/boot/(grub2?|efi)/(.*/)?user\.cfg", r"/etc/kubernetes/.*", r"/etc/rancher/.*",
    r"/(run|var/run)/(secrets|credentials)/.*", r"/etc/credstore.*", r"/etc/cryptsetup-keys\.d/.*",
    r"/var/lib/(sss|samba/private|kubelet|NetworkManager|AccountsService)/.*",
    r"/var/lib/systemd/(credential|random).*",
    # the same of macOS, and its names for a file that are no path
    r"/\.(vol|nofollow|resolve|file)/.*", r"/etc/kcpassword", r"/var/db/(dslocal|shadow|krb5kdc|openldap)/.*",
    r"/Library/Keychains/.*", r".*\.keychain(-db)?", r"/Library/Preferences/com\.apple\.(VNCSettings\.txt|wifi\..*)",
    r"/Library/Managed Preferences/.*(eapol|wifi|vpn|ipsec|ldap|kerberos).*", r"/var/db/ConfigurationProfiles/.*",
    # keys
    r"/etc/ssh/ssh_host_.*_key", r"/etc/ssl/private/.*", r"/etc/pki/(.*/)?private/.*", r"/etc/letsencrypt/.*",
    r".*/(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|.*_key|.*\.(key|p12|pfx|jks|keystore|keytab|kdbx|ppk|gpg))",
    # people's own files, and what programs keep in memory
    r"/(home|root|Users|export/home|var/home)/.*", r"/var/(spool/)?mail/.*", r"/proc/(\d+|self|thread-self)/.*",
    r"/proc/kcore", r"/dev/.*",
    # credential stores by their usual names, anywhere
    r".*/(\.env(\..*)?|.*\.env|\.netrc|\.pgpass|\.my\.cnf|\.git-credentials|\.htpasswd|\.vault-token|wp-config\.php)",
    r".*/(\.aws|\.ssh|\.gnupg|\.kube|\.docker|\.azure|keyrings?)/.*", r".*/(credentials|secrets?)(\..*)?",
)  # fmt: skip
"""Whole canonical paths, matched without regard to case."""

_BELOW: Final = re.compile(r"(?i)/+(System/+Volumes/+Data|private)/+|/\.?/+")
_PATTERN: Final = re2.compile(r"(?is)(?:" + "|".join(DENIED) + r")")


def allowed(host: Host, path: str) -> str:
    """The path with every link resolved, which is the one to read.

    Raises UnreadableError(refused) for a denied file; AbsentError and UnreadableError as Host.canonical does.
    """
    canonical = host.canonical(path)
    if any(_PATTERN.fullmatch(_text(_plain(name))) for name in (canonical, "/" + path.strip("/"))):
        raise UnreadableError(Reason.REFUSED, f"{path} may hold secrets; no check may read it")
    return canonical


def _plain(path: str) -> str:
    """The name people know on macOS, where /etc and /var lie below /private, and all of it on a volume of its own."""
    while found := _BELOW.match(path):
        path = path[found.end() - 1 :]
    return path


def _text(path: str) -> str:
    """RE2 takes text; bytes of a name that are none match what any letter matches."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
