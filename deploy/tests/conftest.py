import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from debian_box import Debian, base


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Debian]:
    root = tmp_path / "debian"
    subprocess.run(["cp", "-a", "--reflink=auto", str(base()), str(root)], check=True)
    yield Debian(root)
    shutil.rmtree(root)
