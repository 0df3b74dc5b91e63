"""The arguments of a PUT or a PATCH."""

from typing import Any

from msgspec import Struct

from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.projection import EVERYTHING, Projection


class Write(Struct, frozen=True):
    """A PUT or a PATCH of the resource with this id."""

    scim_id: str
    body: Any
    projection: Projection = EVERYTHING
    conditions: Conditions = UNCONDITIONAL
