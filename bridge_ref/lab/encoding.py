"""Defects in the bytes of an answer and in the headers that tell of them."""

from typing import Any

from bridge_ref.http.message import Headers, RequestHeaders, header
from bridge_ref.http.negotiation import SCIM_JSON, Negotiation
from bridge_ref.lab.registry import defect
from bridge_ref.scim.errors import bad_request


@defect("active-stands-twice", breaks=("RFC7644-3.2-12",))
class ActiveStandsTwice(Negotiation):
    """Writes `active` twice into each user."""

    def encode(self, body: Any) -> bytes:
        """The bytes, with the name a second time."""
        return super().encode(body).replace(b'"active":', b'"active":null,"active":')


@defect("a-type-in-two-spellings", breaks=("RFC7643-2.1-04",))
class ATypeInTwoSpellings(Negotiation):
    """Writes `resourcetype` beside `resourceType` into each `meta`."""

    def encode(self, body: Any) -> bytes:
        """The bytes, with the other spelling first."""
        return super().encode(body).replace(b'"resourceType":', b'"resourcetype":null,"resourceType":')


@defect("lists-hold-nan", breaks=("RFC7644-3.2-08",))
class ListsHoldNan(Negotiation):
    """Writes into each list how long it took, as NaN."""

    def encode(self, body: Any) -> bytes:
        """The bytes, with what is no JSON."""
        return super().encode(body).replace(b'"itemsPerPage":', b'"tookSeconds":NaN,"itemsPerPage":')


@defect("byte-order-mark-first", breaks=("RFC7644-3.2-08",))
class ByteOrderMarkFirst(Negotiation):
    """Begins each answer with a byte order mark."""

    def encode(self, body: Any) -> bytes:
        """The mark and the bytes."""
        return b"\xef\xbb\xbf" + super().encode(body)


@defect("labelled-as-latin-1", breaks=("RFC7644-3.8-01",))
class LabelledAsLatin1(Negotiation):
    """Says of its UTF-8 that it is ISO 8859-1."""

    def content_type(self) -> str:
        """The label, with a charset that is not that of the bytes."""
        return f"{SCIM_JSON}; charset=iso-8859-1"


@defect("no-scheme-named", breaks=("RFC7644-2-03",))
class NoSchemeNamed(Negotiation):
    """Refuses a request without a token and does not say what it wants."""

    def challenge(self) -> Headers:
        """No header."""
        return ()


@defect("chunked-bodies-are-empty", breaks=("RFC7644-3.2-14",))
class ChunkedBodiesAreEmpty(Negotiation):
    """Takes a body without a length for none."""

    def check_body(self, headers: RequestHeaders) -> None:
        """The refusal that such a body meets."""
        super().check_body(headers)
        if header(headers, "transfer-encoding"):
            raise bad_request("There is no body.", "invalidSyntax")
