"""Looks at what a bridge shows: users and groups over SCIM, and the account behind it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import partial

from harness.model.declared import read_schemas
from harness.record.exchange import RESOURCES, Exchange, Json, Request, get_attribute
from harness.record.journal import Journal, Observation
from harness.record.message import equals, path_of, read, render_query
from harness.record.pages import read_pages
from harness.stories.acquaintances import NAME_OF, Acquaintances
from harness.target.probe import EMAILS, AccountProbe, NotOffered, ProbeRefused

PAGE = 100
WHOLE_LIMIT = 500  # ours: of a larger directory only those are looked at whom the story has to do with
# Mail before the journal: a mail that was seen has its event in what is read after it.
_READS = (("members", "members"), ("groups", "groups"), ("mail", "messages"), ("journal", "events"))


class Lookout:
    """Looks, and records what it saw. What could not be seen is recorded as not known, never as nobody.

    On an account that others may use at the same time (`is_shared`) only the people and groups of the story are
    recorded: what changes about others is nobody's fault that we could name, and none of our business.
    """

    def __init__(
        self,
        journal: Journal,
        probe: AccountProbe,
        exchange: Callable[[Request], Exchange],
        *,
        is_shared: bool = False,
    ) -> None:
        self._is_shared = is_shared
        self._journal = journal
        self._probe = probe
        self._exchange = exchange
        self._known = Acquaintances()
        self._members: set[str] = set()
        self._digests: dict[str, str] = {}
        self._starts: dict[str, int] = {}
        self._large: set[str] = set()  # what is too large to be looked at whole
        self._joined: set[str] = set()
        self._filled: set[str] = set()
        self._are_on_request: bool | None = None  # the members of groups; None until the schemas were read
        self._is_seen = False
        self._sees_vaults = False

    def begin(self) -> None:
        """A story begins: nobody is known yet, and journal and mail count from here.

        Schemas are read anew in each that needs them: what a story sends must not hang on which one came before it.
        """
        self._are_on_request = None
        self._joined, self._filled = set(), set()
        self._known = Acquaintances()
        self._members.clear()
        self._digests.clear()
        self._starts = {name: self.position(name) for name in ("journal", "mail")}
        self._is_seen = self._sees_vaults = False

    def meet_group(self, name: str) -> None:
        """A group of that name has got members on the account."""
        self._known.put_in_place.add(name.casefold())

    def watch_vaults(self) -> None:
        """The story has to do with vaults: from now on each look sees them too."""
        self._is_seen, self._sees_vaults = False, True

    def meet(self, *addresses: str) -> None:
        """The story has to do with these people, though no request names them."""
        if (self._large or self._is_shared) and not self._known.names["Users"].issuperset(addresses):
            self._is_seen = False
        self._known.names["Users"].update(addresses)

    @property
    def addresses(self) -> list[str]:
        """Of the people whom the story has to do with."""
        return sorted(self._known.names["Users"])

    def look_again(self) -> None:
        """Something was done that is no request: everything may look different now."""
        self._is_seen = False

    def take(self, exchange: Exchange) -> None:
        """A request was sent: whom it names is looked at, and everything may look different now."""
        self._known.take(exchange)
        self._is_seen = False

    def position(self, name: str) -> int:
        """Where the event journal or the outbox stands now, for `since`; 0 where the target does not show it.

        Raises NotOffered where the probe fails.
        """
        if name not in self._probe.reads:
            return 0
        try:
            return int(self._probe.read(name)["next"])
        except ProbeRefused as error:
            raise NotOffered(f"the story can't go on: {error}") from error

    def look(self) -> None:
        """Look at everything. A second look in a row would show the same, so it is left out."""
        if self._is_seen:
            return
        # The account first: what reading over SCIM changes there, the next look shows. Not so where the names by which
        # it is looked at may have changed: SCIM tells them.
        if self._is_shared or self._large:
            self._look_over_scim()
            self.look_at_the_account()
        else:
            self.look_at_the_account()
            self._look_over_scim()
        self._is_seen = True

    def look_at_the_account(self) -> None:
        """Look at everything that the account's probe shows, whether SCIM answers or not."""
        self._is_seen = False
        for name, key in _READS:
            if name in self._probe.reads:
                found = self._seen(partial(self._read, name, key))
                self._learn_filled(name, found or [])
                is_sifted = self._is_shared and found is not None
                self._note(f"account.{name}", self._own(name, found or []) if is_sifted else found)
        if "settings" in self._probe.reads and not self._is_shared:
            self._note("account.settings", self._seen(lambda: [self._probe.read("settings")]))
        if self._sees_vaults and "vaults" in self._probe.reads:
            self._note("account.vaults", self._seen(lambda: self._probe.read("vaults")["vaults"]))

    def _learn_filled(self, name: str, found: list[Json]) -> None:
        """Which groups have members, by what the account shows: nobody need have asked for that over SCIM."""
        if name == "members":
            self._joined = {str(group) for member in found for group in member.get("groups") or ()}
        elif name == "groups":
            self._filled = {str(group.get("scim_id")) for group in found if str(group.get("id")) in self._joined}

    def _seen(self, read: Callable[[], list[Json]]) -> list[Json] | None:
        """What a read shows; None where the probe fails, which makes it not known from here on."""
        try:
            return read()
        except (NotOffered, ProbeRefused):
            return None

    def _look_over_scim(self) -> None:
        for endpoint in RESOURCES:
            listed = self._resources(endpoint)
            self._known.rename(endpoint, listed or [])
            self._note(f"scim.{endpoint.lower()}", listed)

    def _own(self, name: str, found: list[Json]) -> list[Json]:
        """What concerns the people and groups of this story, of what the probe shows."""
        people = {address.casefold() for address in self._known.names["Users"]}
        if name == "groups":
            groups = {each.casefold() for each in self._known.names["Groups"]}
            return [group for group in found if str(group["name"]).casefold() in groups or _is_of_the_account(group)]
        if name == "mail":
            return [message for message in found if str(message["to"]).casefold() in people]
        if name == "journal":
            return [event for event in found if event["member_id"] in self._members]
        mine = [
            m for m in found if str(m["email"]).casefold() in people or m.get("scim_id") in self._known.ids["Users"]
        ]
        self._members |= {member["id"] for member in mine}
        return mine

    def _read(self, name: str, key: str) -> list[Json]:
        since = {"since": str(self._starts[name])} if name in self._starts else {}
        if name != "members" or "members" not in self._large:
            found: list[Json] = self._probe.read(name, **since)[key]
            if name != "members" or len(found) <= WHOLE_LIMIT:
                return found
            self._large.add("members")
        people = sorted(self._known.names["Users"])
        # A probe may know no `email`, and answer with all members: the rest is none of this story's business.
        parts = [people[start : start + EMAILS] for start in range(0, len(people), EMAILS)]
        listed = [member for part in parts for member in self._probe.read("members", email=part)["members"]]
        return list({str(member["id"]): member for member in self._own("members", listed)}.values())

    def note(self, kind: str, data: list[Json]) -> None:
        """Record what somebody else has seen."""
        self._note(kind, data)

    def _note(self, kind: str, data: list[Json] | None) -> None:
        if data is None:
            self._digests.pop(kind, None)
            self._journal.add(Observation(kind, ""))
            return
        digest = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()
        is_known = self._digests.get(kind) == digest
        self._digests[kind] = digest
        self._journal.add(Observation(kind, digest, None if is_known else data))

    def _resources(self, endpoint: str) -> list[Json] | None:
        """The resources of an endpoint: all, of a large directory those of this story; None when they can't be read."""
        if endpoint not in self._large:
            found, pages = self._list_all(endpoint)
            if found and self._is_shared:
                found = [each for each in found if self._known.holds(endpoint, each)]
                found = self._as_moved(endpoint, found) if pages > 1 else found
            if endpoint not in self._large:
                return self._with_members(found) if endpoint == "Groups" and found else found
        return self._look_up_all(endpoint)

    def _list_all(self, endpoint: str) -> tuple[list[Json] | None, int]:
        """Every resource, page by page until a page shows the end, and the number of pages.

        None in place of the resources when they can't be listed, or are too many.
        """
        found: list[Json] = []
        pages = 0
        for pages, page in enumerate(read_pages(lambda query: self._list(endpoint, query), PAGE), 1):
            if not page.is_list or not all(isinstance(entry, dict) for entry in page.entries):
                return None, pages
            found += page.entries
            if not isinstance(page.total, int):
                return None, pages
            if max(page.total, len(found)) > WHOLE_LIMIT:
                self._large.add(endpoint)
                return None, pages
            if len(page.entries) < PAGE and len(found) >= page.total:
                break
        return (found if all(isinstance(item.get("id"), str) for item in found) else None), pages

    def _look_up_all(self, endpoint: str) -> list[Json] | None:
        """Those whom this story names, by a filter, and those whose ids it has met, by id."""
        found: dict[str, Json] = {}
        for name in sorted(self._known.names[endpoint]):
            query = render_query((("filter", equals(NAME_OF[endpoint], name)),))
            listed = self._list(endpoint, query)
            entries = listed.get("Resources", []) if listed else None
            if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
                return None
            found |= {str(each.get("id")): each for each in entries}
        return self._with_slipped(endpoint, list(found.values()))

    def _as_moved(self, endpoint: str, listed: list[Json]) -> list[Json] | None:
        """What pages show while others write: who moved to the next page between two reads, stands once.

        Who moved to the page before stands on none, and is read by id.
        """
        return self._with_slipped(endpoint, list({each["id"]: each for each in listed}.values()))

    def _with_slipped(self, endpoint: str, listed: list[Json]) -> list[Json] | None:
        """With those whose ids this story has met and that a list does not show, read by id; None when one can't be.

        While others write, a resource may slip from one page to the page before it, and stand on neither.
        """
        found = list(listed)
        for scim_id in sorted(self._known.ids[endpoint] - {str(each.get("id")) for each in listed}):
            single = self._exchange(read(path_of(endpoint, scim_id), f"observe {endpoint.lower()}"))
            if single.status == 200 and get_attribute(single.json, NAME_OF[endpoint]) is not None:
                found.append(single.json)
            elif single.status not in (400, 404, 410):
                return None
        return found

    def _with_members(self, groups: list[Json]) -> list[Json] | None:
        """The groups with their members: where no group on the list shows any, those that got some are read by id.

        None where the members can't be seen.
        """
        if any(get_attribute(group, "members") is not None for group in groups):
            return groups
        filled = {str(group.get("id")) for group in groups if self._known.may_have_members(group)}
        beside = {str(group.get("id")) for group in groups} & self._filled - filled
        if not (filled or beside):
            return groups
        is_on_request = self._shows_members_on_request()
        filled |= beside if is_on_request else set()
        look = self._members_asked_for if is_on_request else self._whole
        found = [look(group) if str(group.get("id")) in filled else group for group in groups]
        return None if None in found else [group for group in found if group is not None]

    def _whole(self, group: Json) -> Json:
        single = self._exchange(read(path_of("Groups", group["id"]), "observe groups"))
        return single.json if single.status == 200 and single.json.get("id") == group["id"] else group

    def _members_asked_for(self, group: Json) -> Json | None:
        """The group with the members that are shown on request alone; None where they are not shown."""
        query = render_query((("attributes", "members"),))
        single = self._exchange(read(path_of("Groups", group["id"]), "observe groups", query))
        if single.status != 200 or single.json.get("id") != group["id"]:
            return None
        return {**group, "members": get_attribute(single.json, "members") or []}

    def _shows_members_on_request(self) -> bool:
        """Whether the bridge declares so (RFC 7643 section 7, returned). Its schemas are read once in a story."""
        if self._are_on_request is None:
            schemas = self._exchange(read("/Schemas", "observe schemas"))
            declared = read_schemas(schemas.json if schemas.status == 200 else None, None)
            self._are_on_request = "members" in declared["Group"].on_request
        return self._are_on_request

    def _list(self, endpoint: str, query: str) -> Json | None:
        exchange = self._exchange(read(f"/{endpoint}", f"observe {endpoint.lower()}", query))
        return exchange.json if exchange.status == 200 else None


def _is_of_the_account(group: Json) -> bool:
    """Whether a group is the account's own, such as Provision Managers: no client made it, and none may change it."""
    return str(group.get("type", "USER_DEFINED")) != "USER_DEFINED"
