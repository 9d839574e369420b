"""make languages: brings the catalogues of every language up to date with the texts."""

from __future__ import annotations

import sys

from deploy.languages import catalogues, templates


def main() -> int:
    for template in (templates.checks(), templates.pages()):
        domain = str(template.domain)
        for code in catalogues.CODES:
            if catalogues.put(domain, code, catalogues.update(template, code)):
                print(f"wrote {catalogues.path_of(domain, code).relative_to(catalogues.HOME)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
