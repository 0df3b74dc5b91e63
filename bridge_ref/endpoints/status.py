"""The endpoints beside SCIM: `/health`, `/monitoring`, `/metrics`, `/ping` and the way to the pages."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from bridge_ref.endpoints.metrics import Metrics
from bridge_ref.endpoints.pages.site import APP, Pages
from bridge_ref.endpoints.recent import Recent
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.auth import HEALTH, MONITORING
from bridge_ref.http.message import RequestHeaders, Response
from bridge_ref.runtime.health import health_document, is_healthy
from bridge_ref.runtime.service import Service
from bridge_ref.scim.errors import MethodError, ScimError
from bridge_ref.storage.store import StoreUnavailableError

log = logging.getLogger("bridge_ref")

_READS = ("GET", "HEAD")
# Everything else wants a token, and the pages a session: P-27.
OPEN = frozenset({"/", "/ping"})
_JSON = (("content-type", "application/json"), ("cache-control", "no-store"), ("x-content-type-options", "nosniff"))

_Show = Callable[[], Awaitable[Response]]


class StatusEndpoints:
    """Answers every path that is not under `/scim`."""

    def __init__(self, service: Service, scim: ScimEndpoints, recent: Recent, metrics: Metrics) -> None:
        self._service = service
        self._scim = scim
        self._metrics = metrics
        self.pages = Pages(service, recent)
        self._shows: dict[str, _Show] = {
            "/": self._home,
            "/ping": self._ping,
            HEALTH: self._health,
            MONITORING: self._monitoring,
            "/metrics": self._scrape,
        }

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request; without permission every path looks the same."""
        if path == APP or path.startswith(f"{APP}/"):
            return await self.pages.handle(method, path, query, headers, body)
        try:
            return await self._answer(method, path, headers)
        except ScimError as error:
            return self._scim.refuse(error)
        except StoreUnavailableError as error:
            log.error("the store is not available: %s", error)
            return self._scim.refuse(ScimError(503, "The store is not available; try again later."))
        except Exception:
            log.exception("a request failed")
            return self._scim.refuse(ScimError(500, "Internal error; the log of the bridge has the details."))

    async def _answer(self, method: str, path: str, headers: RequestHeaders) -> Response:
        if not self.is_open(path):
            self._scim.authorize(method, path, headers)
        show = self._shows.get(path)
        if show is None:
            raise ScimError(404, "Not found; SCIM is served under /scim/v2.")
        if method not in _READS:
            raise MethodError(method, _READS)
        return await show()

    def is_open(self, path: str) -> bool:
        """Whether a path answers without a token."""
        return path in OPEN

    async def _home(self) -> Response:
        return Response(307, (("location", APP), ("cache-control", "no-store")))

    async def _ping(self) -> Response:
        return _json(200, {"status": "ok"})

    async def _health(self) -> Response:
        return _json(200, await health_document(self._service.clock, self._service.reporters))

    async def _monitoring(self) -> Response:
        """For the health monitor: the status code is the result, and the body has the address to notify."""
        health = await health_document(self._service.clock, self._service.reporters)
        is_well = is_healthy(health["reports"])
        content = {
            "status": "ok" if is_well else "degraded",
            "version": health["version"],
            "reports": health["reports"],
            "notify": await self._service.notification_address(),
        }
        return _json(200 if is_well else 503, content)

    async def _scrape(self) -> Response:
        service = self._service
        health = await health_document(service.clock, service.reporters)
        kind, text = await self._metrics.render(health["reports"], service.store)
        return Response(200, (("content-type", kind), ("cache-control", "no-store")), text)


class PingEndpoint:
    """Answers `/ping` and nothing else: for load balancers, on a port without TLS."""

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        if path != "/ping":
            return _json(404, {"error": "There is nothing here but /ping."})
        return _json(200, {"status": "ok"}) if method in _READS else _json(405, {"error": "GET is possible here."})

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return _json(413, {"error": "The body is too large."})


def _json(status: int, content: Any) -> Response:
    return Response(status, _JSON, msgspec.json.encode(content))
