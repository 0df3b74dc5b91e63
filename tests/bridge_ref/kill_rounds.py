"""kill -9 in the middle of concurrent writes, again and again on one store: no acknowledged write may be lost.

`python -m tests.bridge_ref.kill_rounds --rounds 50` runs 50 rounds on each kind of store and prints what it saw; the
tests run a few.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from tests.bridge_ref.world import PATCH, USER

WRITERS = 6
TOKEN = "right-token"


@dataclass
class Ledger:
    """What was asked for, what was acknowledged, and whose second write had no answer."""

    asked: set[str] = field(default_factory=set)
    users: dict[str, str] = field(default_factory=dict)
    active: dict[str, bool] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def problems(self, listed: dict[str, Any], mails: dict[str, int]) -> list[str]:
        """What the bridge that came back has forgotten, has twice, or has never been told."""
        found = [f"{name} was acknowledged and is gone" for name in self.users if name not in listed]
        found += [
            f"{name} was acknowledged as active={wanted} and is not"
            for name, wanted in self.active.items()
            if name in listed and listed[name]["active"] != wanted and name not in self.doubtful
        ]
        found += [
            f"{name} was never asked for" for name in listed if name not in self.users | dict.fromkeys(self.asked)
        ]
        found += [f"{name} has {mails.get(name, 0)} invitations" for name in listed if mails.get(name, 0) != 1]
        found += [f"{name} was invited and is not there" for name in mails if name not in listed]
        return found


class Round:
    """One life of a bridge: started on the store, written to by several, killed."""

    def __init__(self, place: list[str], folder: Path) -> None:
        token = folder / "token"
        token.touch(mode=0o600)
        token.write_text(TOKEN, encoding="utf-8")
        words = [sys.executable, "-m", "bridge_ref", "serve", "--port", "0", "--token-file", str(token), *place]
        words += ["--control-port", "0", "--control-token-file", str(token)]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        self.ready = json.loads(line)

    def write(self, ledger: Ledger, number: int, seconds: float) -> None:
        """Let the writers write for a while, and kill the bridge in the middle of it."""
        writers = [threading.Thread(target=self._write, args=(ledger, f"r{number}w{n}")) for n in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(seconds)
        self.process.kill()
        for writer in writers:
            writer.join()
        self.process.communicate()

    def look(self) -> tuple[dict[str, Any], dict[str, int]]:
        """All users by name, and the invitations by address."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        listed: dict[str, Any] = {}
        total = 1
        while len(listed) < total:
            parameters = {"startIndex": str(len(listed) + 1), "count": "500"}
            page = requests.get(self.ready["scim"] + "/Users", params=parameters, headers=headers, timeout=30).json()
            total = page["totalResults"]
            listed |= {user["userName"]: user for user in page.get("Resources", ())}
            assert page.get("Resources") or not total
        mails: dict[str, int] = {}
        for mail in requests.get(self.ready["control"] + "/mail", headers=headers, timeout=30).json()["messages"]:
            mails[mail["to"]] = mails.get(mail["to"], 0) + 1
        return listed, mails

    def end(self) -> None:
        """An orderly end."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)

    def _write(self, ledger: Ledger, name: str) -> None:
        session = requests.Session()
        session.headers.update({"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/scim+json"})
        url, number = self.ready["scim"] + "/Users", 0
        try:
            while True:
                number += 1
                user_name = f"{name}n{number}@example.com"
                ledger.asked.add(user_name)
                created = session.post(url, json={"schemas": [USER], "userName": user_name}, timeout=10)
                assert created.status_code == 201, created.text
                ledger.users[user_name] = created.json()["id"]
                ledger.doubtful.add(user_name)
                change = {"op": "replace", "path": "active", "value": False}
                body = {"schemas": [PATCH], "Operations": [change]}
                patched = session.patch(f"{url}/{ledger.users[user_name]}", json=body, timeout=10)
                assert patched.status_code == 200, patched.text
                ledger.active[user_name] = False
                ledger.doubtful.discard(user_name)
        except requests.RequestException:
            return


def run(place: list[str], rounds: int, seed: int) -> tuple[Ledger, list[str]]:
    """That many rounds on one store, with a look at everything after each; what was acknowledged, what was wrong."""
    dice, ledger, problems = random.Random(seed), Ledger(), []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds):
            Round(place, Path(folder)).write(ledger, number, dice.uniform(0.05, 0.6))
            again = Round(place, Path(folder))
            problems += [f"round {number}: {problem}" for problem in ledger.problems(*again.look())]
            again.end()
    return ledger, problems


def main() -> None:
    """Run the rounds and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from tests.bridge_ref.postgres import new_database

    with tempfile.TemporaryDirectory() as folder:
        for name, place in (
            ("SQLite", ["--data", f"{folder}/data"]),
            ("PostgreSQL", ["--database", new_database()]),
        ):
            ledger, problems = run(place, options.rounds, options.seed)
            acknowledged = len(ledger.users) + len(ledger.active)
            print(f"{name}: {options.rounds} rounds, {acknowledged} acknowledged writes, {len(problems)} problems")
            print("\n".join(problems[:20]))
            if problems:
                sys.exit(1)


if __name__ == "__main__":
    main()
