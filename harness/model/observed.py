"""What a whole run shows of a server: the attributes that it keeps, and the schemas that it declares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harness.model.characteristics import ResourceSchema
from harness.model.declared import read_schemas
from harness.model.flat import flatten, paths_of
from harness.record.exchange import RESOURCES, Json
from harness.record.journal import Entry, exchanges


@dataclass(frozen=True, slots=True)
class Supported:
    """By endpoint the attributes that a server has ever `shown` in a run, and those that it ever `kept` of a create:
    that its answer showed, or the first read of what it made.

    What it never shows, it does not keep, as it may; and of a create it may leave out what it likes (RFC 7644 section
    3.3), as long as it leaves out the same each time. A part of what it keeps is not such a choice.
    """

    shown: dict[str, set[str]]
    kept: dict[str, set[str]]

    def after(self, how: str, endpoint: str) -> set[str]:
        """The attributes that the server has to show after such an operation."""
        return self.kept[endpoint] if how == "create" else self.shown[endpoint]


class _Last:
    """What was seen in the record that was asked about last: several checks go over the same one."""

    def __init__(self) -> None:
        self._record: tuple[Entry, ...] = ()
        self.supported = Supported({}, {})
        self.schemas: Mapping[str, ResourceSchema] = {}

    def of(self, record: tuple[Entry, ...]) -> _Last:
        if not record or record is not self._record:
            self._record, self.supported, self.schemas = record, _supported_in(record), _schemas_in(record)
        return self


_LAST = _Last()


def supported_in(record: tuple[Entry, ...]) -> Supported:
    """The attributes that a server has ever shown, and those that it has ever kept of a create."""
    return _LAST.of(record).supported


def schemas_in(record: tuple[Entry, ...]) -> Mapping[str, ResourceSchema]:
    """The resource types as a server declares them in a run; the standard ones where it does not."""
    return _LAST.of(record).schemas


def _supported_in(entries: Iterable[Entry]) -> Supported:
    shown: dict[str, set[str]] = {endpoint: set() for endpoint in RESOURCES}
    kept: dict[str, set[str]] = {endpoint: set() for endpoint in RESOURCES}
    made: dict[str, set[str]] = {}  # by id what a create has sent, until it is shown or written to
    met: set[int] = set()
    for _, exchange in exchanges(entries):
        endpoint = exchange.route.endpoint
        if exchange.request.method == "POST" and exchange.status in (200, 201) and endpoint in kept:
            sent = set(paths_of(flatten(exchange.sent_json)))
            kept[endpoint].update(sent.intersection(paths_of(flatten(exchange.json))))
            made[str(exchange.json.get("id"))] = sent
        elif exchange.request.method != "GET":
            made.pop(exchange.route.id, None)
        elif exchange.route.id in made and exchange.status == 200:
            kept[endpoint].update(made.pop(exchange.route.id).intersection(paths_of(flatten(exchange.json))))
        if not exchange.resources or exchange.response is None or (mark := hash(exchange.response.body)) in met:
            continue
        met.add(mark)
        for _, resource in exchange.resources:
            shown[endpoint].update(paths_of(flatten(resource)))
    for endpoint, paths in shown.items():  # whoever keeps an attribute keeps all of it that they ever show
        kept[endpoint] |= {path for path in paths if path.rpartition(".")[0] in kept[endpoint]}
    return Supported(shown, kept)


def _schemas_in(entries: Iterable[Entry]) -> Mapping[str, ResourceSchema]:
    answers: dict[str, Json] = {}
    for _, exchange in exchanges(entries):
        route = exchange.route
        if route.endpoint in ("Schemas", "ResourceTypes") and not route.id and exchange.status == 200:
            answers.setdefault(route.endpoint, exchange.json)
    return read_schemas(answers.get("Schemas"), answers.get("ResourceTypes"))
