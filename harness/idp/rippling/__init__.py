"""Rippling: an HR system that provisions over SCIM; groups that exist get members, new ones only if it may."""

from harness.idp.rippling.engine import Rippling
from harness.idp.rippling.knobs import RipplingKnobs
from harness.idp.vendor import Vendor

__all__ = ["VENDOR", "Rippling", "RipplingKnobs"]

VENDOR = Vendor("Rippling", (Rippling,), RipplingKnobs)
