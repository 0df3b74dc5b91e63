"""Google Workspace: auto-provisioning that pushes only users, with chosen delays; and the pull."""

from harness.idp.google.engine import Google
from harness.idp.google.knobs import GoogleKnobs
from harness.idp.google.pull import GooglePull
from harness.idp.google.state import Failure, GoogleState, Trigger
from harness.idp.vendor import Vendor

__all__ = ["VENDOR", "Failure", "Google", "GoogleKnobs", "GooglePull", "GoogleState", "Trigger"]

VENDOR = Vendor("Google's auto-provisioning", (Google, GooglePull), GoogleKnobs)
