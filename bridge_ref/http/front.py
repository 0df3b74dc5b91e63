"""In front of the services of a listener: whose request it is, how long it took, and the line in the log."""

import logging
import re
import secrets
from collections.abc import Sequence
from itertools import count
from time import perf_counter

from bridge_ref.http.message import RequestHeaders, Response, header
from bridge_ref.http.metrics import Metrics, template_of
from bridge_ref.http.operation import Operation
from bridge_ref.logs import REQUEST_ID
from bridge_ref.service import Service

log = logging.getLogger("bridge_ref.requests")

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# Who says so of itself: the agents that Okta and Google send, and the flag that Entra puts into its query.
_AGENTS = (("okta", "okta"), ("google", "google"), ("microsoft", "entra"), ("azure", "entra"))
_ENTRA_FLAG = "aadoptscim"


class Front:
    """Answers the requests of one listener. The first service is the one for tokens that nobody knows."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services
        # Nearly every bridge: nothing is to be chosen then.
        self._only = services[0] if len(services) == 1 else None
        metrics = Metrics()
        self._metrics = metrics
        self._operations = [Operation(service, metrics) for service in services]
        self._is_logging = log.isEnabledFor(logging.INFO)
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        if self._is_logging:
            return await self._log(method, path, query, headers, body)
        started_s = perf_counter()
        if self._only is not None and path.startswith("/scim"):
            response = await self._only.handle(method, path, query, headers, body)
        else:
            response = await self._answer(method, path, query, headers, body)
        self._metrics.count(method, template_of(path), response.status, perf_counter() - started_s)
        return response

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return self._services[0].refuse_body()

    async def _answer(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        number = 0 if self._only is not None else self._find_tenant(headers)
        if path.startswith("/scim"):
            return await self._services[number].handle(method, path, query, headers, body)
        return await self._operations[number].handle(method, path, headers, body)

    def _find_tenant(self, headers: RequestHeaders) -> int:
        """Whose token it is: each tenant has an account of its own, and the others' are not there for it.

        Source: SEC-16
        """
        authorization = header(headers, "authorization")
        for number, service in enumerate(self._services):
            if service.parts.auth.find(authorization, service.clock.now_ms) is not None:
                return number
        return 0

    async def _log(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        request_id = self._request_id(headers)
        token = REQUEST_ID.set(request_id)
        started_s = perf_counter()
        try:
            response = await self._answer(method, path, query, headers, body)
            duration_s = perf_counter() - started_s
            template = template_of(path)
            self._metrics.count(method, template, response.status, duration_s)
            fields = {
                "method": method if method.isalpha() and len(method) < 16 else "other",
                "path": template,
                "status": response.status,
                "duration_ms": round(duration_s * 1000, 3),
                "idp": guess_idp(header(headers, "user-agent"), query),
            }
            # Without `log.info`, which walks the stack for the place that it is called from: it is always this one.
            log.handle(
                log.makeRecord(log.name, logging.INFO, __file__, 0, "request", (), None, None, {"fields": fields})
            )
        finally:
            REQUEST_ID.reset(token)
        return Response(response.status, (*response.headers, ("x-request-id", request_id)), response.body)

    def _request_id(self, headers: RequestHeaders) -> str:
        given = header(headers, "x-request-id")
        if given is not None and _SANE_ID.fullmatch(given):
            return given
        return f"{self._prefix}-{next(self._numbers)}"


def guess_idp(user_agent: str | None, query: str) -> str | None:
    """The identity provider that a request seems to come from; anybody can say so of itself."""
    agent = (user_agent or "").lower()
    for word, idp in _AGENTS:
        if word in agent:
            return idp
    return "entra" if _ENTRA_FLAG in query.lower() else None
