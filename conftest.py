"""Wires pytest for this repository's own tests; stories get their plugin from `bridgecheck run`."""

from __future__ import annotations

pytest_plugins = ["pytester"]
