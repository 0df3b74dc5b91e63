"""One running bridge: its parts, its store, its clock; from an HTTP request to the response."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec

from bridge_ref.account.settings import AccountSettings
from bridge_ref.clock import Clock, ShiftedClock
from bridge_ref.credentials.grants import Scope
from bridge_ref.decisions.initial_groups import set_up
from bridge_ref.decisions.outcome import DecisionContext, Refused, ScimDecision
from bridge_ref.decisions.queries import FindAccountSettings, FindTokens
from bridge_ref.decisions.router import Request
from bridge_ref.http.body import parse_body
from bridge_ref.http.message import Headers, RequestHeaders, Response, header, parse_parameters
from bridge_ref.ids import Ids, RandomIds
from bridge_ref.runtime.confirmation import ConfirmationWatcher
from bridge_ref.runtime.health import own_reporters
from bridge_ref.runtime.pull_protocol import Pull
from bridge_ref.runtime.retention import Retention
from bridge_ref.runtime.rotation import Issued, make_pair, rotate
from bridge_ref.runtime.scheduler import DueWork, run_all_due
from bridge_ref.runtime.transact import run_read_only, transact
from bridge_ref.runtime.wiring import Parts
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import MethodError, ScimError
from bridge_ref.storage.sql_commands import ExpireTokens
from bridge_ref.storage.store import Store, StoreUnavailableError

log = logging.getLogger("bridge_ref")

OFFSET = "clock_offset_ms"
# Seconds, for an IdP to come back after; long enough for a database to be restarted.
RETRY_AFTER_S = "5"
BULK = ("Bulk",)
_encode = msgspec.json.Encoder().encode


class Service:
    """Answers SCIM requests, and does what is due on the account."""

    def __init__(self, parts: Parts, store: Store, clock: Clock, ids: Ids | None = None) -> None:
        self.parts = parts
        self.store = store
        self.clock = ShiftedClock(clock)
        self.ids = ids or RandomIds()
        self.watcher = ConfirmationWatcher(store, parts.account, self.clock, parts.settings.confirmation_interval_s)
        self.pull: Pull | None = None
        self.retention = Retention(store, parts.account)
        self.account_settings = AccountSettings()
        self.reporters = own_reporters(self.watcher, store, lambda: self.account_settings, lambda: self.pull)

    async def start(self) -> None:
        """Set the account up if it is new, and catch up with what became due while the bridge was down."""
        self.clock.offset_ms = await self.store.get_setting(OFFSET, 0)
        await self.learn_tokens()
        await transact(self.store, lambda: set_up(self.context()), lambda change_set: change_set)
        if self.pull is not None:
            await self.pull.start()
        await self.watcher.run_due(self.clock.now_ms(), is_catching_up=True)
        await self.retention.catch_up(self.clock.now_ms())
        await self.store.committed()
        await self.learn_account_settings()

    async def learn_account_settings(self) -> None:
        """Learn what the account's administrators have switched, here or through another bridge."""
        self.account_settings = await self.store.find(FindAccountSettings())

    def context(self) -> DecisionContext:
        """Now, a source of new names, and how the account stands."""
        return DecisionContext(self.clock.now_ms(), self.ids, account_settings=self.account_settings)

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request: load, decide, commit, and only then speak."""
        try:
            answer = await self._answer(method, path, query, headers, body)
        except ScimError as error:
            answer = self._refuse(error)
        except StoreUnavailableError as error:
            log.error("the store is not available: %s", error)
            answer = self._refuse(ScimError(503, "The bridge cannot store anything just now."))
        except Exception:
            log.exception("a request failed")
            answer = self._refuse(ScimError(500, "The bridge has failed; its log says why."))
        return self._respond(answer)

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        limit = self.parts.settings.limits.max_body_bytes
        return self._respond(self._refuse(ScimError(413, f"Bodies can have at most {limit} bytes.")))

    async def advance(self, seconds: float) -> None:
        """Move the clock, doing what becomes due on the way at its own time."""
        target_ms = self.clock.now_ms() + round(seconds * 1000)
        works: list[DueWork] = [self.retention, self.watcher]
        await run_all_due(works if self.pull is None else [*works, self.pull], target_ms)
        await self._shift(self.clock.offset_ms + round(seconds * 1000))
        await self.store.committed()

    async def tick(self) -> None:
        """Do what has become due by now, by the clock that all bridges on the store share."""
        self.clock.offset_ms = await self.store.get_setting(OFFSET, 0)
        await self.learn_tokens()
        await self.learn_account_settings()
        if self.watcher.is_due():
            await self.watcher.run_due(self.clock.now_ms())
            await self.retention.catch_up(self.clock.now_ms())
            await self.store.committed()
        await self.store.tidy()

    async def tick_pull(self) -> None:
        """The same for the pull, which waits for others and so is nobody's neighbour."""
        if self.pull is None:
            return
        self.clock.offset_ms = await self.store.get_setting(OFFSET, 0)
        now_ms = self.clock.now_ms()
        if (await self.pull.next_due_ms() or now_ms) <= now_ms:
            await self.pull.run_due(now_ms)

    async def reset(self) -> None:
        """Empty the account and put the clock back; a token that has expired does not come back with it."""
        await self.store.do(ExpireTokens(self.clock.now_ms()))
        await self.store.empty()
        await self._shift(0)
        await self.start()

    async def learn_tokens(self) -> None:
        """Look which tokens there are; another bridge on the store may have replaced them."""
        grants = await self.store.find(FindTokens())
        self.parts.auth.learn(grants)

    async def rotate(self, overlap_s: float) -> Issued:
        """New credentials in the place of the old ones, which end after the overlap.

        Source: SEED-28
        """
        now_ms = self.clock.now_ms()
        issued = make_pair(Scope.FULL, now_ms, now_ms + round(overlap_s * 1000))
        await rotate(self.store, issued, self.parts.auth.given, self.parts.settings.session_file)
        await self.learn_tokens()
        return issued

    async def notification_address(self) -> str | None:
        """Whom the health monitor is to write to: as the account says, or whoever runs the bridge."""
        return self.account_settings.notification_address or self.parts.settings.notify

    async def _shift(self, offset_ms: int) -> None:
        await self.store.put_setting(OFFSET, offset_ms)
        self.clock.offset_ms = offset_ms

    def authorize(self, method: str, path: str, headers: RequestHeaders) -> None:
        """Refuse a request without a token, or with one that does not open this."""
        auth = self.parts.auth
        auth.permit(auth.check(headers, self.clock.now_ms), method, path)

    async def _answer(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Answer:
        self.authorize(method, path, headers)
        self.parts.router.check_open(self.account_settings)
        request = self._request(method, path, query, headers, body)
        answer = await self._run(request) if request.segments == BULK else await self._perform(request)
        await self.store.committed()
        if isinstance(answer, ScimError):
            raise answer
        return answer

    async def _run(self, request: Request) -> Answer:
        """Do a bulk request. All of it shares one commit, and nothing comes in between."""
        job = self.parts.bulk.run(request.body, self.context())
        try:
            step = next(job)
            while True:
                step = job.send(await self._perform(step, is_checked=False))
        except StopIteration as end:
            answer: Answer = end.value
            return answer

    async def _perform(self, request: Request, is_checked: bool = True) -> Answer | ScimError:
        """Decide one request and write what follows from it; it is done once the store has committed."""
        try:
            if not is_checked:
                self.parts.router.check(request.method, request.segments)
            if request.method == "GET":
                outcome = await run_read_only(self.store, self.parts.router.decide(request, self.context()))
            else:
                outcome = await transact(self.store, self._decision(request), lambda outcome: outcome.change_set)
        except ScimError as error:
            if isinstance(error, Refused):
                await self.store.apply(error.journal)
            return error
        return outcome.answer

    def _decision(self, request: Request) -> Callable[[], ScimDecision]:
        return lambda: self.parts.router.decide(request, self.context())

    def _request(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Request:
        self.parts.negotiation.check_accept(headers)
        segments = self.parts.router.resolve(_segments(path))
        if method == "HEAD" and "GET" in self.parts.router.allowed(segments):
            method = "GET"
        self.parts.router.check(method, segments)
        content: Any = None
        if method in ("POST", "PUT", "PATCH"):
            self.parts.negotiation.check_body(headers)
            if segments == BULK:
                self.parts.bulk.check_size(len(body))
            content = parse_body(body, self.parts.settings.limits)
        conditions = self.parts.etags.parse(header(headers, "if-match"), header(headers, "if-none-match"))
        return Request(method, segments, parse_parameters(query), content, conditions)

    def refuse(self, error: ScimError) -> Response:
        """An error as a response."""
        return self._respond(self._refuse(error))

    def _refuse(self, error: ScimError) -> Answer:
        """Source: RFC7644-2-03"""
        headers: Headers = ()
        if error.status == 401:
            headers = (("www-authenticate", 'Bearer realm="scim"'),)
        if error.status == 503:
            headers = (("retry-after", RETRY_AFTER_S),)
        if isinstance(error, MethodError):
            headers = (("allow", ", ".join(error.allowed)),)
        return Answer(error.status, self.parts.errors.render(error), None, headers)

    def _respond(self, answer: Answer) -> Response:
        """Source: RFC7643-3.1-26, RFC7644-3.11-04, RFC7644-3.14-02"""
        headers = [("x-content-type-options", "nosniff"), ("cache-control", "no-store"), *answer.headers]
        if answer.location is not None:
            headers += [("location", answer.location), ("content-location", answer.location)]
        if answer.etag is not None:
            headers.append(("etag", answer.etag))
        if answer.body is None:
            return Response(answer.status, tuple(headers))
        headers.append(("content-type", self.parts.negotiation.content_type()))
        return Response(answer.status, tuple(headers), _encode(answer.body))


def _segments(path: str) -> tuple[str, ...]:
    """Source: RFC7644-3.13-02, RFC7644-3.13-03, RFC7644-3.13-04, RFC7644-3.12-22"""
    parts = path.removesuffix("/").split("/")
    if parts[:2] == ["", "scim"]:
        return tuple(parts[3:] if parts[2:3] == ["v2"] else parts[2:])
    raise ScimError(404, "There is nothing here; SCIM is served under /scim/v2.")
