"""Capabilities switched off, and said to be: RFC 7643 section 5, RFC 7644, RFC 9865."""

from dataclasses import replace
from typing import Any

from bridge_ref.decisions.outcome import DecisionContext, ScimDecision
from bridge_ref.decisions.paging import Paging
from bridge_ref.decisions.router import Router
from bridge_ref.lab.variants.variant import Settle, variant
from bridge_ref.runtime.wiring import BridgeSettings
from bridge_ref.scim.capabilities import without
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import MethodError, ScimError, bad_request
from bridge_ref.scim.leniency import strict
from bridge_ref.scim.query import Query

# What the identity providers need beyond the RFCs, and a bridge for others may lack.
VENDORS = ("ENTRA-*", "OKTA-*", "GOOGLE-*")

# Without PATCH, filters, or what a provider sends beyond the RFCs, its whole provisioning stands still.
FLOWS = (*VENDORS, "SEED-*", "P-*")


def _without(*names: str) -> Settle:
    return lambda settings: replace(settings, capabilities=without(names))


def limited(**limits: int) -> Settle:
    """The settings with other limits."""
    return lambda settings: replace(settings, limits=replace(settings.limits, **limits))


def strictly(settings: BridgeSettings) -> BridgeSettings:
    """The settings without any leniency."""
    return replace(settings, leniency=strict())


class PatchIsNotAllowed(Router):
    """Answers PATCH, which is off, with 405."""

    def check(self, method: str, segments: tuple[str, ...]) -> None:
        """The refusal of a method that is not there."""
        if method == "PATCH" and not self.capabilities.patch:
            raise MethodError(method, tuple(each for each in self.allowed(segments) if each != "PATCH"))
        super().check(method, segments)


class BulkIsNotFound(Router):
    """Has no /Bulk at all."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; 404 for /Bulk."""
        if segments == ("Bulk",):
            raise ScimError(404, "There is no endpoint /Bulk.")
        return super().allowed(segments)


class SearchIsNotImplemented(Router):
    """Has no /.search."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; 501 for a search."""
        if segments[-1:] == (".search",):
            raise ScimError(501, "Searches by POST are not offered.")
        return super().allowed(segments)


class TheRootIsNotQueried(Router):
    """Takes no query over all resource types."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; 501 for the root."""
        if segments in ((), (".search",)):
            raise ScimError(501, "Queries are made of one resource type.")
        return super().allowed(segments)


class MeIsNotFound(Router):
    """Has no /Me, and answers it as any other address that is not there."""

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods; 404 for /Me."""
        if segments[:1] == ("Me",):
            raise ScimError(404, "There is no endpoint /Me.")
        return super().allowed(segments)


class OtherMethodsAreNotFound(Router):
    """Answers a method that an address lacks with 404, as if nothing were there."""

    def check(self, method: str, segments: tuple[str, ...]) -> None:
        """The refusal of a method that is not there."""
        try:
            super().check(method, segments)
        except MethodError as error:
            raise ScimError(404, error.detail) from None


class FiltersAreRefused(Router):
    """Answers a filter, which is off, with 400 invalidFilter."""

    def _list(self, kind: str, query: Query, context: DecisionContext) -> ScimDecision:
        if query.filter is not None:
            raise bad_request("Filters are not offered.", "invalidFilter")
        return super()._list(kind, query, context)


class PagingUnsaid(Discovery):
    """Says nothing of paging, as before RFC 9865."""

    def config(self) -> dict[str, Any]:
        """The configuration without `pagination`."""
        return {name: value for name, value in super().config().items() if name != "pagination"}


class SmallPagesByDefault(Paging):
    """Shows seven resources to those who don't say how many."""

    def count(self, query: Query) -> int:
        """The size of a page."""
        return min(7, self.max_results) if query.count is None else super().count(query)


class SmallPagesDeclared(Discovery):
    """Declares the size of a page by default."""

    def config(self) -> dict[str, Any]:
        """The configuration with that size."""
        shown = super().config()
        return {**shown, "pagination": {**shown["pagination"], "defaultPageSize": 7}}


variant(
    "without-patch", "Has no PATCH, and says so.", "RFC7644 3.5.2; RFC7643 5", settle=_without("patch"), reach=FLOWS
)
variant(
    "patch-is-not-allowed",
    "Has no PATCH, says so, and answers it with 405.",
    "RFC7644 3.5.2, 3.12; RFC9110 15.5.6",
    PatchIsNotAllowed,
    settle=_without("patch"),
    reach=FLOWS,
)
variant("without-bulk", "Has no Bulk, and says so.", "RFC7644 3.7; RFC7643 5", settle=_without("bulk"))
variant(
    "bulk-is-not-found",
    "Has no Bulk, says so, and answers it with 404.",
    "RFC7644 3.7, 3.12",
    BulkIsNotFound,
    settle=_without("bulk"),
)
variant("without-filters", "Takes no filter, and says so.", "RFC7644 3.4.2.2", settle=_without("filter"), reach=FLOWS)
variant(
    "filters-are-refused",
    "Takes no filter, says so, and answers one with 400 invalidFilter.",
    "RFC7644 3.4.2.2, 3.12",
    FiltersAreRefused,
    settle=_without("filter"),
    reach=FLOWS,
)
variant("without-sort", "Sorts nothing, and says so.", "RFC7644 3.4.2.3", settle=_without("sort"))
variant("without-etags", "Has no versions, and says so.", "RFC7644 3.14; RFC7643 3.1", settle=_without("etag"))
variant("without-cursors", "Pages by index alone, and says so.", "RFC9865 4", settle=_without("cursor"))
variant(
    "paging-unsaid",
    "Pages by index alone and says nothing of it, as before RFC 9865.",
    "RFC9865 4; RFC7643 5",
    PagingUnsaid,
    settle=_without("cursor"),
    reach=("RFC9865-4-01",),
)
variant(
    "bare",
    "Has no PATCH, Bulk, filter, sort, version or cursor.",
    "RFC7643 5",
    settle=_without("patch", "bulk", "filter", "sort", "etag", "cursor"),
    reach=FLOWS,
)
variant("search-is-not-implemented", "Has no /.search: 501.", "RFC7644 3.4.3, 3.12", SearchIsNotImplemented)
variant("the-root-is-not-queried", "Takes no query over all types: 501.", "RFC7644 3.4.2.1, 3.12", TheRootIsNotQueried)
variant(
    "pages-of-five",
    "Shows five resources at most, and says so.",
    "RFC7644 3.4.2.4; RFC7643 5",
    settle=limited(max_results=5),
)
variant(
    "seven-by-default",
    "Shows seven resources to those who don't say how many, and more on request.",
    "RFC7644 3.4.2.4; RFC9865 4",
    SmallPagesByDefault,
    SmallPagesDeclared,
)
variant(
    "small-bulks",
    "Takes four operations and 20,000 bytes in a Bulk, and says so.",
    "RFC7644 3.7.4; RFC7643 5",
    settle=limited(max_operations=4, max_bulk_bytes=20_000),
)
variant(
    "strict",
    "Takes nothing that the RFCs do not say, though an identity provider sends it.",
    "RFC7644 3",
    settle=strictly,
    reach=FLOWS,
)
variant("me-is-not-found", "Answers /Me with 404.", "RFC7644 3.11", MeIsNotFound, reach=("RFC7644-3.11-01",))
variant(
    "other-methods-are-not-found",
    "Answers a method that an address lacks with 404.",
    "RFC9110 15.5.5, 15.5.6",
    OtherMethodsAreNotFound,
)
variant(
    "pages-of-two",
    "Shows two resources at most, and says so.",
    "RFC7644 3.4.2.4; RFC7643 5",
    settle=limited(max_results=2),
)
