"""OneLogin: users by PUT of a template, groups from roles by PATCH; what fails waits for an administrator."""

from harness.idp.onelogin.engine import OneLogin
from harness.idp.onelogin.knobs import OneLoginKnobs
from harness.idp.vendor import Vendor

__all__ = ["VENDOR", "OneLogin", "OneLoginKnobs"]

VENDOR = Vendor("OneLogin", (OneLogin,), OneLoginKnobs)
