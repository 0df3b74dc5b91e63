"""Google Workspace: auto-provisioning that pushes users alone, late by choice; and the pull (idp-wire.md section 3)."""

from harness.idp.google.engine import Google
from harness.idp.google.knobs import GoogleKnobs
from harness.idp.google.pull import GooglePull
from harness.idp.google.state import Failure, GoogleState, Trigger

__all__ = ["Failure", "Google", "GoogleKnobs", "GooglePull", "GoogleState", "Trigger"]
