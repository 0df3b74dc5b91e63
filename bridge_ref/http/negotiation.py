"""Media types: what a body may be labelled, and how answers are. RFC 7644 section 3.8."""

from collections.abc import Iterable

from bridge_ref.http.message import header
from bridge_ref.scim.errors import ScimError

SCIM_JSON = "application/scim+json"
_ACCEPTED = frozenset({SCIM_JSON, "application/json"})


class Negotiation:
    """Judges the headers of a request that has a body.

    Accept is read generously: Entra sends any or none (ENTRA-02), and there is one form to answer in.
    """

    def check_body(self, headers: Iterable[tuple[str, str]]) -> None:
        """Refuse a body that is not labelled as JSON in UTF-8; one without a label is taken as JSON."""
        label = header(headers, "content-type")
        if label is None:
            return
        media_type, *parameters = (part.strip().lower() for part in label.split(";"))
        if media_type not in _ACCEPTED:
            raise ScimError(415, f"Bodies have to be {SCIM_JSON} or application/json.")
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8", "us-ascii"):
                raise ScimError(415, "Bodies have to be in UTF-8.")

    def content_type(self) -> str:
        """The label of an answer."""
        return SCIM_JSON
