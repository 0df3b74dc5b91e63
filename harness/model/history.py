"""The walk: every exchange of a story in its order, and every representation in every answer beside what is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.model.asked import Asked, asked_by
from harness.model.bulk import parts_of, unresolved
from harness.model.characteristics import ResourceSchema
from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.fitting import is_well_typed, is_well_typed_patch
from harness.model.flat import Flat, Spellings, flatten, top_of
from harness.model.group_members import members_named
from harness.model.knowledge import EVERYTHING, Key, Resource, Sure
from harness.model.lists import Sets
from harness.model.moments import MetaRule
from harness.model.observed import Supported
from harness.model.predict import after_create, after_patch, after_put
from harness.model.relations import Relations
from harness.model.showing import Showing, believe_answers
from harness.model.standard import standard_schemas
from harness.model.timing import beside_writes, is_reading
from harness.model.values import Kind
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, is_list
from harness.record.journal import Act, ClockMove, Entry

Schemas = Mapping[str, ResourceSchema]
TYPES = {"Users": "User", "Groups": "Group"}
_TURNED_AWAY = (429,)


class Walk:
    """Goes through the entries of one story, and yields what was compared in each answer."""

    def __init__(
        self, supported: Supported, schemas: Mapping[str, ResourceSchema] | None = None, *, is_alone: bool = True
    ) -> None:
        self.resources: dict[Key, Resource] = {}
        self.names = Spellings()
        self._schemas = schemas or standard_schemas()
        self.last_write: Entry | None = None
        self._sets = Sets(self._schemas, is_alone=is_alone)
        self._relations = Relations(supported.shown)
        self._showing = Showing(self.names, supported, self._relations)
        self._beside: set[str] = set()
        self._placed: set[str] = set()  # addresses whom acts have put in place
        self._has_placed_groups = False
        self._on_request = {endpoint: self._schemas[type_].on_request for endpoint, type_ in TYPES.items()}
        self._servers_own = {endpoint: self._schemas[type_].servers_own for endpoint, type_ in TYPES.items()}
        self._meta = MetaRule(self._on_request)

    def over(self, entries: tuple[Entry, ...]) -> Iterator[Comparisons]:
        """What was compared, in the order of the entries."""
        self._beside = beside_writes(entries)
        for entry in entries:
            event = entry.event
            if isinstance(event, Act):
                self._done_outside(event)
            elif isinstance(event, ClockMove) and event.clock == "bridge":
                self._time_passes()
            elif isinstance(event, Exchange) and event.status not in _TURNED_AWAY:
                look = self._take(entry, event)
                if look is not None and (look.held or look.deviations):
                    yield look

    def _done_outside(self, act: Act) -> None:
        """Somebody did something to the account: whoever is meant is not known, and `active` of nobody is."""
        if act.name == "fixtures" and act.address:
            self._placed.add(act.address.casefold())
        elif act.name == "fixtures":  # such an act names nobody: groups, or vaults
            self._has_placed_groups = True
        for resource in self.resources.values():
            is_of_another = act.address and act.address.casefold() not in str(resource.flat()).casefold()
            if act.name in ("sync", "fixtures") or not is_of_another:
                resource.forget()
            else:
                resource.forget("active", "groups", "members")
            resource.meta = {}
        self._sets.forget()

    def _time_passes(self) -> None:
        for resource in self.resources.values():
            resource.forget("active", "groups")
            resource.meta = {}
            resource.is_there = None if resource.is_there else resource.is_there
        self._sets.forget()

    def _take(self, entry: Entry, exchange: Exchange) -> Comparisons | None:
        route = exchange.route
        if route.endpoint == "Bulk":
            return self._bulk(entry, exchange)
        if is_reading(exchange) and entry.id in self._beside:
            return None
        if route.endpoint in ("Me", "", ".search"):
            return self._elsewhere(entry, exchange)
        if route.endpoint not in RESOURCES or route.rest:
            return None
        return self._read(entry, exchange) if is_reading(exchange) else self._write(entry, exchange)

    def _bulk(self, entry: Entry, exchange: Exchange) -> Comparisons | None:
        """Each operation by itself; where it is not sure what became of which, nothing is known afterwards."""
        parts = None if entry.id in self._beside else parts_of(exchange)
        if exchange.request.method != "POST" or 400 <= exchange.status < 500:
            return None
        if parts is None or any(True for _ in unresolved(parts)):
            self._forget_all()
            return None
        look = Comparisons(entry)
        for part in parts:
            found = self._take(entry, part)
            if found is not None:
                look.held |= found.held
                look.deviations += found.deviations
        return look

    def _elsewhere(self, entry: Entry, exchange: Exchange) -> Comparisons | None:
        """The alias of whoever asks (RFC 7644 section 3.11), and what the root lists: resources of every type."""
        look, asked, shown = Comparisons(entry), asked_by(exchange), exchange.json
        if not is_reading(exchange):
            if exchange.status not in range(400, 500):
                self._forget_all()
            return None
        if exchange.status != 200 or exchange.request.method == "HEAD":
            return None
        found = get_attribute(shown, "Resources") if is_list(shown) else None
        for index, item in enumerate(found if isinstance(found, list) else ()):
            if isinstance(item, dict):
                seen = asked.selection if asked.is_projected else "search"
                self._view(look, item, _key_of(item), seen, asked, f"/Resources/{index}")
        if exchange.route.endpoint == "Me" and found is None:
            self._view(look, shown, _key_of(shown), asked.selection if asked.is_projected else "read", asked)
        return look

    def _forget_all(self) -> None:
        for resource in self.resources.values():
            resource.forget()
        self._sets.forget()

    # Reading

    def _read(self, entry: Entry, exchange: Exchange) -> Comparisons | None:
        look, asked = Comparisons(entry), asked_by(exchange)
        route = exchange.route
        if not 200 <= exchange.status < 300 or not exchange.has_json:
            resource = self.resources.get((route.endpoint, route.id)) if route.id else None
            if resource and exchange.request.method == "GET" and exchange.status == 404:
                self._not_there(look, resource)
            elif resource and resource.is_there is False and exchange.status == 404:
                look.held.add(Context("delete", TYPES[route.endpoint], "", "read"))
            return look
        if exchange.request.method == "HEAD":
            return None
        if is_list(exchange.json):
            self._list(look, exchange, asked)
        elif route.id and route.id != ".search":
            self._view(
                look,
                exchange.json,
                (route.endpoint, route.id),
                asked.selection if asked.is_projected else "read",
                asked,
            )
        return look

    def _not_there(self, look: Comparisons, resource: Resource) -> None:
        context = Context("", TYPES[resource.key[0]], "", "read")
        if resource.is_there is False:
            look.held.add(Context("delete", context.type, "", "read"))
        elif resource.is_there and resource.source is not None:
            entries = (resource.source, *resource.writes, look.entry)
            # A delete that was refused and done all the same is the one to blame.
            deciding = next((each for each in reversed(resource.writes) if _is_delete(each)), look.entry)
            said = "the resource, which nobody deleted"
            look.deviations.append(StateDeviation(Kind.GONE, context, said, "status 404", "", entries, deciding))
            resource.is_there = None

    def _list(self, look: Comparisons, exchange: Exchange, asked: Asked) -> None:
        seen = "filter" if asked.filter else "page" if asked.start > 1 or asked.count is not None else "list"
        seen = asked.selection if asked.is_projected else "search" if exchange.request.method == "POST" else seen
        endpoint = exchange.route.endpoint
        found = get_attribute(exchange.json, "Resources")
        items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        for index, item in enumerate(items):
            key = endpoint, str(item.get("id"))
            resource = self.resources.get(key)
            if resource is not None:
                self._view(look, item, key, seen, asked, f"/Resources/{index}")
        self._sets.compare(look, exchange, asked, items, self.resources)

    def _view(self, look: Comparisons, shown: Json, key: Key, seen: str, asked: Asked, pointer: str = "") -> None:
        resource = self.resources.get(key)
        if resource is None or not isinstance(shown.get("id"), str) or shown["id"] != key[1]:
            return
        if resource.is_there is False:
            self._resurrected(look, resource, seen, pointer)
            return
        if resource.last is not None and shown == resource.last and not asked.is_projected:
            look.held.add(Context("", TYPES[key[0]], "", seen))
            believe_answers(resource)
            self._showing.unharmed(look, resource, seen, self.last_write)
            self._meta.compare(look, resource, shown, resource.previous, pointer, self.last_write)
            if not pointer:
                self._meta.recall(look, resource, shown, resource.previous)
            resource.shown_by.add(seen)
            return
        self.names.learn(shown)
        is_whole, flat = not asked.is_projected, flatten(shown)
        self._meta.compare(look, resource, shown, flat, pointer, self.last_write, is_whole=is_whole)
        if is_whole and not pointer:
            self._meta.recall(look, resource, shown, flat)
        hidden = self._hidden(key[0], flat, asked)
        if "groups" not in hidden:
            self._relations.compare(look, resource, flat, seen, asked, pointer, self.resources)
        self._showing.compare(look, resource, shown, flat, seen, asked, pointer, self.last_write, hidden)

    def _hidden(self, endpoint: str, flat: Flat, asked: Asked) -> frozenset[str]:
        """What is shown on request alone, and was not asked for: that it is not shown says nothing."""
        names = self._on_request[endpoint]
        return frozenset(
            name for name in names.difference(map(top_of, flat)) if not asked.only or asked.is_wanted(name) is False
        )

    def _resurrected(self, look: Comparisons, resource: Resource, seen: str, pointer: str) -> None:
        context = Context(
            "delete",
            TYPES[resource.key[0]],
            "",
            "read" if seen in ("read", "projection", "exclusion") and not pointer else "list",
        )
        entries = (*resource.accepted[-1:], look.entry)
        look.deviations.append(
            StateDeviation(
                Kind.RESURRECTED,
                context,
                "nothing of a resource that was deleted",
                f"{resource.key[1]!r} is shown",
                pointer,
                entries,
            )
        )

    # Writing

    def _write(self, entry: Entry, exchange: Exchange) -> Comparisons | None:
        route, method = exchange.route, exchange.request.method
        self._sets.forget()
        is_done = 200 <= exchange.status < 300
        if method == "POST" and not route.id:
            look = self._create(entry, exchange) if is_done else None
            self.last_write = entry
            return look
        key = route.endpoint, route.id
        resource = self.resources.get(key)
        if not is_done:
            self._refused(entry, exchange, resource)
            self.last_write = entry
            return None
        if resource is None:
            resource = self.resources[key] = Resource(key, unknown={EVERYTHING}, source=None)
        is_beside = entry.id in self._beside
        if method == "DELETE":
            resource.write(entry, is_accepted=True)
            resource.is_there = None if is_beside else False
            self._relations.leave(key, entry, self.resources)
            self.last_write = entry
            return None
        if resource.is_there is not True:
            resource.is_there = None if is_beside else True
        schema = self._schemas[TYPES[route.endpoint]]
        if not exchange.sends_plain_json or not _is_well_typed(exchange, schema):
            resource.forget()
        elif method == "PUT":
            after_put(resource, exchange.sent_json, entry)
        elif method == "PATCH":
            after_patch(resource, exchange.sent_json, entry, schema)
        else:
            resource.forget()
        self._pass_over_strangers(resource, exchange.sent_json)
        self._leave_to_the_server(resource)
        self.names.learn(exchange.sent_json)
        resource.write(entry, is_accepted=True)
        self._relations.touch(key, entry, self.resources)
        if is_beside:
            resource.forget()
            self.last_write = entry
            return None
        look = Comparisons(entry)
        if exchange.has_json and not is_list(exchange.json):
            self._view(look, exchange.json, key, "answer", asked_by(exchange))
        self.last_write = entry
        return look

    def _create(self, entry: Entry, exchange: Exchange) -> Comparisons | None:
        made = exchange.json.get("id")
        if not isinstance(made, str) or not made:
            return None
        key = exchange.route.endpoint, made
        if exchange.status != 201 and not self._is_new(exchange, key):
            return self._adopt(entry, exchange, key)
        resource = self.resources[key] = Resource(key, source=entry)
        self.names.learn(exchange.sent_json)
        if entry.id in self._beside:
            resource.forget()
            return None
        if exchange.sends_plain_json and _is_well_typed(exchange, self._schemas[TYPES[key[0]]]):
            after_create(resource, exchange.sent_json, entry)
        else:
            resource.forget()
        self._pass_over_strangers(resource, exchange.sent_json)
        self._leave_to_the_server(resource)
        resource.write(entry, is_accepted=True)
        look = Comparisons(entry)
        self._relations.touch(key, entry, self.resources)
        if len(exchange.json) > 1:  # more than the id alone
            self._view(look, exchange.json, key, "answer", asked_by(exchange))
        return look

    def _leave_to_the_server(self, resource: Resource) -> None:
        """What the server alone sets may be another one after any write (RFC 7643 section 2.2, readOnly)."""
        if own := self._servers_own[resource.key[0]]:
            resource.forget(*own)

    def _pass_over_strangers(self, resource: Resource, body: Json) -> None:
        """A member whom no answer has shown to be anybody, or who is suspended, may be kept or left out."""
        if resource.key[0] == "Groups" and (named := members_named(body)):
            there = {key[1] for key, each in self.resources.items() if each.is_there is not False and _may_join(each)}
            if not named <= there:
                resource.forget("members")

    def _is_new(self, exchange: Exchange, key: Key) -> bool:
        """Some servers answer every create with 200: under an id that nobody has seen they have made something.

        Not so for what an act has put in place: it was there, though SCIM may not have shown it.
        """
        if key[0] == "Groups" and self._has_placed_groups:
            return False
        text = (exchange.request.body or b"").decode("utf-8", "replace").casefold()
        return exchange.status == 200 and key not in self.resources and not any(name in text for name in self._placed)

    def _adopt(self, entry: Entry, exchange: Exchange, key: Key) -> Comparisons:
        """A create that is answered with something that was there, or with another 2xx: it may have written to it."""
        resource = self.resources.setdefault(key, Resource(key, unknown={EVERYTHING}, source=None))
        resource.is_there = None if entry.id in self._beside else True
        resource.forget()
        resource.write(entry, is_accepted=True)
        self.names.learn(exchange.sent_json)
        self._relations.touch(key, entry, self.resources)
        look = Comparisons(entry)
        if entry.id not in self._beside and len(exchange.json) > 1:
            self._view(look, exchange.json, key, "answer", asked_by(exchange))
        return look

    def _refused(self, entry: Entry, exchange: Exchange, resource: Resource | None) -> None:
        if resource is None:
            return
        if exchange.status in (0, 408) or exchange.status >= 500 or entry.id in self._beside:
            resource.forget()
            resource.writes.append(entry)
            if resource.key[0] == "Groups" or exchange.request.method == "DELETE":
                for other in self.resources.values():
                    other.forget("groups", "members")
        else:
            resource.write(entry, is_accepted=False)


def _may_join(resource: Resource) -> bool:
    """Whether somebody has access, as far as is known: who has none joins groups or not (G9)."""
    active = resource.known.get("active")
    return active is None or (active.value is not False and active.sure in (Sure.EXACTLY, Sure.SENT))


def _is_well_typed(exchange: Exchange, schema: ResourceSchema) -> bool:
    fits = is_well_typed_patch if exchange.request.method == "PATCH" else is_well_typed
    return fits(exchange.sent_json, schema)


def _key_of(resource: Json) -> Key:
    """The endpoint and the id of a resource that stands among others of every type."""
    meta = resource.get("meta")
    type_ = meta.get("resourceType") if isinstance(meta, dict) else None
    return next((endpoint for endpoint, name in TYPES.items() if name == type_), ""), str(resource.get("id"))


def _is_delete(entry: Entry) -> bool:
    return isinstance(entry.event, Exchange) and entry.event.request.method == "DELETE"
