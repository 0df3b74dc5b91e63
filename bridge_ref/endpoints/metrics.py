"""Prometheus metrics: requests, components and mail.

Every request is counted, so counters are plain numbers; the library only renders them.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from bridge_ref import __version__
from bridge_ref.decisions.queries import CountMailToSend
from bridge_ref.storage.store import Store, StoreUnavailableError

_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_BASE = "/scim/v2"
_COLLECTIONS = ("Users", "Groups", "Schemas", "ResourceTypes", "ServiceProviderConfig", "Bulk", "Me", ".search")
# For each the template of itself and of one of its resources.
_TEMPLATES = {name: (f"{_BASE}/{name}", f"{_BASE}/{name}/{{id}}") for name in _COLLECTIONS}
_OWN = frozenset({"/", "/app", "/ping", "/health", "/monitoring", "/metrics"})
_PAGES = "/app/{page}"

_Key = tuple[str, str, int]


def template_of(path: str) -> str:
    """The template of a path, without ids and other text from the client."""
    if path.startswith("/scim/v2/"):
        rest = path[9:]
    elif path in ("/scim", "/scim/", _BASE):
        return _BASE
    elif path.startswith("/scim/"):
        rest = path[6:]
    elif path.startswith("/app/"):
        return _PAGES
    else:
        return path if path in _OWN else "other"
    name, _, resource = rest.partition("/")
    templates = _TEMPLATES.get(name)
    if templates is None:
        return "other" if name else _BASE
    if resource == ".search":
        return f"{templates[0]}/.search"
    return templates[1] if resource else templates[0]


class Metrics:
    """Counts the requests of one process."""

    def __init__(self) -> None:
        # For each kind of request: how many there were in each bucket, and how long all of them took.
        self._counts: dict[_Key, list[int]] = {}
        self._sums: dict[_Key, float] = {}

    def count(self, method: str, template: str, status: int, duration_s: float) -> None:
        """One request has been answered."""
        key = (method if method in _METHODS else "other", template, status)
        counts = self._counts.get(key)
        if counts is None:
            counts = self._counts[key] = [0] * (len(_BUCKETS_S) + 1)
            self._sums[key] = 0.0
        counts[bisect_left(_BUCKETS_S, duration_s)] += 1
        self._sums[key] += duration_s

    async def render(self, reports: Iterable[dict[str, Any]], store: Store) -> tuple[str, bytes]:
        """The content type and the text that a scraper reads."""
        # Here, since a bridge that is never scraped does without the library.
        import prometheus_client as prometheus
        from prometheus_client import core

        to_send = core.GaugeMetricFamily("bridge_mail_to_send", "Mails that no server has yet.", labels=["delivery"])
        try:
            for delivery, count in (await store.find(CountMailToSend())).items():
                to_send.add_metric([delivery], count)
        except StoreUnavailableError:
            pass  # The component below says so; the other figures are still worth having.
        healthy = core.GaugeMetricFamily("bridge_component_healthy", "1 if a component is.", labels=["component"])
        for report in reports:
            healthy.add_metric([report["source"]], report["state"] == "healthy")
        info = core.InfoMetricFamily("bridge", "The bridge.", value={"version": __version__})
        registry = prometheus.CollectorRegistry()
        registry.register(_Ready([self._requests(core), to_send, healthy, info]))
        prometheus.ProcessCollector(registry=registry)
        return prometheus.CONTENT_TYPE_LATEST, prometheus.generate_latest(registry)

    def _requests(self, core: Any) -> Any:
        labels = ["method", "path", "status"]
        family = core.HistogramMetricFamily("bridge_request_duration_seconds", "Answered requests.", labels=labels)
        for key, counts in self._counts.items():
            total, buckets = 0, []
            for limit, count in zip((*map(str, _BUCKETS_S), "+Inf"), counts, strict=True):
                total += count
                buckets.append((limit, total))
            family.add_metric([key[0], key[1], str(key[2])], buckets, self._sums[key])
        return family


class _Ready:
    """A collector of what has been collected."""

    def __init__(self, families: list[Any]) -> None:
        self._families = families

    def collect(self) -> list[Any]:
        """All metric families."""
        return self._families
