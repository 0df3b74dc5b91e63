"""The tenants of one listener: each has its own account, and the token selects it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge_ref.endpoints.metrics import Metrics
from bridge_ref.endpoints.pages.site import APP
from bridge_ref.endpoints.recent import Recent
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.endpoints.status import StatusEndpoints
from bridge_ref.http.message import RequestHeaders, Response, header
from bridge_ref.runtime.service import Service


@dataclass(frozen=True, slots=True)
class Tenant:
    """One account with the endpoints that serve it; `recent` holds its last requests, for the page that shows them."""

    service: Service
    scim: ScimEndpoints
    status: StatusEndpoints
    recent: Recent

    def handler_for(self, path: str) -> ScimEndpoints | StatusEndpoints:
        """The endpoints that a path belongs to."""
        return self.scim if path.startswith("/scim") else self.status


class TenantRouter:
    """Finds the tenant of a request. The first one answers for tokens that are unknown."""

    def __init__(self, services: Sequence[Service]) -> None:
        self.metrics = Metrics()
        self._tenants = [self._make_tenant(service) for service in services]
        # Nearly every bridge: nothing is to be chosen then.
        self._only = self._tenants[0] if len(services) == 1 else None

    def find(self, path: str, headers: RequestHeaders, body: bytes) -> Tenant:
        """The tenant whose token came with the request; the others' accounts are invisible to it."""
        if self._only is not None:
            return self._only
        return next((each for each in self._tenants if _is_theirs(each, path, headers, body)), self._tenants[0])

    def refuse_body(self) -> Response:
        """The answer to a body that is too large."""
        return self._tenants[0].scim.refuse_body()

    def _make_tenant(self, service: Service) -> Tenant:
        scim, recent = service.parts.pick(ScimEndpoints)(service), Recent()
        status = service.parts.pick(StatusEndpoints)(service, scim, recent, self.metrics)
        return Tenant(service, scim, status, recent)


def _is_theirs(tenant: Tenant, path: str, headers: RequestHeaders, body: bytes) -> bool:
    if path == APP or path.startswith(f"{APP}/"):
        return tenant.status.pages.is_for(path, headers, body)
    service = tenant.service
    return service.parts.auth.find(header(headers, "authorization"), service.clock.now_ms) is not None
