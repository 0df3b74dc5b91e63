"""What the folder of an identity provider offers: dialects, settings, gates."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType, ModuleType
from typing import Any

import harness.idp
from harness.catalogue.claims import CLAIMS, Claim
from harness.errors import CatalogueError
from harness.idp.provider import Control, IdentityProvider
from harness.idp.vendor_suite import VendorSuite


@dataclass(frozen=True, slots=True)
class Vendor:
    """The `VENDOR` of a folder in `harness/idp`. `title` heads its parts of the reference.

    The first of the `dialects` is the one that the vendor's claim means. `knobs` are the settings of its simulator, a
    dataclass with defaults and comments; `gates` are the vendor's own test suites.
    """

    title: str
    dialects: tuple[type[IdentityProvider], ...]
    knobs: type[Any]
    gates: tuple[VendorSuite, ...] = ()

    @property
    def claim(self) -> str:
        """The claim that this vendor's dialects are judged by."""
        return self.dialects[0].claim

    @property
    def console(self) -> Mapping[str, Control]:
        """The acts of this vendor's administrators."""
        return self.dialects[0].console


def read_vendors(package: ModuleType = harness.idp, claims: Mapping[str, Claim] = CLAIMS) -> Mapping[str, Vendor]:
    """The vendors by their claims, in the order of these: one for each folder of the package.

    Raises CatalogueError for a folder without a vendor, or with one whose claim no `requirements.toml` states.
    """
    found: dict[str, Vendor] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if not module.ispkg:
            continue
        vendor = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "VENDOR", None)
        if not isinstance(vendor, Vendor):
            raise CatalogueError(f"{package.__name__}.{module.name} offers no VENDOR")
        if vendor.claim not in claims:
            raise CatalogueError(f"no requirements.toml states the claim {vendor.claim!r} of {module.name}")
        found[vendor.claim] = vendor
    return MappingProxyType({name: found[name] for name in claims if name in found})
