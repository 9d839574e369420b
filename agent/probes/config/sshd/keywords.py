"""Every keyword of sshd_config(5): what it takes, where it may stand, how often it counts, and its default.

The defaults are those compiled into Debian 12's OpenSSH 9.2p1. Where a keyword came later the comment says so; those
are read, since the tree may belong to a newer sshd, and their values are not judged by us.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from agent.probes.config.sshd import values as v
from agent.probes.config.sshd.algorithms import FAMILIES, GSS_KEX


@dataclass(frozen=True, slots=True)
class Keyword:
    parse: v.Parse
    default: Any
    anywhere: bool = True
    """May stand inside a Match block."""
    gathers: bool = False
    """Every line adds to the value; otherwise the first line wins."""
    last: bool = False
    """The last line wins, member by member."""


def _list(name: str, *, anywhere: bool) -> Keyword:
    return Keyword(v.algorithms(name), list(FAMILIES[name].offered), anywhere)


YES_NO: Final = v.choice("yes", "no")
IN_MATCH_YES: Final = (
    "pubkeyauthentication", "passwordauthentication", "kbdinteractiveauthentication", "x11uselocalhost", "permittty",
    "permituserrc", "allowagentforwarding",
)  # fmt: skip
IN_MATCH_NO: Final = (
    "hostbasedauthentication", "hostbasedusesnamefrompacketonly", "kerberosauthentication", "gssapiauthentication",
    "x11forwarding", "permitemptypasswords", "streamlocalbindunlink", "exposeauthinfo", "disableforwarding",
)  # fmt: skip
GLOBAL_YES: Final = (
    "kerberosorlocalpasswd", "kerberosticketcleanup", "gssapicleanupcredentials", "gssapistrictacceptorcheck",
    "printmotd", "printlastlog", "strictmodes", "tcpkeepalive", "debianbanner",
)  # fmt: skip
GLOBAL_NO: Final = ("usepam", "ignoreuserknownhosts", "gssapikeyexchange", "gssapistorecredentialsonrekey", "usedns")

KEYWORDS: Final[dict[str, Keyword]] = {
    **{name: Keyword(YES_NO, "yes") for name in IN_MATCH_YES},
    **{name: Keyword(YES_NO, "no") for name in IN_MATCH_NO},
    **{name: Keyword(YES_NO, "yes", anywhere=False) for name in GLOBAL_YES},
    **{name: Keyword(YES_NO, "no", anywhere=False) for name in GLOBAL_NO},
    **{
        name: _list(name, anywhere=name not in ("ciphers", "macs", "kexalgorithms", "hostkeyalgorithms"))
        for name in FAMILIES
    },
    **{name: Keyword(v.users, [], gathers=True) for name in ("allowusers", "denyusers")},
    **{name: Keyword(v.texts, [], gathers=True) for name in ("allowgroups", "denygroups")},
    **{
        name: Keyword(v.text_word, "none")
        for name in (
            "banner", "chrootdirectory", "trustedusercakeys", "revokedkeys", "authorizedprincipalsfile",
            "authorizedkeyscommanduser", "authorizedprincipalscommanduser",
        )
    },
    "acceptenv": Keyword(v.environment_names, [], gathers=True),
    "addressfamily": Keyword(v.choice("any", "inet", "inet6"), "any", anywhere=False),
    "allowstreamlocalforwarding": Keyword(v.choice("yes", "no", "remote", "local", all="yes"), "yes"),
    "allowtcpforwarding": Keyword(v.choice("yes", "no", "remote", "local", all="yes"), "yes"),
    "authenticationmethods": Keyword(v.methods, ["any"]),
    "authorizedkeyscommand": Keyword(v.command, "none"),
    "authorizedkeysfile": Keyword(v.texts, [".ssh/authorized_keys", ".ssh/authorized_keys2"]),
    "authorizedprincipalscommand": Keyword(v.command, "none"),
    "channeltimeout": Keyword(v.channel_timeouts, []),
    "clientalivecountmax": Keyword(v.integer, 3),
    "clientaliveinterval": Keyword(v.time, 0),
    "compression": Keyword(v.choice("yes", "no", delayed="yes"), "yes", anywhere=False),
    "fingerprinthash": Keyword(
        v.named({n: n for n in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")}), "SHA256", anywhere=False
    ),
    "forcecommand": Keyword(v.raw, "none"),
    "gatewayports": Keyword(v.choice("yes", "no", "clientspecified"), "no"),
    "gssapikexalgorithms": Keyword(v.gss_algorithms, list(GSS_KEX), anywhere=False),
    "hostcertificate": Keyword(v.text_word, [], anywhere=False, gathers=True),
    "hostkey": Keyword(v.text_word, [], anywhere=False, gathers=True),
    "hostkeyagent": Keyword(v.text_word, "none", anywhere=False),
    "ignorerhosts": Keyword(v.choice("yes", "no", "shosts-only"), "yes"),
    "ipqos": Keyword(v.quality, "lowdelay throughput"),
    "listenaddress": Keyword(v.texts, [], anywhere=False, gathers=True),
    "logingracetime": Keyword(v.time, 120, anywhere=False),
    "loglevel": Keyword(v.named(v.LEVELS), "INFO"),
    "logverbose": Keyword(v.texts, []),
    "maxauthtries": Keyword(v.integer, 6),
    "maxsessions": Keyword(v.integer, 10),
    "maxstartups": Keyword(v.startups, {"begin": 10, "rate": 30, "full": 100}, anywhere=False, last=True),
    "modulifile": Keyword(v.text_word, "/etc/ssh/moduli", anywhere=False),
    "permitlisten": Keyword(v.opens(listen=True), ["any"]),
    "permitopen": Keyword(v.opens(listen=False), ["any"]),
    "permitrootlogin": Keyword(
        v.choice("prohibit-password", "forced-commands-only", "yes", "no", **{"without-password": "prohibit-password"}),
        "prohibit-password",
    ),
    "permittunnel": Keyword(v.choice("no", "yes", "point-to-point", "ethernet"), "no"),
    "permituserenvironment": Keyword(v.text_word, "no", anywhere=False),
    "persourcemaxstartups": Keyword(v.integer_or_none, "none", anywhere=False),
    "persourcenetblocksize": Keyword(v.netblock, "32:128", anywhere=False),
    "pidfile": Keyword(v.text_word, "/run/sshd.pid", anywhere=False),
    "port": Keyword(v.port, [], anywhere=False, gathers=True),
    "pubkeyauthoptions": Keyword(v.key_options, "none"),
    "rdomain": Keyword(v.unsupported, "none"),
    "rekeylimit": Keyword(v.rekey, "0 0"),
    "requiredrsasize": Keyword(v.integer, 1024),
    "securitykeyprovider": Keyword(v.text_word, "internal", anywhere=False),
    "setenv": Keyword(v.environment, []),
    "streamlocalbindmask": Keyword(v.octal, "0177"),
    "subsystem": Keyword(v.subsystem, {}, anywhere=False, gathers=True),
    "syslogfacility": Keyword(v.named({n: n for n in v.FACILITIES}), "AUTH", anywhere=False),
    "unusedconnectiontimeout": Keyword(v.time_or_none, "none"),
    "versionaddendum": Keyword(v.raw, "none", anywhere=False),
    "x11displayoffset": Keyword(v.integer, 10),
    "xauthlocation": Keyword(v.text_word, "/usr/bin/xauth", anywhere=False),
    # 9.8 and later
    "persourcepenalties": Keyword(v.texts, [], anywhere=False),
    "persourcepenaltyexemptlist": Keyword(v.text_word, "none", anywhere=False),
    "sshdsessionpath": Keyword(v.text_word, "none", anywhere=False),
    "sshdauthpath": Keyword(v.text_word, "none", anywhere=False),
    "refuseconnection": Keyword(YES_NO, "no"),
}  # fmt: skip

ALIASES: Final = {
    "hostdsakey": "hostkey",
    "hostbasedacceptedkeytypes": "hostbasedacceptedalgorithms",
    "pubkeyacceptedkeytypes": "pubkeyacceptedalgorithms",
    "dsaauthentication": "pubkeyauthentication",
    "challengeresponseauthentication": "kbdinteractiveauthentication",
    "skeyauthentication": "kbdinteractiveauthentication",
    "gssapicleanupcreds": "gssapicleanupcredentials",
    "keepalive": "tcpkeepalive",
}

GLOBAL_ALIASES: Final = ("dsaauthentication",)
"""Spellings that may not stand in a Match block although what they mean may."""

IGNORED_ANYWHERE: Final = ("authorizedkeysfile2", "rhostsrsaauthentication", "rsaauthentication")
IGNORED: Final = (
    *IGNORED_ANYWHERE, "afstokenpassing", "checkmail", "gssapiusesessioncredcache", "gssusesessionccache",
    "kerberosgetafstoken", "kerberostgtpassing", "keyregenerationinterval", "pamauthenticationviakbdint",
    "permitblacklistedkeys", "protocol", "reversemappingcheck", "rhostsauthentication", "serverkeybits", "uselogin",
    "useprivilegeseparation", "verifyreversemapping",
)  # fmt: skip
"""Deprecated or not built in: said to the log, and skipped with whatever follows."""

HOST_KEYS: Final = tuple(f"/etc/ssh/ssh_host_{kind}_key" for kind in ("rsa", "ecdsa", "ed25519"))
