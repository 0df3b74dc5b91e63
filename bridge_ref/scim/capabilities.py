"""What a SCIM server can offer and need not: one switch each. RFC 7643 section 5, RFC 9865 section 4."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this bridge offers. A switch that is off is told by discovery, and the bridge acts accordingly."""

    bulk: bool = True
    sort: bool = True
    etag: bool = True
    cursor: bool = True


EVERY_CAPABILITY = Capabilities()
