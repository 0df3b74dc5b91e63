"""Okta: event-driven; a catalogue application uses PUT and PATCH, a wizard's only PUT."""

from harness.idp.okta.aiw import OktaAiw
from harness.idp.okta.conversations import Task
from harness.idp.okta.engine import Okta
from harness.idp.okta.import_job import Imported
from harness.idp.okta.knobs import OktaKnobs
from harness.idp.okta.oin import OktaOin
from harness.idp.okta.vendor_suite import GATES
from harness.idp.vendor import Vendor

__all__ = ["VENDOR", "Imported", "Okta", "OktaAiw", "OktaKnobs", "OktaOin", "Task"]

VENDOR = Vendor("Okta", (OktaOin, OktaAiw), OktaKnobs, GATES)
