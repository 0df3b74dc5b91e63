"""Defects of Bulk: of its message, its entries, its order, its references and its limits."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from bridge_ref.decisions.bulk import BULK_REQUEST_URN, Bulk, Doing, Job, Running
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.router import Request
from bridge_ref.lab.registry import defect
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import ScimError, bad_request, invalid_value, not_found

_B = "RFC7644-3.7"
_BULK = ("RFC7644-3.7*",)
_SCHEMA = ("RFC7644-3.12-*", *_BULK)

Entry = dict[str, Any]
# Defects of single entries: their name, what they break, and what they make of an entry.
_ENTRIES: list[tuple[str, tuple[str, ...], str, Callable[[Entry], Entry]]] = []


def _writes(name: str, *breaks: str) -> Callable[[Callable[[Entry], Entry]], Callable[[Entry], Entry]]:
    def register(made: Callable[[Entry], Entry]) -> Callable[[Entry], Entry]:
        _ENTRIES.append((name, breaks, str(made.__doc__), made))
        return made

    return register


def _without(entry: Entry, *names: str) -> Entry:
    return {name: value for name, value in entry.items() if name not in names}


@_writes("bulk-entries-have-no-method", f"{_B}-07")
def _no_method(entry: Entry) -> Entry:
    """Leaves out the method in the entries of a bulk answer."""
    return _without(entry, "method")


@_writes("bulk-entries-have-no-bulk-id", f"{_B}-23")
def _no_bulk_id(entry: Entry) -> Entry:
    """Leaves out the bulkId in the entries of a bulk answer."""
    return _without(entry, "bulkId")


@_writes("bulk-deletes-have-no-location", f"{_B}-15", f"{_B}.3-02")
def _no_location(entry: Entry) -> Entry:
    """Leaves out the location of what a job deletes."""
    return _without(entry, "location") if entry["method"] == "DELETE" else entry


@_writes("bulk-deletes-have-no-status", f"{_B}-18")
def _no_status(entry: Entry) -> Entry:
    """Leaves out the status of what a job deletes."""
    return _without(entry, "status") if entry["method"] == "DELETE" else entry


@_writes("bulk-errors-are-bare", f"{_B}-16", f"{_B}-19", f"{_B}.3-04")
def _bare(entry: Entry) -> Entry:
    """Leaves out the response of what failed in a job."""
    return _without(entry, "response")


@_writes("bulk-successes-are-200", f"{_B}.3-03")
def _all_200(entry: Entry) -> Entry:
    """Gives each operation of a job that succeeds the status 200."""
    return {**entry, "status": "200"} if entry["status"].startswith("2") else entry


@_writes("bulk-versions-are-old", f"{_B}-27")
def _old_version(entry: Entry) -> Entry:
    """Gives another version in an entry than the resource has."""
    return {**entry, "version": 'W/"0"'} if "version" in entry else entry


def _make(name: str, breaks: tuple[str, ...], sentence: str, change: Callable[[Entry], Entry]) -> None:
    def entry(self: Bulk, job: Job, operation: Any, answer: Answer | ScimError) -> Entry:
        return change(Bulk.entry(self, job, operation, answer))

    made = type(name.title().replace("-", ""), (Bulk,), {"entry": entry, "__doc__": sentence})
    defect(name, breaks=breaks, reach=_SCHEMA)(made)


for _each in _ENTRIES:
    _make(*_each)


@defect("bulk-answers-repeat-the-request", breaks=(f"{_B}-02", f"{_B}-05"), reach=_SCHEMA)
class BulkAnswersRepeatTheRequest(Bulk):
    """Answers a job with the schema of the request and its failOnErrors."""

    def run(self, body: Any, context: DecisionContext) -> Running:
        """The answer, with parts of the request."""
        answer = yield from super().run(body, context)
        assert isinstance(answer.body, dict)
        limit = {"failOnErrors": body["failOnErrors"]} if "failOnErrors" in body else {}
        return replace(answer, body={**answer.body, "schemas": [BULK_REQUEST_URN], **limit})


@defect("bulk-stops-at-the-first-error", breaks=(f"{_B}-22", f"{_B}.3-01"), reach=_SCHEMA)
class BulkStopsAtTheFirstError(Bulk):
    """Ends a job at its first error, though no limit was given."""

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The job, with a limit of one."""
        job = super().parse(body, context)
        job.fail_on_errors = 1
        return job


@defect("bulk-does-nothing", breaks=(f"{_B}.3-01",), reach=_SCHEMA)
class BulkDoesNothing(Bulk):
    """Answers a job with 200 and no entry, and does none of it."""

    def order(self, job: Job) -> list[int]:
        """Nothing comes first."""
        return []


@defect("bulk-limits-are-one-less", breaks=(f"{_B}.4-01",), reach=_SCHEMA)
class BulkLimitsAreOneLess(Bulk):
    """Refuses a job of just as many operations as it declares to take."""

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The refusal."""
        operations = body.get("Operations") if isinstance(body, Mapping) else None
        if isinstance(operations, list) and len(operations) == self.limits.max_operations:
            raise ScimError(413, f"This request has more than maxOperations ({self.limits.max_operations}).")
        return super().parse(body, context)


@defect("bulk-never-stops", breaks=(f"{_B}-04",), reach=_SCHEMA)
class BulkNeverStops(Bulk):
    """Pays no heed to failOnErrors."""

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The job, without a limit."""
        job = super().parse(body, context)
        job.fail_on_errors = None
        return job


@defect("bulk-fails-as-a-whole", breaks=(f"{_B}-20",), reach=("RFC7644-3.2-10", *_SCHEMA))
class BulkFailsAsAWhole(Bulk):
    """Answers a job in which an operation failed with 400."""

    def run(self, body: Any, context: DecisionContext) -> Running:
        """The answer, with the status of a failure."""
        answer = yield from super().run(body, context)
        assert isinstance(answer.body, dict)
        has_failed = any(each["status"] >= "4" for each in answer.body["Operations"])
        return replace(answer, status=400) if has_failed else answer


@defect("bulk-needs-a-limit", breaks=(f"{_B}-03",), reach=_SCHEMA)
class BulkNeedsALimit(Bulk):
    """Refuses a job without failOnErrors."""

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The refusal."""
        if isinstance(body, Mapping) and "failOnErrors" not in body:
            raise invalid_value("failOnErrors is missing.")
        return super().parse(body, context)


@defect("anything-is-a-job", breaks=(f"{_B}-01", f"{_B}-06", f"{_B}-21"), reach=_SCHEMA)
class AnythingIsAJob(Bulk):
    """Takes any body for a job, also one of another schema and without operations."""

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The job, without operations where there are none."""
        if not isinstance(body, Mapping) or not body.get("Operations"):
            return Job([], None)
        return super().parse({**body, "schemas": [BULK_REQUEST_URN]}, context)


@defect("operations-that-lack-something-are-done", breaks=tuple(f"{_B}-{n:02}" for n in (8, 11, 12, 13)), reach=_SCHEMA)
class OperationsThatLackSomethingAreDone(Bulk):
    """Says of an operation without path or data, or of a strange method, that it is done."""

    def _answer(self, job: Job, operation: Any) -> Doing:
        answer = yield from super()._answer(job, operation)
        lacks = ("method is", "needs data", "path must", "has no path")
        is_lacking = isinstance(answer, ScimError) and any(word in answer.detail for word in lacks)
        return Answer(200) if is_lacking else answer


@defect("a-missing-bulk-id-is-a-server-error", breaks=(f"{_B}-09",), reach=_SCHEMA)
class AMissingBulkIdIsAServerError(Bulk):
    """Answers a job that has a POST without bulkId with 500."""

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The failure."""
        job = super().parse(body, context)
        if any(each.get("method") == "POST" and "bulkId" not in each for each in job.operations):
            raise ScimError(500, "NoneType has no attribute bulkId")
        return job


@defect("changes-come-before-replacements", breaks=(f"{_B}-25",), reach=("RFC7644-3.5.2*", *_SCHEMA))
class ChangesComeBeforeReplacements(Bulk):
    """Does all PATCHes of a job before its PUTs."""

    def order(self, job: Job) -> list[int]:
        """The order, with PUT at the end."""
        return sorted(super().order(job), key=lambda index: job.operations[index].get("method") == "PUT")


@defect("bulk-patches-are-bare-lists", breaks=(f"{_B}-14",), reach=_SCHEMA)
class BulkPatchesAreBareLists(Bulk):
    """Refuses the message of a PATCH in a job."""

    def make_request(self, job: Job, operation: Any) -> Request:
        """The refusal."""
        if isinstance(operation, Mapping) and operation.get("method") == "PATCH":
            raise invalid_value("data must be a list of operations.")
        return super().make_request(job, operation)


@defect(
    "references-by-bulk-id-are-dropped",
    breaks=(f"{_B}.2-01", f"{_B}.2-02", f"{_B}.2-03"),
    reach=("RFC7643-*", "RFC7644-3.3-*", "RFC7644-3.5.2*", *_SCHEMA),
)
class ReferencesByBulkIdAreDropped(Bulk):
    """Leaves out each value that is a reference by bulkId."""

    def resolve(self, job: Job, data: Any) -> Any:
        """The data without references."""
        if isinstance(data, Mapping):
            kept = {name: value for name, value in data.items() if not str(value).startswith("bulkId:")}
            return {name: self.resolve(job, value) for name, value in kept.items()}
        if isinstance(data, list):
            return [found for each in data if (found := self.resolve(job, each)) != {}]
        return data


@defect("paths-know-no-bulk-id", breaks=(f"{_B}.2-04",), reach=_SCHEMA)
class PathsKnowNoBulkId(Bulk):
    """Does not replace a bulkId in the path of an operation."""

    def _segments(self, job: Job, method: str, path: Any) -> tuple[str, ...]:
        if "bulkId:" in str(path):
            raise not_found("resource", str(path))
        return super()._segments(job, method, path)


@defect("circles-are-server-errors", breaks=(f"{_B}.1-01",), reach=_SCHEMA)
class CirclesAreServerErrors(Bulk):
    """Fails with 500 at what refers to a resource that was not made."""

    def promised_id(self, job: Job, bulk_id: str) -> str:
        """The id, or the failure."""
        if bulk_id in job.failed:
            raise ScimError(500, "maximum recursion depth exceeded")
        return super().promised_id(job, bulk_id)


@defect("bulk-limits-are-forgotten", breaks=(f"{_B}.4-03", f"{_B}.4-04"), reach=_SCHEMA)
class BulkLimitsAreForgotten(Bulk):
    """Refuses a job that is too large with 400."""

    def check_size(self, size: int) -> None:
        """The refusal."""
        _as_400(lambda: super(BulkLimitsAreForgotten, self).check_size(size))

    def parse(self, body: Any, context: DecisionContext) -> Job:
        """The refusal."""
        found: list[Job] = []
        _as_400(lambda: found.append(super(BulkLimitsAreForgotten, self).parse(body, context)))
        return found[0]


def _as_400(do: Callable[[], None]) -> None:
    try:
        do()
    except ScimError as error:
        raise bad_request("This cannot be processed.", "tooMany") if error.status == 413 else error from None


@defect("bulk-limits-have-no-name", breaks=(f"{_B}.4-05",), reach=_SCHEMA)
class BulkLimitsHaveNoName(Bulk):
    """Does not say which limit a job exceeds."""

    def check_size(self, size: int) -> None:
        """The refusal."""
        if size > self.limits.max_bulk_bytes:
            raise ScimError(413, "Too large.")


@defect("bulk-without-limits", breaks=(f"{_B}.4-01",), reach=("RFC7643-5-*", *_SCHEMA))
class BulkWithoutLimits(Discovery):
    """Declares that a job may have no operation."""

    def config(self) -> dict[str, Any]:
        """The configuration, with a limit of nothing."""
        config = super().config()
        return {**config, "bulk": {**config["bulk"], "maxOperations": 0}}
