"""Reads and plays scripts of directory acts: TOML (`[[act]]` tables) or NDJSON (one object a line)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.directory.directory import Directory
from harness.directory.population import give_unusual_name
from harness.directory.values import Filter, Group, Person
from harness.errors import UsageError, nearest
from harness.idp.provider import Control
from harness.reading import LARGE, read_text, read_toml

Fields = dict[str, Any]
Administer = Callable[[str, Person | Group | None, str], None]


@dataclass(frozen=True, slots=True)
class ScriptedAct:
    """One act: its name, its fields, and its place in the file."""

    name: str
    given: Fields
    where: str


@dataclass(frozen=True, slots=True)
class Form:
    """What an act does, its required fields (`needs`) and its optional ones (`may`)."""

    sentence: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()


FORMS = {
    "hire": Form(
        "a person is hired", ("given",), ("family", "groups", "assign", "awkward", "count", "address", "principal")
    ),
    "rename": Form("a person gets another name", ("person", "given", "family")),
    "change-address": Form("a person gets another address", ("person", "address")),
    "change-profile": Form(
        "other attributes of a person change",
        ("person",),
        ("title", "department", "division", "manager", "phone", "mobile", "city", "country", "roles"),
    ),
    "disable": Form("a person's sign-in is blocked", ("person",)),
    "enable": Form("the reverse of disable", ("person",)),
    "archive": Form("a person is archived, as in Google", ("person",)),
    "unarchive": Form("the reverse of archive", ("person",)),
    "delete": Form("a person is deleted and leaves every group", ("person",)),
    "restore": Form("a deleted person comes back, in no group", ("person",)),
    "form-group": Form("a group is created", ("group",), ("assign",)),
    "rename-group": Form("a group gets another name", ("group", "name")),
    "dissolve": Form("a group is deleted", ("group",)),
    "nest": Form("a group becomes a member of another", ("inner", "group")),
    "join": Form("a person joins a group", ("person", "group")),
    "leave": Form("a person leaves a group", ("person", "group")),
    "move": Form("a person moves from one group to another", ("person", "source", "group")),
    "assign": Form("a person is assigned to the application", ("person",), ("application",)),
    "unassign": Form("the reverse of assign", ("person",), ("application",)),
    "assign-group": Form("a group is assigned to the application", ("group",), ("application",)),
    "unassign-group": Form("the reverse of assign-group", ("group",), ("application",)),
    "narrow": Form(
        "only people who pass this filter are in scope; without an attribute, all are again",
        (),
        ("attribute", "operator", "value"),
    ),
    "admin": Form("an administrator acts in the vendor's console", ("act",), ("person", "group", "name")),
    "cycle": Form("the provider runs a provisioning cycle", ()),
    "wait": Form("simulated time passes", ("seconds",)),
}
NUMBERS = ("count", "seconds")
LISTS = ("groups", "roles")
FLAGS = ("assign",)  # in `hire` and `form-group`; `assign` is also the name of an act
CLEARED = (*FORMS["change-profile"].may, "value")  # an empty text removes the value
MOST_HIRED = 1_000_000


def read_script(path: Path) -> list[ScriptedAct]:
    """The acts of a file, all checked. Raises UsageError with the place and the nearest right word."""
    told = f"--script {path}"
    rows = _from_toml(path) if path.suffix == ".toml" else _from_lines(path, read_text(path, told, LARGE))
    return [_checked(row, where) for row, where in rows]


def check_console(acts: list[ScriptedAct], console: Mapping[str, Control], dialect: str) -> None:
    """Make sure that the vendor has the admin actions of the script. Raises UsageError."""
    for act in acts:
        if act.name != "admin":
            continue
        name = act.given["act"]
        control = console.get(name)
        if control is None:
            hint = nearest(name, console) or f"; known: {', '.join(console) or 'none'}"
            raise UsageError(f"{act.where}: {dialect} has no admin action {name!r}{hint}")
        wanted = {control.about} - {""} | ({"name"} if control.takes_name else set())
        if given := set(act.given) - {"act"} ^ wanted:
            takes = ", ".join(sorted(wanted)) or "no fields"
            raise UsageError(f"{act.where}: {name} takes {takes}; missing or unknown: {', '.join(sorted(given))}")


class Stage:
    """Plays acts on a directory. People are found by name, address or key; groups by name or key.

    Names find only people whom the script has hired or changed; all others are found by address or key.
    """

    def __init__(
        self,
        directory: Directory,
        cycle: Callable[[], None],
        wait: Callable[[float], None],
        administer: Administer = lambda name, subject, called: None,
    ) -> None:
        self._directory = directory
        self._cycle = cycle
        self._wait = wait
        self._administer = administer

    def play(self, act: ScriptedAct) -> None:
        """Play one act. Raises UsageError for an unknown person or group."""
        given = dict(act.given)
        if "person" in given:
            given["person"] = self._person(str(given["person"]), act)
        for name in ("group", "inner", "source"):
            if name in given and act.name != "form-group":
                given[name] = self._group(str(given[name]), act)
        if "roles" in given:
            given["roles"] = tuple(given["roles"])
        if act.name == "change-profile" and given.get("manager"):
            given["manager"] = self._person(str(given["manager"]), act).key
        self._do(act, given)

    def _do(self, act: ScriptedAct, given: Fields) -> None:
        directory = self._directory
        if act.name == "cycle":
            self._cycle()
        elif act.name == "wait":
            self._wait(float(given["seconds"]))
        elif act.name == "admin":
            self._administer(given["act"], given.get("person") or given.get("group"), given.get("name", ""))
        elif act.name == "narrow":
            self._narrow(act, given)
        elif act.name == "hire":
            self._hire(act, given)
        elif act.name == "form-group":
            group = directory.form_group(str(given["group"]))
            if given.get("assign"):
                directory.assign_group(group)
        elif act.name == "rename":
            directory.rename(given["person"], str(given["given"]), str(given["family"]))
        elif act.name == "change-address":
            directory.change_address(given["person"], str(given["address"]))
        elif act.name == "change-profile":
            directory.change_profile(**given)
        elif act.name == "rename-group":
            directory.rename_group(given["group"], str(given["name"]))
        elif act.name == "move":
            directory.move(given["person"], given["source"], given["group"])
        elif act.name == "nest":
            directory.nest(given["inner"], given["group"])
        elif act.name in ("join", "leave"):
            getattr(directory, act.name)(given["person"], given["group"])
        else:
            subject = given.get("person") or given["group"]
            to = {"to": str(given["application"])} if "application" in given else {}
            getattr(directory, act.name.replace("-", "_"))(subject, **to)

    def _hire(self, act: ScriptedAct, given: Fields) -> None:
        groups = [self._group(str(name), act) for name in given.get("groups", ())]
        for _ in range(int(given.get("count", 1))):
            person = self._directory.hire(str(given["given"]), *groups)
            if "family" in given:
                person = self._directory.rename(person, person.given_name, str(given["family"]))
            if "address" in given:
                person = self._directory.change_address(person, str(given["address"]))
            if "principal" in given:
                person = self._directory.change_profile(person, principal_name=str(given["principal"]))
            if "awkward" in given:
                unusual = give_unusual_name(person, str(given["awkward"]), len(person.key))
                self._directory.rename(person, unusual.given_name, unusual.family_name)
                person = self._directory.change_address(person, unusual.address)
            if given.get("assign"):
                self._directory.assign(person)

    def _narrow(self, act: ScriptedAct, given: Fields) -> None:
        try:
            filters = [Filter(given["attribute"], given.get("operator", "equals"), given.get("value", ""))]
        except UsageError as error:
            raise UsageError(f"{act.where}: {error}") from error
        except KeyError:
            filters = []
        self._directory.narrow(*filters)

    def _person(self, name: str, act: ScriptedAct) -> Person:
        people = self._directory.people
        if name in people:
            return people[name]
        for person in people.changed.values():
            if name in (person.given_name, person.full_name, person.address):
                return person
        found = next((p for p in people.values() if p.address == name), None) if "@" in name else None
        if found is None:
            known = [person.given_name for person in people.changed.values()]
            raise UsageError(f"{act.where}: the directory has no person {name!r}{nearest(name, known)}")
        return found

    def _group(self, name: str, act: ScriptedAct) -> Group:
        groups = self._directory.groups
        for group in (groups.get(name), *groups.values()):
            if group and name in (group.key, group.name, group.name.removesuffix(f" {self._directory.run_id}")):
                return group
        raise UsageError(
            f"{act.where}: the directory has no group {name!r}{nearest(name, [g.name for g in groups.values()])}"
        )


def _from_toml(path: Path) -> list[tuple[Any, str]]:
    document, _ = read_toml(path, f"--script {path}")
    acts = document.pop("act", [])
    if document or not isinstance(acts, list):
        raise UsageError(f"--script {path}: every act must be a table [[act]]; found {next(iter(document), 'act')!r}")
    return [(act, f"{path}, act {number}") for number, act in enumerate(acts, 1)]


def _from_lines(path: Path, text: str) -> list[tuple[Any, str]]:
    rows: list[tuple[Any, str]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                rows.append((json.loads(line), f"{path}, line {number}"))
            except (ValueError, RecursionError) as error:
                raise UsageError(f"--script {path}, line {number} is not JSON: {error}") from error
    return rows


def _checked(row: Any, where: str) -> ScriptedAct:
    if not isinstance(row, dict) or not isinstance(row.get("do"), str):
        raise UsageError(f'{where}: an act must be a table with `do`, such as do = "hire"')
    given = {name: value for name, value in row.items() if name != "do"}
    form = FORMS.get(row["do"])
    if form is None:
        hint = nearest(row["do"], FORMS) or f"; there are {', '.join(FORMS)}"
        raise UsageError(f"{where}: there is no act {row['do']!r}{hint}")
    known = (*form.needs, *form.may)
    for name, value in given.items():
        if name not in known:
            hint = nearest(name, known) or f"; it has {', '.join(known) or 'none'}"
            raise UsageError(f"{where}: {row['do']} has no field {name!r}{hint}")
        _check_value(name, value, where)
    if missing := [name for name in form.needs if name not in given]:
        raise UsageError(f"{where}: {row['do']} needs the field {', '.join(missing)}")
    return ScriptedAct(row["do"], given, where)


def _check_value(name: str, value: Any, where: str) -> None:
    if name in NUMBERS:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        most = MOST_HIRED if name == "count" else 10**10
        if not is_number or not 0 <= value <= most:
            raise UsageError(f"{where}: {name} must be a number from 0 to {most:,}; is {value!r}")
    elif name in LISTS:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise UsageError(f"{where}: {name} must be a list of names; is {value!r}")
    elif name in FLAGS:
        if not isinstance(value, bool):
            raise UsageError(f"{where}: {name} must be true or false; is {value!r}")
    elif not isinstance(value, str) or not (value or name in CLEARED):
        raise UsageError(f"{where}: {name} must be a non-empty string; is {value!r}")
