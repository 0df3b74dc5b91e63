"""Requests with a bearer token."""

from __future__ import annotations


def bearer(token: str | None) -> tuple[tuple[str, str], ...]:
    given = () if token is None else (("authorization", f"Bearer {token}"),)
    return (*given, ("content-type", "application/scim+json"))
