"""The walk: every exchange of a story in its order, and every representation in every answer beside what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.model.asked import Asked, asked_by
from harness.model.characteristics import ResourceSchema
from harness.model.declared import read_schemas
from harness.model.deviation import Comparisons, Context, StateDeviation
from harness.model.flat import Spellings, flatten, paths_of
from harness.model.knowledge import EVERYTHING, Key, Resource
from harness.model.lists import Sets
from harness.model.moments import MetaRule
from harness.model.predict import after_create, after_patch, after_put
from harness.model.relations import Relations
from harness.model.showing import Showing, Supported
from harness.model.standard import standard_schemas
from harness.model.timing import beside_writes, is_reading
from harness.model.values import Kind
from harness.record.exchange import RESOURCES, Exchange, Json, get_attribute, is_list, resources_of
from harness.record.journal import Act, ClockMove, Entry, exchanges

TYPES = {"Users": "User", "Groups": "Group"}
_TURNED_AWAY = (429,)


def supported_in(entries: Iterable[Entry]) -> Supported:
    """The attributes that a server has ever shown, and those that it has ever kept of a create."""
    shown: dict[str, set[str]] = {endpoint: set() for endpoint in RESOURCES}
    kept: dict[str, set[str]] = {endpoint: set() for endpoint in RESOURCES}
    met: set[int] = set()
    for _, exchange in exchanges(entries):
        endpoint = exchange.route.endpoint
        if exchange.request.method == "POST" and exchange.status == 201 and endpoint in kept:
            sent = set(paths_of(flatten(exchange.sent_json)))
            kept[endpoint].update(sent.intersection(paths_of(flatten(exchange.json))))
        body = exchange.response.body if exchange.response else b""
        if hash(body) in met:
            continue
        met.add(hash(body))
        for _, resource in resources_of(exchange):
            shown[exchange.route.endpoint].update(paths_of(flatten(resource)))
    return Supported(shown, kept)


def schemas_in(entries: Iterable[Entry]) -> Mapping[str, ResourceSchema]:
    """The resource types as a server declares them in a run; the standard ones where it does not."""
    answers: dict[str, Json] = {}
    for _, exchange in exchanges(entries):
        route = exchange.route
        if route.endpoint in ("Schemas", "ResourceTypes") and not route.id and exchange.status == 200:
            answers.setdefault(route.endpoint, exchange.json)
    return read_schemas(answers.get("Schemas"), answers.get("ResourceTypes"))


class Walk:
    """Goes through the entries of one story, and yields what was compared in each answer."""

    def __init__(self, supported: Supported, schemas: Mapping[str, ResourceSchema] | None = None) -> None:
        self.resources: dict[Key, Resource] = {}
        self.names = Spellings()
        self._schemas = schemas or standard_schemas()
        self.last_write: Entry | None = None
        self._sets = Sets(self._schemas)
        self._meta = MetaRule()
        self._relations = Relations(supported.shown)
        self._showing = Showing(self.names, supported, self._relations)
        self._beside: set[str] = set()

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
        for resource in self.resources.values():
            named = act.address and act.address.casefold() not in str(resource.last or resource.flat()).casefold()
            if act.name in ("sync", "fixtures") or not named:
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
        if route.endpoint == "Bulk" and not is_reading(exchange):
            for resource in self.resources.values():
                resource.forget()
            self._sets.forget()
            return None
        if route.endpoint not in RESOURCES or route.rest:
            return None
        if is_reading(exchange):
            return None if entry.id in self._beside else self._read(entry, exchange)
        return self._write(entry, exchange)

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
                look, exchange.json, (route.endpoint, route.id), "projection" if asked.is_projected else "read", asked
            )
        return look

    def _not_there(self, look: Comparisons, resource: Resource) -> None:
        context = Context("", TYPES[resource.key[0]], "", "read")
        if resource.is_there is False:
            look.held.add(Context("delete", context.type, "", "read"))
        elif resource.is_there and resource.source is not None:
            entries = (resource.source, *resource.writes, look.entry)
            look.deviations.append(
                StateDeviation(
                    Kind.GONE, context, "the resource, which nobody deleted", "status 404", "", entries, look.entry
                )
            )
            resource.is_there = None

    def _list(self, look: Comparisons, exchange: Exchange, asked: Asked) -> None:
        seen = "filter" if asked.filter else "page" if asked.start > 1 or asked.count is not None else "list"
        seen = "projection" if asked.is_projected else "search" if exchange.request.method == "POST" else seen
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
            self._showing.unharmed(look, resource, seen, self.last_write)
            self._meta.compare(look, resource, shown, pointer, self.last_write)
            resource.shown_by.add(seen)
            return
        self.names.learn(shown)
        self._meta.compare(look, resource, shown, pointer, self.last_write)
        flat = flatten(shown)
        self._relations.compare(look, resource, flat, seen, asked, pointer, self.resources)
        self._showing.compare(look, resource, shown, flat, seen, asked, pointer, self.last_write)

    def _resurrected(self, look: Comparisons, resource: Resource, seen: str, pointer: str) -> None:
        context = Context(
            "delete", TYPES[resource.key[0]], "", "read" if seen in ("read", "projection") and not pointer else "list"
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
        if method == "PUT":
            after_put(resource, exchange.sent_json, entry)
        elif method == "PATCH":
            after_patch(resource, exchange.sent_json, entry, self._schemas[TYPES[route.endpoint]])
        else:
            resource.forget()
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
        if not isinstance(made, str) or not made or exchange.status != 201:
            return None
        key = exchange.route.endpoint, made
        resource = self.resources[key] = Resource(key, source=entry)
        self.names.learn(exchange.sent_json)
        if entry.id in self._beside:
            resource.forget()
            return None
        if exchange.sends_json:
            after_create(resource, exchange.sent_json, entry)
        else:
            resource.forget()
        resource.write(entry, is_accepted=True)
        look = Comparisons(entry)
        self._relations.touch(key, entry, self.resources)
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
