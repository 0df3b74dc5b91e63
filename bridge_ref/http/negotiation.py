"""Media types of bodies and answers: RFC 7644 section 3.8."""

from typing import Any

import msgspec

from bridge_ref.http.message import Headers, RequestHeaders, header
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.leniency import Leniency

SCIM_JSON = "application/scim+json"
_ACCEPTED = frozenset({SCIM_JSON, "application/json"})
_encode = msgspec.json.Encoder().encode
_RANGES = _ACCEPTED | {"application/*", "*/*"}


class Negotiation:
    """Judges the headers that say in which form a request comes, and in which the answer is to go."""

    def __init__(self, leniency: Leniency) -> None:
        self.leniency = leniency

    def check_accept(self, headers: RequestHeaders) -> None:
        """Refuse a client that could not read the answer; there is one form to answer in."""
        if self.leniency.any_accept:
            return
        accepted = [value for name, value in headers if name == "accept" and value.strip()]
        if accepted and not any(_is_readable(each) for each in ",".join(accepted).split(",")):
            raise ScimError(406, f"Answers are {SCIM_JSON}, which Accept does not allow.")

    def check_body(self, headers: RequestHeaders) -> None:
        """Refuse a body that is not labelled as JSON in UTF-8; one without a label is taken as JSON."""
        if (header(headers, "content-encoding") or "identity").strip().lower() not in ("identity", ""):
            raise ScimError(415, "Bodies must not be compressed.")
        label = header(headers, "content-type")
        if label is None:
            return
        media_type, *parameters = (part.strip().lower() for part in label.split(";"))
        if media_type not in _ACCEPTED:
            raise ScimError(415, f"Bodies must be {SCIM_JSON} or application/json.")
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8", "us-ascii"):
                raise ScimError(415, "Bodies must be in UTF-8.")

    def content_type(self) -> str:
        """The label of an answer."""
        return SCIM_JSON

    def encode(self, body: Any) -> bytes:
        """The bytes of an answer."""
        return _encode(body)

    def challenge(self) -> Headers:
        """What a client without a token is told: the scheme that it is to use (RFC 7644 section 2)."""
        return (("www-authenticate", 'Bearer realm="scim"'),)


def _is_readable(requested: str) -> bool:
    media_range, *parameters = (part.strip().lower() for part in requested.split(";"))
    weight = next((part[2:].strip() for part in parameters if part.startswith("q=")), "1")
    return media_range in _RANGES and weight.strip("0.") != ""
