"""What only the running Windows can be asked, through its interfaces. Never run on a real Windows yet: experimental.

Everything here is thin on purpose: it fetches numbers and names by a fixed table of questions and leaves their meaning
to modules that are tested on recorded values. No question takes a word from a check.
"""

from __future__ import annotations

import ctypes
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Final

from agent.looking.looked import UnreadableError
from agent.probes.windows.people import ADMINISTRATORS, LocalUser, People, Rules
from shieldwall.checks.outcome import Reason

SUBCATEGORIES: Final = {
    "logon": "0cce9215-69ae-11d9-bed3-505054503030",
    "lockout": "0cce9217-69ae-11d9-bed3-505054503030",
    "user_management": "0cce9235-69ae-11d9-bed3-505054503030",
    "process_creation": "0cce922b-69ae-11d9-bed3-505054503030",
}
"""MS-GPAC 2.2.1.2, subcategory GUIDs."""
QUESTIONS: Final = {
    "antivirus": (r"root\SecurityCenter2", "SELECT displayName, instanceGuid, productState FROM AntiVirusProduct"),
    "encryption": (
        r"root\CIMV2\Security\MicrosoftVolumeEncryption",
        "SELECT ProtectionStatus, ConversionStatus, EncryptionMethod, VolumeType FROM Win32_EncryptableVolume",
    ),
    "shadows": (r"root\CIMV2", "SELECT InstallDate FROM Win32_ShadowCopy"),
}
"""Name -> namespace and query of CIM."""
AUDIT_BYTES: Final = 36
"""AUDIT_POLICY_INFORMATION: GUID, a 32-bit number, GUID (ntsecapi.h)."""
DENIED: Final = (5, 1314)
"""ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD."""
FOREVER: Final = 0xFFFFFFFF
"""TIMEQ_FOREVER of lmaccess.h."""
FLAGS: Final = {"disabled": 0x0002, "not_required": 0x0020, "never_expires": 0x10000}
"""UF_* of lmaccess.h; other numbers than in the SAM."""


def rows(question: str) -> list[Mapping[str, Any]]:
    """The answer of CIM. Raises UnreadableError: privilege, unsupported where the class does not exist, tool."""
    namespace, query = QUESTIONS[question]
    names = [name.strip() for name in query.partition(" FROM ")[0].removeprefix("SELECT ").split(",")]
    client, errors = _module("win32com.client"), _module("pywintypes")
    _module("pythoncom").CoInitialize()
    try:
        service = client.GetObject(rf"winmgmts:{{impersonationLevel=impersonate}}!\\.\{namespace}")
        return [{name: getattr(item, name) for name in names} for item in service.ExecQuery(query)]
    except errors.com_error as error:
        denied = error.hresult in (-2147217405, -2147024891)  # WBEM_E_ACCESS_DENIED, E_ACCESSDENIED
        reason = Reason.PRIVILEGE if denied else Reason.UNSUPPORTED
        raise UnreadableError(reason, f"CIM does not answer about {question}") from error


def people_here() -> People:
    """Raises UnreadableError."""
    net, security, errors = _module("win32net"), _module("win32security"), _module("pywintypes")
    try:
        rules = _rules(net.NetUserModalsGet(None, 0), net.NetUserModalsGet(None, 3))
        machine = security.ConvertSidToStringSid(net.NetUserModalsGet(None, 2)["domain_id"])
        users, resume = [], 0
        while True:
            found, _, resume = net.NetUserEnum(None, 3, 2, resume)
            users += [_user(record, rules) for record in found]
            if not resume:
                break
        group, _, _ = security.LookupAccountSid(None, security.ConvertStringSidToSid(ADMINISTRATORS))
        members, _, _ = net.NetLocalGroupGetMembers(None, group, 0)
        admins = tuple(security.ConvertSidToStringSid(member["sid"]) for member in members)
    except errors.error as error:
        reason = Reason.PRIVILEGE if error.winerror == 5 else Reason.UNSUPPORTED
        raise UnreadableError(reason, f"the accounts cannot be listed: {error.funcname}") from error
    return People(machine, tuple(users), admins, rules)


def _rules(basic: Mapping[str, int], lockout: Mapping[str, int]) -> Rules:
    """USER_MODALS_INFO_0 and _3: seconds."""
    forever = lockout["lockout_duration"] == FOREVER
    return Rules(
        min_length=basic["min_passwd_len"], history=basic["password_hist_len"],
        max_age=None if basic["max_passwd_age"] == FOREVER else timedelta(seconds=basic["max_passwd_age"]),
        min_age=timedelta(seconds=basic["min_passwd_age"]), complexity=Reason.UNSUPPORTED,
        threshold=lockout["lockout_threshold"],
        lockout=None if forever else timedelta(seconds=lockout["lockout_duration"]),
        window=timedelta(seconds=lockout["lockout_observation_window"]),
    )  # fmt: skip


def _user(record: Mapping[str, Any], rules: Rules) -> LocalUser:
    """USER_INFO_3. Whether a password is empty is told by no interface; it cannot be where one of a length is asked."""
    flags, age = record["flags"], int(record["password_age"])
    asked = rules.min_length > 0 and not flags & FLAGS["not_required"]
    expires = int(record["acct_expires"])
    return LocalUser(
        rid=int(record["user_id"]), name=str(record["name"]), disabled=bool(flags & FLAGS["disabled"]),
        never_expires=bool(flags & FLAGS["never_expires"]), last_login=_when(int(record["last_logon"])),
        password_set=datetime.now(UTC) - timedelta(seconds=age) if age else None,
        expires=None if expires in (-1, FOREVER) else _when(expires), empty=False if asked else Reason.UNSUPPORTED,
    )  # fmt: skip


def _when(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def audited() -> dict[str, list[str]]:
    """Per subcategory what is recorded. Raises UnreadableError: needs the right to manage the audit log."""
    library = _library("advapi32")
    guids = ctypes.create_string_buffer(b"".join(uuid.UUID(text).bytes_le for text in SUBCATEGORIES.values()))
    answer = ctypes.c_void_p()
    library.AuditQuerySystemPolicy.restype = ctypes.c_ubyte
    if not library.AuditQuerySystemPolicy(guids, len(SUBCATEGORIES), ctypes.byref(answer)):
        denied = getattr(ctypes, "get_last_error")() in DENIED  # noqa: B009
        raise UnreadableError(Reason.PRIVILEGE if denied else Reason.UNSUPPORTED, "the audit policy is not shown")
    try:
        data = ctypes.string_at(answer, AUDIT_BYTES * len(SUBCATEGORIES))
    finally:
        library.AuditFree(answer)
    return {name: _recorded(data[at * AUDIT_BYTES :]) for at, name in enumerate(SUBCATEGORIES)}


def _recorded(data: bytes) -> list[str]:
    flags = int.from_bytes(data[16:20], "little")
    return [word for bit, word in ((1, "success"), (2, "failure")) if flags & bit]


def _library(name: str) -> Any:
    load = getattr(ctypes, "WinDLL", None)
    if load is None:
        raise UnreadableError(Reason.UNSUPPORTED, f"only Windows has {name}")
    return load(name, use_last_error=True)


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise UnreadableError(Reason.TOOL, f"{name} of pywin32 is not installed: pip install pywin32") from error
