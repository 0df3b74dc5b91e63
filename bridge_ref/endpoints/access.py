"""The access log: time every request, count it, and log one line."""

import logging
import re
import secrets
from functools import lru_cache
from itertools import count
from time import perf_counter

from bridge_ref.endpoints.metrics import template_of
from bridge_ref.endpoints.tenants import TenantRouter
from bridge_ref.http.message import RequestHeaders, Response, header
from bridge_ref.logs import REQUEST_ID

log = logging.getLogger("bridge_ref.requests")

_SANE_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# Who says so of itself: the agents that Okta and Google send, and the flag that Entra puts into its query.
_AGENTS = (("okta", "okta"), ("google", "google"), ("microsoft", "entra"), ("azure", "entra"))
_ENTRA_FLAG = "aadoptscim"
_LONGEST_AGENT = 400


class AccessLog:
    """Times every request, counts it, and writes one line about it where that is asked for."""

    def __init__(self, tenants: TenantRouter) -> None:
        self._tenants = tenants
        self._is_logging = log.isEnabledFor(logging.INFO)
        self._prefix = secrets.token_hex(4)
        self._numbers = count(1)

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        if self._is_logging:
            return await self._log(method, path, query, headers, body)
        started_s = perf_counter()
        tenant = self._tenants.find(path, headers, body)
        response = await tenant.handler_for(path).handle(method, path, query, headers, body)
        duration_s, template = perf_counter() - started_s, template_of(path)
        self._tenants.metrics.count(method, template, response.status, duration_s)
        idp = guess_idp(header(headers, "user-agent"), query)
        tenant.recent.note(method, template, response.status, duration_s, idp)
        return response

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return self._tenants.refuse_body()

    async def _log(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        request_id = self._request_id(headers)
        token = REQUEST_ID.set(request_id)
        started_s = perf_counter()
        try:
            tenant = self._tenants.find(path, headers, body)
            response = await tenant.handler_for(path).handle(method, path, query, headers, body)
            duration_s = perf_counter() - started_s
            template = template_of(path)
            self._tenants.metrics.count(method, template, response.status, duration_s)
            idp = guess_idp(header(headers, "user-agent"), query)
            tenant.recent.note(method, template, response.status, duration_s, idp, request_id)
            fields = {
                "method": method if method.isalpha() and len(method) < 16 else "other",
                "path": template,
                "status": response.status,
                "duration_ms": round(duration_s * 1000, 3),
                "idp": idp,
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
    """A guess at the identity provider that sent a request; the headers prove nothing."""
    idp = None if user_agent is None else _named_by(user_agent[:_LONGEST_AGENT])
    if idp is None and query and _ENTRA_FLAG in query.lower():
        return "entra"
    return idp


@lru_cache(maxsize=64)
def _named_by(user_agent: str) -> str | None:
    agent = user_agent.lower()
    return next((idp for word, idp in _AGENTS if word in agent), None)
