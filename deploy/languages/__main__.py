"""make languages: brings the catalogues of every language up to date with the texts.

usage: python -m deploy.languages [DOMAIN ...]    all of them without
"""

from __future__ import annotations

import sys

from deploy.languages import catalogues, templates


def main() -> int:
    for domain in sys.argv[1:] or catalogues.DOMAINS:
        template = templates.MAKERS[domain]()
        for code in catalogues.CODES:
            if catalogues.put(domain, code, catalogues.update(template, code)):
                print(f"wrote {catalogues.path_of(domain, code).relative_to(catalogues.HOME)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
