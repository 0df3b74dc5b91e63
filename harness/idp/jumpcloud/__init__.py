"""JumpCloud: one PATCH operation with a path for each attribute; groups by name, and never an empty one."""

from harness.idp.jumpcloud.engine import JumpCloud
from harness.idp.jumpcloud.knobs import JumpCloudKnobs
from harness.idp.vendor import Vendor

__all__ = ["VENDOR", "JumpCloud", "JumpCloudKnobs"]

VENDOR = Vendor("JumpCloud", (JumpCloud,), JumpCloudKnobs)
