"""Google Workspace: auto-provisioning that pushes users alone, late by choice; and the pull (idp-wire.md section 3)."""

from harness.idp.google.engine import Google
from harness.idp.google.knobs import Knobs
from harness.idp.google.pull import GooglePull
from harness.idp.google.state import Failure, State, Trigger

__all__ = ["Failure", "Google", "GooglePull", "Knobs", "State", "Trigger"]
