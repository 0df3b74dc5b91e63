"""Binary values: base64 in either alphabet, with or without padding (RFC 7643 section 2.3.6)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")


def bytes_of(value: Any) -> bytes | None:
    """What a value encodes; none for what is no base64. Line breaks inside are passed over, as encoders make them."""
    if not isinstance(value, str):
        return None
    bare = "".join(value.split())
    if not _BASE64.fullmatch(bare):
        return None
    bare = bare.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None
