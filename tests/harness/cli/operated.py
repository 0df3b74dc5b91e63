"""A reference bridge as an operator runs it, by hooks: `python operated.py FOLDER start|stop|restart|rotate|notify …`.

The folder holds `ports.json`, the tokens, the bridge's data and its process id.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path


def start(folder: Path) -> None:
    """Start the bridge in the background; ends when it answers."""
    ports = json.loads((folder / "ports.json").read_text())
    words = [sys.executable, "-m", "bridge_ref", "serve", "--port", str(ports["scim"]), "--data", str(folder / "data")]
    words += ["--token-file", str(folder / "token"), "--monitoring-token-file", str(folder / "monitoring-token")]
    words += ["--control-port", str(ports["probe"]), "--control-token-file", str(folder / "probe-token")]
    words += ["--smtp-url", f"smtp://127.0.0.1:{ports['smtp']}", "--mail-from", "bridge@corp.example"]
    with (folder / "log").open("ab") as log:
        bridge = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    (folder / "pid").write_text(str(bridge.pid))
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{ports['scim']}/ping", timeout=5).close()
            return
        time.sleep(0.05)


def stop(folder: Path) -> None:
    """End it, and wait until it is gone."""
    ports = json.loads((folder / "ports.json").read_text())
    with contextlib.suppress(ProcessLookupError):
        os.kill(int((folder / "pid").read_text()), signal.SIGTERM)
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{ports['scim']}/ping", timeout=5).close()
        except urllib.error.HTTPError:
            pass
        except OSError:
            return
        time.sleep(0.05)


def main() -> None:
    """One act of the operator."""
    folder, act = Path(sys.argv[1]), sys.argv[2]
    if act in ("stop", "restart", "rotate"):
        stop(folder)
    if act == "rotate":
        (folder / "token").write_text(secrets.token_urlsafe(32))
    if act in ("start", "restart", "rotate"):
        start(folder)
    if act == "notify":
        (folder / "notify").write_text(sys.argv[3])


if __name__ == "__main__":
    main()
