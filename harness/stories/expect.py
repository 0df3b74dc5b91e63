"""Lets a story state what must hold, as self-contained entries that `checks/expectations.py` judges later."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.catalogue.requirement import load_catalogue
from harness.directory.values import Group, Person
from harness.errors import CatalogueError, StoryError, nearest
from harness.record.journal import Entry, Expectation, Journal

INVITED, INVITED_SUSPENDED = "INVITED", "INVITED_SUSPENDED"
PENDING, PENDING_SUSPENDED = "PENDING", "PENDING_SUSPENDED"
ACTIVE, SUSPENDED = "ACTIVE", "SUSPENDED"
SUSPENDED_STATES = (SUSPENDED, INVITED_SUSPENDED, PENDING_SUSPENDED)

STATES = (INVITED, PENDING, ACTIVE, "RECOVERING", *SUSPENDED_STATES)
"""The states of a member, as the probe names them."""

Proves = str | tuple[str, ...]
Facets = str | tuple[str, ...]


class Expect:
    """States expectations about the moment at which it is called. Asserts nothing itself.

    `proves` names the requirements that an expectation judges, and `facets` the parts of them, where they have parts.
    Raises StoryError for a requirement or a state that does not exist, and for no requirement at all.
    `pushes_groups` is false for a dialect without groups:
    expectations on groups are then not applicable, and counted so.
    """

    def __init__(self, journal: Journal, pushes_groups: bool = True) -> None:
        self._journal = journal
        self._pushes_groups = pushes_groups

    def answer(
        self, entry: Entry, *statuses: int, proves: Proves, scim_types: tuple[str, ...] = (), facets: Facets = ()
    ) -> None:
        """The exchange was answered with one of these statuses and, where given, one of these `scimType`s."""
        wanted = " or ".join(map(str, statuses))
        params = {"entry": entry.id, "statuses": list(statuses), "scim_types": list(scim_types)}
        self._state("answer", proves, f"the answer is {wanted}", params, facets)

    def shows(self, entry: Entry, attributes: dict[str, Any], proves: Proves, facets: Facets = ()) -> None:
        """The exchange shows a resource with these values."""
        params = {"entry": entry.id, "attributes": attributes}
        self._state("shows", proves, f"the resource shows {attributes}", params, facets)

    def shows_one_of(self, entry: Entry, attributes: dict[str, list[Any]], proves: Proves, facets: Facets = ()) -> None:
        """The exchange shows a resource whose attributes have one of these values; None is for one that is missing."""
        params = {"entry": entry.id, "attributes": attributes}
        self._state("shows-one-of", proves, f"the resource shows one of {attributes}", params, facets)

    def listed(
        self,
        entry: Entry,
        at_most: int,
        proves: Proves,
        at_least: int = 0,
        total: int | None = None,
        facets: Facets = (),
    ) -> None:
        """The answer is a list of this many resources, with at least this total."""
        params = {"entry": entry.id, "at_least": at_least, "at_most": at_most}
        params |= {} if total is None else {"total": total}
        self._state("listed", proves, f"{at_least} to {at_most} resources are listed", params, facets)

    def one_address(self, address: str, proves: Proves, facets: Facets = ()) -> None:
        """There is one user and one member of that address, letter case aside."""
        self._state("one-user", proves, f"there is one {address}", {"address": address, "id": ""}, facets)

    def state(self, person: Person, *states: str, proves: Proves, facets: Facets = ()) -> None:
        """The member with that address is in one of these states of the account."""
        params = {"address": person.address, "states": list(states)}
        self._state("state", proves, f"{person.full_name} is {' or '.join(states)}", params, facets)

    def guest(self, person: Person, proves: Proves, facets: Facets = ()) -> None:
        """The member with that address is a guest still, active and in no managed group."""
        self._state("guest", proves, f"{person.full_name} is a guest", {"address": person.address}, facets)

    def never(self, person: Person, *states: str, since: int, proves: Proves, facets: Facets = ()) -> None:
        """Since that position of the account's event journal the member was never in one of these states."""
        params = {"address": person.address, "states": list(states), "since": since}
        self._state("never", proves, f"{person.full_name} was never {' or '.join(states)}", params, facets)

    def account(self, present: Iterable[Person], absent: Iterable[Person], proves: Proves, facets: Facets = ()) -> None:
        """Of the people in this story exactly those `present` are members of the account."""
        params = {
            "addresses": sorted(person.address for person in present),
            "absent": sorted(person.address for person in absent),
        }
        self._state("account", proves, "exactly the people in scope are members", params, facets)

    def mail(self, person: Person, kind: str, times: int, since: int, proves: Proves, facets: Facets = ()) -> None:
        """Since that position of the outbox, exactly this many mails of that kind went to the person."""
        params = {"address": person.address, "mail": kind, "times": times, "since": since}
        self._state("mail", proves, f"{times} {kind} mail to {person.full_name}", params, facets)

    def no_mail(self, *people: Person, since: int, proves: Proves, facets: Facets = ()) -> None:
        """Since that position of the outbox no mail at all went to these people."""
        params = {"addresses": sorted(person.address for person in people), "since": since}
        names = ", ".join(person.full_name for person in people)
        self._state("no-mail", proves, f"no mail to {names}", params, facets)

    def no_mail_to_anybody(self, since: int, proves: Proves, facets: Facets = ()) -> None:
        """Since that position of the outbox no mail went out."""
        self._state("no-mail", proves, "no mail to anybody", {"addresses": None, "since": since}, facets)

    def notices(
        self, address: str, since: int, proves: Proves, *, at_least: int = 1, at_most: int = 1, facets: Facets = ()
    ) -> None:
        """Since that position of the outbox, this many mails about the bridge's health went to that address."""
        params = {"address": address, "since": since, "at_least": at_least, "at_most": at_most}
        self._state("notices", proves, f"{at_least} to {at_most} notices to {address}", params, facets)

    def kept(self, since: str, proves: Proves, facets: Facets = ()) -> None:
        """Since that entry nobody and nothing was lost, doubled or changed, over SCIM and on the account."""
        self._state("kept", proves, "everybody and every group is as before", {"since": since}, facets)

    def pull_kept(self, proves: Proves, facets: Facets = ()) -> None:
        """The bridge pulls the directory that it pulled before, or its health says that it does not."""
        self._state("pull-kept", proves, "the settings of the pull are kept, or health says so", {}, facets)

    def notices_taken(self, proves: Proves, facets: Facets = ()) -> None:
        """The first notice of each channel that the bridge opened was taken."""
        self._state("notices-taken", proves, "the first notices of channels are taken", {}, facets)

    def one_group(self, group: Group, proves: Proves, facets: Facets = ()) -> None:
        """There is one group of that name on the account, and SCIM lists none twice."""
        self._state("one-group", proves, f"there is one {group.name}", {"name": group.name}, facets)

    def stands(self, name: str, rps: float, proves: Proves, facets: Facets = ()) -> None:
        """No request of that name was turned away, though so many were sent in a second."""
        params = {"request": name, "rps": rps}
        self._state("stands", proves, f"{rps:.0f} requests in a second are answered", params, facets)

    def pings(self, proves: Proves, facets: Facets = ()) -> None:
        """Each ping of an outside watch was answered, without credentials."""
        self._state("pings", proves, "an outside watch may ping the bridge", {}, facets)

    def groups(self, person: Person, groups: Iterable[Group], proves: Proves, facets: Facets = ()) -> None:
        """The person is in exactly these of the story's groups: over SCIM, and on the account where it can be read."""
        names = sorted(group.name for group in groups)
        params = {"address": person.address, "groups": names, "applicable": self._pushes_groups}
        self._state("groups", proves, f"{person.full_name} is in {', '.join(names) or 'no group'}", params, facets)

    def opens(self, person: Person, vault: str, is_open: bool, proves: Proves, facets: Facets = ()) -> None:
        """The person has, or has not, access to that vault, through one of their groups on the account."""
        word = "has" if is_open else "has no"
        params = {"address": person.address, "vault": vault, "open": is_open}
        self._state("opens", proves, f"{person.full_name} {word} access to {vault}", params, facets)

    def listed_group(self, group: Group, is_listed: bool, proves: Proves, facets: Facets = ()) -> None:
        """SCIM lists that group once, or not at all."""
        word = "lists" if is_listed else "does not list"
        self._state("group", proves, f"SCIM {word} {group.name}", {"name": group.name, "listed": is_listed}, facets)

    def active(self, person: Person, active: bool, proves: Proves, facets: Facets = ()) -> None:
        """SCIM shows exactly one user of that name, with `active` as given."""
        params = {"address": person.address, "active": active}
        word = "active" if active else "inactive"
        self._state("active", proves, f"SCIM shows {person.full_name} as {word}", params, facets)

    def gone(self, person: Person, proves: Proves, facets: Facets = ()) -> None:
        """SCIM lists no user of that name."""
        self._state("gone", proves, f"SCIM lists no {person.full_name}", {"address": person.address}, facets)

    def one_user(self, person: Person, proves: Proves, scim_id: str = "", facets: Facets = ()) -> None:
        """There is one user and one member of that address, letter case aside; with that id, where one is given."""
        params = {"address": person.address, "id": scim_id}
        self._state("one-user", proves, f"there is one {person.full_name}", params, facets)

    def name(self, person: Person, proves: Proves, facets: Facets = ()) -> None:
        """SCIM and account show the person under the name that the directory has now."""
        params = {"address": person.address, "name": person.full_name}
        self._state("name", proves, f"the name is {person.full_name}", params, facets)

    def silent(self, since: str, proves: Proves, facets: Facets = (), *, after_import: bool = False) -> None:
        """Since that entry only reading requests were sent, and no member, group or event changed by them.

        `after_import` says that a list of everybody was read and acted upon: where others write to the account, they
        move whom the pages show, so that a change is no fault of the bridge for sure.
        """
        params = {"since": since, **({"after_import": True} if after_import else {})}
        self._state("silent", proves, "reading changes nothing", params, facets)

    def _state(self, kind: str, proves: Proves, sentence: str, params: dict[str, Any], facets: Facets) -> None:
        requirements = (proves,) if isinstance(proves, str) else proves
        _refuse_wrong(requirements, params)
        shown = (facets,) if isinstance(facets, str) else facets
        self._journal.add(Expectation(kind, requirements, sentence, params, shown))


def _refuse_wrong(requirements: tuple[str, ...], params: dict[str, Any]) -> None:
    if not requirements:
        raise StoryError("`proves` names no requirement, so that nothing would be judged")
    catalogue = load_catalogue()
    try:
        for each in requirements:
            catalogue.get(each)
    except CatalogueError as error:
        raise StoryError(f"{error}; `bridgecheck list requirements` shows all") from error
    for state in params.get("states", ()):
        if state not in STATES:
            raise StoryError(f"there is no state {state!r}{nearest(str(state), STATES)}")
