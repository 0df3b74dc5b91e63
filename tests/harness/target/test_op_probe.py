"""The `op` command line as a probe, before recorded shapes of its JSON; no program is run but in the last tests."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.errors import TargetError
from harness.schema.validate import validate
from harness.target.op_probe import OpProbe
from harness.target.probe import READ_SCHEMAS, NotOffered, ProbeRefused
from harness.target.tables import OnePassword

ADA = {"id": "AAAA", "name": "Ada King", "email": "ada@example.com", "type": "MEMBER", "state": "ACTIVE"}
GRACE = {"id": "GGGG", "name": "", "email": "grace@example.com", "type": "MEMBER", "state": "TRANSFER_STARTED"}
LINUS = {"id": "LLLL", "name": "Linus", "email": "linus@example.com", "type": "GUEST", "state": "SUSPENDED"}
TIMES = {
    "created_at": "2026-01-05T09:00:00Z",
    "updated_at": "2026-02-01T09:00:00Z",
    "last_auth_at": "2026-02-01T09:00:00Z",
}
DESIGN = {"id": "dddd", "name": "Design", "description": "", "state": "ACTIVE", "created_at": "2026-01-05T09:00:00Z"}
MANAGERS = {"id": "pppp", "name": "Provision Managers", "description": "", "state": "ACTIVE"}
OWNERS = {"id": "oooo", "name": "Owners", "description": "", "state": "ACTIVE"}

SHOWN: dict[str, Any] = {
    "user list": [ADA, GRACE, LINUS],
    "user get AAAA": {**ADA, **TIMES},
    "group list": [DESIGN, MANAGERS, OWNERS],
    "group get dddd": {**DESIGN, "type": "USER_DEFINED", "updated_at": "2026-01-05T09:00:00Z"},
    "group get pppp": {**MANAGERS, "type": "USER_DEFINED"},
    "group get oooo": {**OWNERS, "type": "OWNERS"},
    "group user list dddd": [{**ADA, "role": "MANAGER"}],
    "group user list pppp": [],
    "group user list oooo": [{**LINUS, "role": "MEMBER"}],
}


class Op:
    """`op`, answering from what is recorded; `lines` are the argument lists of all calls."""

    def __init__(self, shown: dict[str, Any] | None = None, stderr: str = "", code: int = 0) -> None:
        self.lines: list[list[str]] = []
        self._shown = SHOWN if shown is None else shown
        self._stderr, self._code = stderr, code

    def __call__(self, line: list[str], timeout_s: float) -> subprocess.CompletedProcess[str]:
        self.lines.append(line)
        asked = " ".join(line[1:]).replace(" --format json", "").replace(" --account acme", "")
        if self._code and asked not in self._shown:
            return subprocess.CompletedProcess(line, self._code, "", self._stderr)
        return subprocess.CompletedProcess(line, 0, json.dumps(self._shown.get(asked, [])), "")


def probe(op: Op, **settings: Any) -> OpProbe:
    return OpProbe(OnePassword(command="op", **settings), op)


def test_members_are_shown_as_the_contract_has_them() -> None:
    shown = probe(Op()).read("members", email=["ada@example.com"])

    assert validate(shown, f"probe/{READ_SCHEMAS['members']}") == []
    assert [(m["email"], m["state"], m["type"], m["groups"]) for m in shown["members"]] == [
        ("ada@example.com", "ACTIVE", "MEMBER", ["dddd"]),
        ("grace@example.com", "INVITED", "MEMBER", []),
        ("linus@example.com", "SUSPENDED", "GUEST", ["oooo"]),
    ]


def test_one_member_has_its_times() -> None:
    shown = probe(Op()).read("member", id="AAAA")

    assert validate(shown, f"probe/{READ_SCHEMAS['member']}") == []
    assert shown["updated_at"] == "2026-02-01T09:00:00Z"


def test_groups_have_their_types_which_are_asked_for_once() -> None:
    op = Op()
    eye = probe(op)
    first, second = eye.read("groups"), eye.read("groups")

    assert validate(first, f"probe/{READ_SCHEMAS['groups']}") == []
    assert [(g["name"], g["type"], g["managed"]) for g in first["groups"]] == [
        ("Design", "USER_DEFINED", True),
        ("Provision Managers", "PROVISION_MANAGERS", False),
        ("Owners", "OWNERS", False),
    ]
    assert first == second
    assert sum(line[1:3] == ["group", "get"] for line in op.lines) == 3


def test_the_members_of_a_group_have_their_roles() -> None:
    shown = probe(Op()).read("group_members", id="dddd")

    assert validate(shown, f"probe/{READ_SCHEMAS['group_members']}") == []
    assert shown == {"members": [{"id": "AAAA", "email": "ada@example.com", "role": "MANAGER"}]}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("TRANSFER_SUSPENDED", "INVITED_SUSPENDED"),
        ("RECOVERY_ACCEPTED", "RECOVERING"),
        ("WAITS", "PENDING"),
        ("SOMETHING_NEW", "SOMETHING_NEW"),
        ("", "OTHER"),
    ],
)
def test_words_for_states(word: str, state: str) -> None:
    shown = probe(Op({"user list": [{**ADA, "state": word}]}), groups=False, pending=("WAITS",)).read("members")

    assert shown["members"][0]["state"] == state


def test_without_groups_no_group_is_asked_for_and_none_is_offered() -> None:
    op = Op()
    eye = probe(op, groups=False)
    eye.read("members")

    assert eye.reads == {"members", "member"}
    assert [line[1:3] for line in op.lines] == [["user", "list"]]
    with pytest.raises(NotOffered, match="does not show groups"):
        eye.read("groups")


def test_the_account_is_named_and_nothing_secret_stands_in_an_argument_list() -> None:
    op = Op()
    probe(op, account="acme").read("member", id="AAAA")

    assert op.lines == [["op", "user", "get", "AAAA", "--format", "json", "--account", "acme"]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("confirm", ["user", "confirm", "AAAA"]),
        ("suspend", ["user", "suspend", "AAAA"]),
        ("reactivate", ["user", "reactivate", "AAAA"]),
        ("recover", ["user", "recovery", "begin", "AAAA"]),
        ("delete", ["user", "delete", "AAAA"]),
    ],
)
def test_acts(name: str, words: list[str]) -> None:
    op = Op()

    member = probe(op).act(f"members/AAAA/{name}", {})

    assert [line[1:] for line in op.lines if "--format" not in line] == [words]
    assert member["id"] == "AAAA"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ('[ERROR] 2026/01/05 09:00:00 "AAAA" isn\'t a user in this account.', 404),
        ("[ERROR] 2026/01/05 09:00:00 user is already suspended", 409),
        ("[ERROR] transfer in progress: TRANSFER_STARTED", 409),
    ],
)
def test_an_act_that_is_refused_is_a_refusal_and_not_the_end(said: str, status: int) -> None:
    with pytest.raises(ProbeRefused) as refused:
        probe(Op({"user get AAAA": ADA}, said, 1)).act("members/AAAA/suspend", {})

    assert refused.value.status == status


def test_what_it_cannot_do_is_not_offered() -> None:
    with pytest.raises(NotOffered, match="can't do 'sign-up'"):
        probe(Op()).act("members/AAAA/sign-up", {})


@pytest.mark.parametrize(
    ("shown", "words"),
    [({"user list": {"no": "list"}}, "shows no list"), ({"user list": ["no object"]}, "shows no list")],
)
def test_nonsense_is_told(shown: dict[str, Any], words: str) -> None:
    with pytest.raises(TargetError, match=words):
        probe(Op(shown), groups=False).read("members")


def test_who_is_not_signed_in_is_told_so() -> None:
    with pytest.raises(TargetError, match=r"`op user list` failed: .*not currently signed in"):
        probe(Op({}, "[ERROR] 2026/01/05 You are not currently signed in.\n", 1)).read("members")


def test_calls_are_bounded() -> None:
    eye = probe(Op(), groups=False, max_calls=2)
    eye.read("members")
    eye.read("members")

    with pytest.raises(TargetError, match=r"called 2 times: .*max_calls"):
        eye.read("members")


def script(folder: Path, code: str) -> str:
    path = folder / "op"
    path.write_text(f"#!{sys.executable}\n{code}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_a_program_is_run_without_a_terminal(tmp_path: Path) -> None:
    code = f"import sys; assert sys.stdin.read() == ''; print({json.dumps([ADA])!r})"

    shown = OpProbe(OnePassword(command=script(tmp_path, code), groups=False)).read("members")

    assert shown["members"][0]["email"] == "ada@example.com"


@pytest.mark.parametrize(
    ("code", "words"),
    [("print('Ada')", "does not answer with JSON"), ("import time; time.sleep(60)", "has not answered in 1 s")],
)
def test_a_program_that_is_wrong_or_hangs(tmp_path: Path, code: str, words: str) -> None:
    with pytest.raises(TargetError, match=words):
        OpProbe(OnePassword(command=script(tmp_path, code), groups=False, timeout_s=1)).read("members")


def test_no_such_program() -> None:
    with pytest.raises(TargetError, match="can't be run: FileNotFoundError"):
        OpProbe(OnePassword(command="/no/such/op", groups=False)).read("members")
