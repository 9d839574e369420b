"""Names of the frameworks that checks refer to. A check supports a requirement; it never satisfies one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

NAMES: Final[Mapping[str, str]] = {
    "cis_v8_1": "CIS Controls 8.1",
    "cis_ig1": "CIS IG1",
    "nist_csf_2_0": "NIST CSF 2.0",
    "iso27001_2022": "ISO/IEC 27001:2022",
    "nis2_art21_2": "NIS2 Article 21(2)",
    "reg_2024_2690": "Regulation (EU) 2024/2690",
    "cyber_essentials": "Cyber Essentials",
    "cyfun_2025_basic": "CyFun 2025 Basic",
    "cyfun_small": "CyFun Small",
    "cyberrisikocheck_area": "CyberRisikoCheck",
    "enisa_sme_step": "ENISA SME steps",
    "anssi_13_question": "ANSSI 13 questions",
}


def supports(refs: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One phrase a framework, such as `NIST CSF 2.0 PR.AA-01, PR.AA-03`."""
    return [f"{NAMES.get(name, name)} {', '.join(ids)}" for name, ids in refs.items()]
