"""The peers: which there are, which are installed, and a virtual environment of their own where one is missing."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
import os
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

from measuring import ROOT

MODULES = {  # of the dependency group "benchmark", by the names of their distributions
    "fast-mail-parser": "fast_mail_parser",
    "mail-parser": "mailparser",
    "matplotlib": "matplotlib",
    "pybase64": "pybase64",
}


def installed(module: str) -> bool:
    """Return whether a module can be imported here."""
    return importlib.util.find_spec(module) is not None


def missing() -> list[str]:
    """Return the distributions that are not installed here."""
    return [name for name, module in MODULES.items() if not installed(module)]


def versions() -> str:
    """Return the versions of what is compared, for people."""
    told = []
    for name in MODULES:
        try:
            told.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            told.append(f"{name} is not installed")
    return ", ".join(told)


def python_with_peers() -> Path:
    """Return an interpreter that has every peer, after making its virtual environment if need be.

    It stands in the user's cache and is made anew when pyproject.toml changes. Raises `CalledProcessError` where pip fails.
    """
    declared = (ROOT / "pyproject.toml").read_bytes()
    stamp = hashlib.sha256(declared + sys.version.encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "mimeparse-benchmarks" / stamp
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (folder / "complete").exists():
        print(f"making a virtual environment with the peers in {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True, clear=True)
        project = tomllib.loads(declared.decode())
        wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["benchmark"]]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        (folder / "complete").touch()
    return python
