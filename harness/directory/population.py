"""A synthetic population that costs no memory: each person is a pure function of seed and number."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from struct import unpack_from

from faker import Faker
from msgspec.structs import replace

from harness.directory.values import Group, Person
from harness.errors import UsageError, nearest

POOL_SIZE = 600
LOCALES = ("en_US", "de_DE", "sv_SE")
# Faker's locales for names that no Latin keyboard has.
OTHER_SCRIPTS = ("ru_RU", "el_GR", "ja_JP", "ar_AA", "he_IL")
LONGEST_LOCAL_PART = 64  # RFC 5321 section 4.5.3.1.1
LOOK_ALIKES = str.maketrans("aeopcxyi", "аеорсхуі")  # Cyrillic letters that look Latin

TITLES = (
    "Engineer",
    "Designer",
    "Accountant",
    "Clerk",
    "Nurse",
    "Teacher",
    "Buyer",
    "Technician",
    "Analyst",
    "Manager",
)
DEPARTMENTS = ("Design", "Sales", "Finance", "Research", "Support", "Operations", "Legal", "Marketing", "People", "Tax")
PLACES = (("London", "GB", "en-GB"), ("Berlin", "DE", "de-DE"), ("Malmö", "SE", "sv-SE"), ("Austin", "US", "en-US"))
UNUSUAL_NAMES = ("non-latin", "apostrophe", "very-long", "case-variant", "look-alike", "plus-address")
_SPAN = float(2**64)


@dataclass(frozen=True, slots=True)
class SyntheticPeople:
    """`people` persons in `groups` groups, by number from 1. `unusual_names` is a share of people.

    Everybody is in one group, and every fifth person in a second one; both follow from the number, and from the group
    its members, so nothing has to be kept.
    """

    seed: int
    people: int = 0
    groups: int = 0
    domain: str = "example.com"
    run_id: str = "r"
    unusual_names: float = 0.0
    _key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_key", f"{self.run_id}p")
        for name, value in (("people", self.people), ("groups", self.groups)):
            if value < 0:
                raise UsageError(f"people and groups must be 0 or more; {name} is {value}")
        if not 0 <= self.unusual_names <= 1:
            raise UsageError(f"the share of unusual names must be from 0 to 1; is {self.unusual_names}")

    def person(self, number: int) -> Person:
        """The person with that number."""
        draws = hashlib.blake2b(f"{self.seed}:{number}".encode(), digest_size=32).digest()
        one, other = unpack_from(">II", draws)
        given_pool, family_pool = given_names(), family_names()
        given, family = given_pool[one % len(given_pool)], family_pool[other % len(family_pool)]
        city, country, locale = PLACES[draws[8] % len(PLACES)]
        department = DEPARTMENTS[draws[9] % len(DEPARTMENTS)]
        person = Person(
            f"{self.run_id}p{number}",
            given,
            family,
            f"{plain(given)}.{plain(family)}.{self.run_id}{number}@{self.domain}",
            title=TITLES[draws[10] % len(TITLES)],
            department=department,
            division="North" if draws[11] & 1 else "South",
            manager=self.manager_of(number),
            phone=f"+44 20 7946 {number % 10000:04d}",
            mobile=f"+44 7700 90{number % 10000:04d}",
            locale=locale,
            city=city,
            country=country,
            employee_number=str(100_000 + number),
        )
        if self.unusual_names and int.from_bytes(draws[16:24], "big") / _SPAN < self.unusual_names:
            return give_unusual_name(person, UNUSUAL_NAMES[draws[24] % len(UNUSUAL_NAMES)], draws[25])
        return person

    def manager_of(self, number: int) -> str:
        """The key of that person's manager: everybody but the first has one."""
        return f"{self.run_id}p{(number - 1) // 10 or 1}" if number > 1 else ""

    def number_of(self, key: str) -> int:
        """The number in a person's key; 0 when nobody here has that key."""
        return _number(key, self._key, self.people)

    def group(self, number: int) -> Group:
        """The group with that number."""
        name = f"{DEPARTMENTS[(number - 1) % len(DEPARTMENTS)]} {number} {self.run_id.rstrip('-')}"
        return Group(f"{self.run_id}g{number}", name)

    def group_number_of(self, key: str) -> int:
        """The number in a group's key; 0 when there is none."""
        return _number(key, f"{self.run_id}g", self.groups)

    def groups_of(self, number: int) -> tuple[int, ...]:
        """The numbers of the groups that a person is in."""
        if not self.groups:
            return ()
        first = (number - 1) % self.groups + 1
        second = (number // 5) % self.groups + 1 if number % 5 == 0 else first
        return (first,) if first == second else (first, second)

    def members_of(self, group: int) -> Iterator[int]:
        """The numbers of the people in a group, in order; the reverse of `groups_of`."""
        firsts = range(group, self.people + 1, self.groups)
        fifths = range((group - 1 or self.groups) * 5, self.people + 1, self.groups * 5)
        yield from _merged(iter(firsts), iter(fifths))

    def size_of(self, group: int) -> int:
        """How many members a group has."""
        return sum(1 for _ in self.members_of(group))


def give_unusual_name(person: Person, kind: str, draw: int = 0) -> Person:
    """The person with a difficult name or address; who they are, and that the address is theirs alone, stays."""
    local, _, domain = person.address.rpartition("@")
    own = local.rpartition(".")[2]
    given, family = person.given_name, person.family_name
    if kind == "non-latin":
        given, family = _drawn_pair(OTHER_SCRIPTS[draw % len(OTHER_SCRIPTS)], draw)
        local = f"{plain(given).strip('-') or 'p'}.{own}"
    elif kind == "apostrophe":
        family, local = f"O'{family}", f"{plain(given)}.o'{plain(family)}.{own}"
    elif kind == "very-long":
        family = "-".join([family] * 20)[:120].rstrip("-")
        local = f"{plain(family)[: LONGEST_LOCAL_PART - len(own) - 1].rstrip('.-')}.{own}"
    elif kind == "case-variant":
        local, given, family = f"{given[0]}.{plain(family).upper()}.{own}", given.upper(), family.lower()
        local = "".join(c if c.isascii() else "x" for c in local)
    elif kind == "look-alike":
        given, family = given.translate(LOOK_ALIKES), family.translate(LOOK_ALIKES)
    elif kind == "plus-address":
        local = f"{plain(given)}.{plain(family)}+scim.{own}"
    else:
        raise UsageError(
            f"there is no kind of unusual name {kind!r}"
            + (nearest(kind, UNUSUAL_NAMES) or f"; there are {', '.join(UNUSUAL_NAMES)}")
        )
    return replace(person, given_name=given, family_name=family, address=f"{local}@{domain}")


@lru_cache(maxsize=1)
def given_names() -> tuple[str, ...]:
    """The pool of given names: a frequent name stands in it often."""
    return _fill("first_name", LOCALES)


@lru_cache(maxsize=1)
def family_names() -> tuple[str, ...]:
    """The pool of family names: a frequent name stands in it often."""
    return _fill("last_name", LOCALES)


LETTERS = str.maketrans({"ß": "ss", "ä": "ae", "ö": "oe", "ü": "ue", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae"})
"""Letters that Unicode does not take apart, or that people write otherwise than it does."""


@lru_cache(maxsize=4 * POOL_SIZE)
def plain(text: str) -> str:
    """Text as a directory makes an address of it: small letters of ASCII."""
    lower = unicodedata.normalize("NFC", text.lower()).translate(LETTERS)
    lower = "".join(c for c in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(c))
    return "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "-" for c in lower)


def _fill(kind: str, locales: tuple[str, ...], size: int = POOL_SIZE) -> tuple[str, ...]:
    # Drawn once, with Faker's frequencies, since weighting costs some fifteen times more. One fixed
    # seed: a pool is data, the run's own seed decides who is drawn from it.
    fake = Faker(list(locales), use_weighting=True)
    fake.seed_instance(20261125)
    return tuple(unicodedata.normalize("NFC", str(getattr(fake, kind)())) for _ in range(size))


@lru_cache(maxsize=len(OTHER_SCRIPTS))
def _pair_pool(locale: str) -> tuple[tuple[str, str], ...]:
    return tuple(zip(_fill("first_name", (locale,), 40), _fill("last_name", (locale,), 40), strict=True))


def _drawn_pair(locale: str, draw: int) -> tuple[str, str]:
    pool = _pair_pool(locale)
    return pool[draw % len(pool)]


def _number(key: str, prefix: str, most: int) -> int:
    if not most or not key.startswith(prefix):
        return 0
    digits = key[len(prefix) :]
    if not digits.isdecimal() or digits[0] == "0" or len(digits) > 12 or not digits.isascii():
        return 0
    number = int(digits)
    return number if number <= most else 0


def _merged(one: Iterator[int], other: Iterator[int]) -> Iterator[int]:
    """Two rising rows as one, without repeating what is in both."""
    a, b = next(one, None), next(other, None)
    while a is not None or b is not None:
        if b is None or (a is not None and a <= b):
            b = next(other, None) if a == b else b
            assert a is not None
            yield a
            a = next(one, None)
        else:
            yield b
            b = next(other, None)
