"""The values of a directory: people, groups, assignments, filters, and the entries of its change log."""

from __future__ import annotations

import difflib

import msgspec

from harness.errors import UsageError


class Person(msgspec.Struct, frozen=True):
    """Somebody in the directory. `key` never changes and occurs in no other run; everything else may change.

    `manager` is another person's key. What stands after the flags is what vendors map beyond a name (1.b,
    2.b, 3.b); it is empty for whom a story hires by hand. `principal_name` is the name to sign in with where that is
    not the address, such as a guest's; `roles` are those of the application. `sign_ins` counts what a
    directory notes by itself.
    """

    key: str
    given_name: str
    family_name: str
    address: str
    is_enabled: bool = True
    is_deleted: bool = False
    is_archived: bool = False
    is_service: bool = False
    title: str = ""
    department: str = ""
    division: str = ""
    manager: str = ""
    phone: str = ""
    mobile: str = ""
    locale: str = ""
    city: str = ""
    country: str = ""
    employee_number: str = ""
    principal_name: str = ""
    roles: tuple[str, ...] = ()
    office: str = ""
    street: str = ""
    region: str = ""
    postal_code: str = ""
    fax: str = ""
    language: str = ""
    sign_ins: int = 0

    @property
    def full_name(self) -> str:
        """Given and family name, as a directory shows them."""
        return f"{self.given_name} {self.family_name}"


class Group(msgspec.Struct, frozen=True):
    """A group of the directory, by key; its name may change."""

    key: str
    name: str


class Assignment(msgspec.Struct, frozen=True):
    """What gives access to an application: a person, everybody in a group, or simply everybody but a few."""

    people: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    everybody: bool = False
    excepted: frozenset[str] = frozenset()


class Filter(msgspec.Struct, frozen=True):
    """A condition on an attribute of people, as Entra's scoping filters have it (2.f)."""

    attribute: str
    operator: str
    value: str = ""

    def __post_init__(self) -> None:
        for word, known in ((self.attribute, ATTRIBUTES), (self.operator, OPERATORS)):
            if word not in known:
                near = difflib.get_close_matches(word, list(known), 1)
                hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"
                raise UsageError(f"a scoping filter has no attribute or operator {word!r}; {hint}")

    def passes(self, person: Person) -> bool:
        """Whether the person meets the condition; case matters, as it does at the vendor."""
        have = str(getattr(person, self.attribute))
        return {
            "equals": have == self.value,
            "not-equals": have != self.value,
            "starts-with": have.startswith(self.value),
            "ends-with": have.endswith(self.value),
            "contains": self.value in have,
            "is-empty": not have,
            "is-not-empty": bool(have),
        }[self.operator]


ATTRIBUTES = tuple(name for name, kind in Person.__annotations__.items() if kind == "str" and name != "key")
OPERATORS = ("equals", "not-equals", "starts-with", "ends-with", "contains", "is-empty", "is-not-empty")


class Change(msgspec.Struct, frozen=True):
    """One entry of the change log. `subject` is the key of a person or group, `other` of what it has to do with."""

    number: int
    kind: str
    subject: str
    other: str = ""


KINDS_OF_CHANGE = (
    "hired",
    "renamed",
    "readdressed",
    "profile changed",
    "disabled",
    "enabled",
    "archived",
    "unarchived",
    "deleted",
    "undeleted",
    "joined",
    "left",
    "assigned",
    "unassigned",
    "group formed",
    "group renamed",
    "group deleted",
    "group assigned",
    "group unassigned",
    "nested",
)
