"""Microsoft Entra ID: cycles of 40 minutes and PATCH in two forms, with and without the flag."""

from harness.idp.entra.dialects import EntraDefault, EntraFlag, EntraOnDemand
from harness.idp.entra.engine import Entra
from harness.idp.entra.knobs import EntraKnobs
from harness.idp.entra.state import EntraState, Escrow, Quarantine
from harness.idp.entra.vendor_suite import GATES
from harness.idp.vendor import Vendor

__all__ = [
    "VENDOR",
    "Entra",
    "EntraDefault",
    "EntraFlag",
    "EntraKnobs",
    "EntraOnDemand",
    "EntraState",
    "Escrow",
    "Quarantine",
]

VENDOR = Vendor("Entra ID", (EntraDefault, EntraFlag, EntraOnDemand), EntraKnobs, GATES)
