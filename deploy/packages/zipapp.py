"""Builds dist/shieldwall-VERSION-py311-linux-x86_64.pyz: the agent as one file that needs only Python."""

from __future__ import annotations

import hashlib
import io
import sys
import time
import zipfile
from pathlib import Path

from tree import LOCK, ROOT, epoch, tree, version

MAIN = Path(__file__).with_name("zipapp_main.py")
HEAD = b"#!/usr/bin/env -S python3 -I\n"


def main() -> int:
    library = tree(ROOT / "build")
    files = sorted(path for path in library.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(library)}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    python = LOCK.read_text().split()[2].rstrip(",")
    text = MAIN.read_text().replace("@DIGEST@", digest.hexdigest()[:32]).replace("@PYTHON@", python)
    moment = time.gmtime(epoch())[:6]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
        for name, data in [
            ("__main__.py", text.encode()),
            *((f"lib/{p.relative_to(library)}", p.read_bytes()) for p in files),
        ]:
            info = zipfile.ZipInfo(name, moment)
            info.external_attr, info.compress_type = 0o100644 << 16, zipfile.ZIP_DEFLATED
            out.writestr(info, data)
    target = ROOT / "dist" / f"shieldwall-{version()}-py{python.replace('.', '')}-linux-x86_64.pyz"
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(HEAD + packed.getvalue())
    target.chmod(0o755)
    print(f"{target.relative_to(ROOT)}  {target.stat().st_size / 2**20:.1f} MiB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
