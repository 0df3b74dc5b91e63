"""Microsoft Entra ID: cycles of 40 minutes and PATCH in two forms, with and without the flag."""

from harness.idp.entra.dialects import EntraDefault, EntraFlag, EntraOnDemand
from harness.idp.entra.engine import Entra
from harness.idp.entra.knobs import EntraKnobs
from harness.idp.entra.state import EntraState, Escrow, Quarantine

__all__ = ["Entra", "EntraDefault", "EntraFlag", "EntraKnobs", "EntraOnDemand", "EntraState", "Escrow", "Quarantine"]
