"""Bulk requests: many operations in one. RFC 7644 section 3.7.

A job is a generator as decisions are: it yields one request after the other and is sent the answer to each. Every
operation stands or falls by itself.
"""

import re
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from msgspec.structs import replace

from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.router import Request, Router
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import Errors, ScimError, bad_request, invalid_value
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.limits import Limits

BULK_REQUEST_URN = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
BULK_RESPONSE_URN = "urn:ietf:params:scim:api:messages:2.0:BulkResponse"

_ENDPOINTS = ("Users", "Groups")
_REFERENCE = re.compile(r"bulkId:([^\s\"/\[\]]+)")

Doing = Generator[Request, Answer | ScimError, Answer | ScimError]
Running = Generator[Request, Answer | ScimError, Answer]


@dataclass(slots=True)
class Job:
    """The state of one bulk request: its operations, its answers so far, and the ids promised to new resources."""

    operations: list[Any]
    fail_on_errors: int | None
    promised: dict[str, str] = field(default_factory=dict)
    creates: dict[str, int] = field(default_factory=dict)
    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    errors: int = 0

    @property
    def is_over(self) -> bool:
        """Whether failOnErrors operations have failed."""
        return self.fail_on_errors is not None and self.errors >= self.fail_on_errors


class Bulk:
    """Runs bulk requests."""

    def __init__(self, router: Router, base_url: str, etags: Etags, errors: Errors, limits: Limits) -> None:
        self.router = router
        self.base_url = base_url
        self.etags = etags
        self.errors = errors
        self.limits = limits

    def check_size(self, size: int) -> None:
        """Refuse a body that is too long."""
        if size > self.limits.max_bulk_bytes:
            raise ScimError(413, f"This request is longer than maxPayloadSize ({self.limits.max_bulk_bytes} bytes).")

    def run(self, body: Any, context: DecisionContext) -> Running:
        """Run the operations until too many have failed; answer each."""
        job = self.parse(body, context)
        for index in self.order(job):
            if not job.is_over:
                answer = yield from self._answer(job, job.operations[index])
                self._note(job, index, job.operations[index], answer)
        entries = [job.entries[index] for index in sorted(job.entries)]
        return Answer(200, {"schemas": [BULK_RESPONSE_URN], "Operations": entries})

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The job of a body; an error if it cannot be done at all."""
        if not isinstance(body, Mapping):
            raise bad_request("The body must be one JSON object.", "invalidSyntax")
        fields = {name.lower(): value for name, value in body.items()}
        schemas = fields.get("schemas")
        if not isinstance(schemas, list) or BULK_REQUEST_URN not in schemas:
            raise invalid_value(f"schemas must name {BULK_REQUEST_URN}.")
        operations = fields.get("operations")
        if not isinstance(operations, list) or not operations:
            raise bad_request("Operations must be a list of at least one operation.", "invalidSyntax")
        if len(operations) > self.limits.max_operations:
            raise ScimError(413, f"This request has more than maxOperations ({self.limits.max_operations}).")
        job = Job(operations, _parse_fail_on_errors(fields.get("failonerrors")))
        self.promise_ids(job, context)
        return job

    def promise_ids(self, job: Job, context: DecisionContext) -> None:
        """Choose the ids of all resources that are to be made, so that every reference can be replaced."""
        for index, operation in enumerate(job.operations):
            bulk_id = operation.get("bulkId") if isinstance(operation, Mapping) else None
            if not isinstance(bulk_id, str) or operation.get("method") != "POST":
                continue
            if bulk_id in job.creates:
                raise invalid_value(f"The bulkId {bulk_id[:80]!r} occurs twice.")
            new_id = context.ids.new_id()
            job.promised[bulk_id] = new_id.lower() if operation.get("path") == "/Groups" else new_id
            job.creates[bulk_id] = index

    def order(self, job: Job) -> list[int]:
        """The operations as they were sent, but what is referred to first; in a circle the first one sent begins."""
        order: list[int] = []
        begun: set[int] = set()
        for first in range(len(job.operations)):
            waiting = [] if first in begun else [self._begin(job, first, begun)]
            while waiting:
                index, needs = waiting[-1]
                need = next((each for each in needs if each not in begun), None)
                if need is not None:
                    waiting.append(self._begin(job, need, begun))
                else:
                    order.append(index)
                    waiting.pop()
        return order

    def _begin(self, job: Job, index: int, begun: set[int]) -> tuple[int, Iterator[int]]:
        begun.add(index)
        named = _references(job.operations[index])
        return index, iter([job.creates[bulk_id] for bulk_id in named if bulk_id in job.creates])

    def _answer(self, job: Job, operation: Any) -> Doing:
        try:
            request = self.make_request(job, operation)
        except ScimError as error:
            return error
        return (yield request)

    def make_request(self, job: Job, operation: Any) -> Request:
        """The single request that an operation stands for."""
        if not isinstance(operation, Mapping):
            raise bad_request("An operation must be an object.", "invalidSyntax")
        method, bulk_id, data = operation.get("method"), operation.get("bulkId"), operation.get("data")
        if method not in ("POST", "PUT", "PATCH", "DELETE"):
            raise invalid_value("method is POST, PUT, PATCH or DELETE.")
        if method == "POST" and (not isinstance(bulk_id, str) or not bulk_id):
            raise invalid_value("POST needs a bulkId.")
        if method != "DELETE" and not isinstance(data, Mapping):
            raise invalid_value(f"{method} needs data, an object.")
        version = operation.get("version")
        if version is not None and not isinstance(version, str):
            raise invalid_value("version must be a string.")
        segments = self._segments(job, method, operation.get("path"))
        content = self.resolve(job, data) if method != "DELETE" else None
        conditions = self.etags.parse(None if method == "POST" else version, None)
        promised_id = job.promised[str(bulk_id)] if method == "POST" else None
        request = self.router.make_request(method, segments)
        return replace(request, body=content, conditions=conditions, promised_id=promised_id)

    def resolve(self, job: Job, data: Any) -> Any:
        """The data with an id in the place of every bulkId."""
        if isinstance(data, Mapping):
            return {name: self.resolve(job, value) for name, value in data.items()}
        if isinstance(data, list):
            return [self.resolve(job, each) for each in data]
        return _replace(data, lambda bulk_id: self.promised_id(job, bulk_id)) if isinstance(data, str) else data

    def promised_id(self, job: Job, bulk_id: str) -> str:
        """The id of the resource that this bulkId stands for."""
        if bulk_id in job.failed:
            raise ScimError(409, f"The resource of the bulkId {bulk_id[:80]!r} could not be made.")
        if bulk_id not in job.promised:
            raise invalid_value(f"No operation of this request has the bulkId {bulk_id[:80]!r}.")
        return job.promised[bulk_id]

    def _segments(self, job: Job, method: str, path: Any) -> tuple[str, ...]:
        """The path of an operation, with bulkIds replaced."""
        if not isinstance(path, str) or not path.startswith("/"):
            raise invalid_value("path must be a path below the base URL, from its slash on.")
        segments = tuple(path[1:].split("/"))
        if segments[0] not in _ENDPOINTS or len(segments) != (1 if method == "POST" else 2) or "?" in path:
            raise invalid_value(f"{method} has no path {path[:80]!r}.")
        return tuple(
            _REFERENCE.sub(lambda found: self.promised_id(job, found[1]), each) for each in map(unquote, segments)
        )

    def _note(self, job: Job, index: int, operation: Any, answer: Answer | ScimError) -> None:
        job.entries[index] = self.entry(job, operation, answer)
        if isinstance(answer, ScimError):
            job.errors += 1
            bulk_id = operation.get("bulkId") if isinstance(operation, Mapping) else None
            if isinstance(bulk_id, str) and job.creates.get(bulk_id) == index:
                job.failed.add(bulk_id)

    def entry(self, job: Job, operation: Any, answer: Answer | ScimError) -> dict[str, Any]:
        """The entry of one operation in the bulk response."""
        sent = operation if isinstance(operation, Mapping) else {}
        entry: dict[str, Any] = {"method": str(sent.get("method", ""))}
        if isinstance(sent.get("bulkId"), str):
            entry["bulkId"] = sent["bulkId"]
        location = self._location(job, sent, answer)
        if location is not None:
            entry["location"] = location
        if isinstance(answer, ScimError):
            return entry | {"status": str(answer.status), "response": self.errors.render(answer)}
        if answer.etag is not None:
            entry["version"] = answer.etag
        return entry | {"status": str(answer.status)}

    def _location(self, job: Job, operation: Mapping[str, Any], answer: Answer | ScimError) -> str | None:
        if operation.get("method") == "POST":
            return None if isinstance(answer, ScimError) else answer.location
        path = operation.get("path")
        if not isinstance(path, str):
            return None
        known = _REFERENCE.sub(lambda found: job.promised.get(found[1], found[0]), path)
        return f"{self.base_url}/{known.removeprefix('/')}"


def _parse_fail_on_errors(value: Any) -> int | None:
    """The number of errors that ends the job, or none."""
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise invalid_value("failOnErrors must be a whole number of at least 1.")
    return value


def _references(value: Any) -> Iterator[str]:
    """The bulkIds that an operation refers to, in its path and in its data."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name != "bulkId":
                yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, str):
        yield from _REFERENCE.findall(value) if _is_reference(value) else ()


def _is_reference(text: str) -> bool:
    # The whole value, the id in a path, or the literal of a filter in the path of a PATCH; no prose.
    return _REFERENCE.fullmatch(text) is not None or "/bulkId:" in text or '"bulkId:' in text


def _replace(text: str, promised_id: Callable[[str], str]) -> str:
    return _REFERENCE.sub(lambda found: promised_id(found[1]), text) if _is_reference(text) else text
