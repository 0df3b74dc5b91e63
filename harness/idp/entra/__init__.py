"""Microsoft Entra ID: cycles of 40 minutes, PATCH alone, in capitals or with the flag (idp-wire.md section 2)."""

from harness.idp.entra.dialects import EntraDefault, EntraFlag, EntraOnDemand
from harness.idp.entra.engine import Entra
from harness.idp.entra.knobs import Knobs
from harness.idp.entra.state import Escrow, Quarantine, State

__all__ = ["Entra", "EntraDefault", "EntraFlag", "EntraOnDemand", "Escrow", "Knobs", "Quarantine", "State"]
