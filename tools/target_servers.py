"""Installs the servers that are judged for docs/targets, each into a folder of its own in the cache.

Their packages are no dependencies of the project. `packages.txt` of a server names those of Python, `package.json`
those of Node, all in exact versions.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).parents[1]
SERVERS = ROOT / "tests" / "targets" / "servers"
_INSTALL_S = 600


class MissingError(Exception):
    """A server can't be installed here; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A server that can be started. `places` are the values of the placeholders in its command."""

    places: dict[str, str]
    versions: tuple[str, ...]

    def command(self, written: str) -> str:
        """The command with these places; the placeholders of `--start` stay."""
        for name, place in self.places.items():
            written = written.replace(f"{{{name}}}", place)
        return written


def cache() -> Path:
    """The folder that the servers are installed in."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "bridgecheck" / "targets"


def install(name: str) -> Installed:
    """The server of that name. Raises MissingError."""
    server = SERVERS / name.replace("-", "_")
    if (server / "packages.txt").exists():
        return _with_pip(server)
    if (server / "package.json").exists():
        return _with_npm(server)
    return Installed({"bin": str(Path(sys.executable).parent)}, (f"{name} {version(name)}",))


def _with_pip(server: Path) -> Installed:
    wanted = (server / "packages.txt").read_text(encoding="utf-8")
    folder = cache() / server.name
    places = {"bin": str(folder / "bin"), "server": str(server)}
    versions = tuple(line.replace("==", " ") for line in wanted.splitlines()[:2])
    if _is_current(folder, wanted):
        return Installed(places, versions)
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    words = [
        str(folder / "bin" / "python"),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
    ]
    _run([*words, "-r", str(server / "packages.txt")], server)
    _keep(folder, wanted)
    return Installed(places, versions)


def _with_npm(server: Path) -> Installed:
    wanted = (server / "package.json").read_text(encoding="utf-8")
    node = shutil.which("node")
    if node is None:
        raise MissingError("node is not installed")
    folder = cache() / server.name
    folder.mkdir(parents=True, exist_ok=True)
    # Node looks for packages beside the program that imports them.
    for file in (*server.glob("*.mjs"), server / "package.json"):
        shutil.copy(file, folder)
    packages = json.loads(wanted)["dependencies"]
    versions = tuple(f"{package} {its}" for package, its in packages.items())
    if not _is_current(folder, wanted):
        _run(["npm", "install", "--ignore-scripts", "--no-package-lock", "--no-audit", "--no-fund"], folder)
        _keep(folder, wanted)
    return Installed({"node": node, "server": str(folder)}, versions)


def _run(words: list[str], folder: Path) -> None:
    try:
        subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=_INSTALL_S)
    except FileNotFoundError:
        raise MissingError(f"{words[0]} is not installed") from None
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise MissingError(f"its packages could not be installed: {type(error).__name__}") from None


def _is_current(folder: Path, wanted: str) -> bool:
    installed = folder / "installed"
    return installed.exists() and installed.read_text(encoding="utf-8") == wanted


def _keep(folder: Path, wanted: str) -> None:
    (folder / "installed").write_text(wanted, encoding="utf-8")
