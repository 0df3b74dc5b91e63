"""Defects of the values that a bridge shows: their types, their parts, references, meta. RFC 7643 sections 2 to 4."""

from __future__ import annotations

import re
from typing import Any

from bridge_ref.lab.table.changes import Change, at, drop
from bridge_ref.lab.table.fault import of_both, of_groups, of_users, shown
from bridge_ref.lab.table.messages import without
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER_URN

_MANAGER = (ENTERPRISE_URN, "manager")


def _epoch(text: str) -> int:
    return 1_790_000_000 + len(text)


def _plain(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _all_primary(values: Any) -> Any:
    return [{**each, "primary": True} for each in values] if len(values) > 1 else values


def _flat_extension(user: Any) -> Any:
    return {**without(user, ENTERPRISE_URN), **user.get(ENTERPRISE_URN, {})}


def _by_alias(user: Any) -> Any:
    return {"enterprise" if name == ENTERPRISE_URN else name: part for name, part in user.items()}


def _with(**values: Any) -> Change:
    return lambda each: {**each, **values}


_LOCATION = ("meta", "location")

# Name, sentence, rows, and the change.
_ROWS: tuple[tuple[str, str, str | tuple[str, ...], Change], ...] = (
    (
        "active-is-a-text",
        "Shows `active` as a text.",
        "RFC7643-2.3.2-01",
        of_users(at("active")(lambda each: str(each).lower())),
    ),
    (
        "times-with-a-blank",
        "Writes a blank before the time of day in meta.created.",
        "RFC7643-2.3.5-01",
        of_both(at("meta", "created")(lambda text: text.replace("T", " "))),
    ),
    (
        "dates-without-a-time",
        "Shows lastModified as a date.",
        ("RFC7643-2.3.5-02", "RFC7643-2.3.5-01"),
        of_both(at("meta", "lastModified")(lambda text: text[:10])),
    ),
    (
        "times-are-numbers",
        "Shows meta.created as a number of seconds.",
        "RFC7643-2.3.5-03",
        of_both(at("meta", "created")(_epoch)),
    ),
    (
        "references-are-names",
        "Shows as the $ref of a member a sentence about them.",
        ("RFC7643-2.3.7-02", "RFC7643-2.3.7-04"),
        of_groups(at("members", "*", "$ref")(lambda ref: "the user " + ref[-4:])),
    ),
    (
        "references-of-a-scheme-of-its-own",
        "Gives members an address of the scheme scim.",
        "RFC7643-2.3.7-04",
        of_groups(at("members", "*", "$ref")(lambda ref: ref.replace("http", "scim"))),
    ),
    (
        "members-at-the-groups",
        "Gives members an address below /Groups.",
        "RFC7643-2.3.7-05",
        of_groups(at("members", "*", "$ref")(lambda ref: ref.replace("/Users/", "/Groups/"))),
    ),
    (
        "groups-at-the-users",
        "Gives the groups of a user an address below /Users.",
        "RFC7643-4.1.2-16",
        of_users(at("groups", "*", "$ref")(lambda ref: ref.replace("/Groups/", "/Users/"))),
    ),
    (
        "one-address-is-no-list",
        "Shows a single phone number without its list.",
        ("RFC7643-2.4-01", "RFC7644-3.8-08"),
        of_users(at("phoneNumbers")(_plain)),
    ),
    (
        "a-name-in-one-text",
        "Shows the name as one text.",
        "RFC7644-3.8-08",
        of_users(at("name")(lambda name: " ".join(map(str, name.values())))),
    ),
    (
        "members-by-another-id",
        "Shows members by an id and an address that nobody has.",
        ("RFC7643-2.4-02", "RFC7643-2.3.7-05", "RFC7644-3.5.2.1-07"),
        of_groups(at("members", "*")(lambda each: _renumbered(each))),
    ),
    (
        "every-address-is-primary",
        "Marks each of several e-mail addresses as primary.",
        ("RFC7643-2.4-03", "RFC7643-2.4-05"),
        of_users(at("emails")(_all_primary)),
    ),
    (
        "schemas-are-one-text",
        "Shows `schemas` of a user as a text.",
        ("RFC7643-3-03", "RFC7643-2.1-01"),
        of_users(at("schemas")(lambda urns: urns[0])),
    ),
    (
        "schemas-stand-twice",
        "Names the schema of a user twice.",
        "RFC7643-3-06",
        of_users(at("schemas")(lambda urns: [*urns, urns[0]])),
    ),
    (
        "the-extension-is-flat",
        "Shows the extension's attributes beside those of the core.",
        "RFC7643-3-09",
        of_users(_flat_extension),
    ),
    (
        "the-extension-by-an-alias",
        "Shows the extension's attributes under a short name.",
        ("RFC7643-3.3-07", "RFC7643-7-07"),
        of_users(_by_alias),
    ),
    (
        "extensions-hide-the-base",
        "Names in `schemas` the extension alone where there is one.",
        "RFC7643-3.3-02",
        of_users(at("schemas")(lambda urns: [each for each in urns if each != USER_URN] or urns)),
    ),
    (
        "users-are-of-a-lower-case",
        "Shows the resourceType user.",
        ("RFC7643-3.1-21", "RFC7643-3-01"),
        of_users(at("meta", "resourceType")(str.lower)),
    ),
    (
        "groups-are-of-no-type",
        "Leaves the resourceType out of groups.",
        ("RFC7644-3.3.1-02", "RFC7643-3-01", "RFC7643-3.1-21"),
        of_groups(drop("meta", "resourceType")),
    ),
    (
        "changed-on-creation",
        "Says of groups that they were changed a second after they were made.",
        "RFC7643-3.1-23",
        of_groups(lambda each: _touched(each)),
    ),
    (
        "content-elsewhere",
        "Shows in meta another address than in Content-Location.",
        "RFC7643-3.1-26",
        of_users(at(*_LOCATION)(lambda text: text.replace("/scim/v2/", "/scim/"))),
    ),
    (
        "external-ids-are-made-up",
        "Shows the id as externalId of a user who has none.",
        "RFC7643-3.1-13",
        of_users(lambda each: {"externalId": each["id"], **each} if "id" in each else each),
    ),
    (
        "ids-of-groups-are-their-names",
        "Shows as the value of a user's group its name, which is not what its address leads to.",
        ("RFC7643-4.1.2-15", "RFC7643-4.1.2-16"),
        of_users(at("groups", "*")(lambda each: {**each, "value": each["display"]} if "display" in each else each)),
    ),
    (
        "profile-urls-are-no-addresses",
        "Shows a profileUrl with a blank in it.",
        ("RFC7643-4.1.1-12", "RFC7643-2.3.1-01"),
        of_users(at("profileUrl")(lambda text: text.replace("://", ": //"))),
    ),
    (
        "profile-urls-in-lower-case",
        "Shows a profileUrl in lower case.",
        ("RFC7643-4.1.1-28", "RFC7643-2.3.1-01"),
        of_users(at("profileUrl")(str.lower)),
    ),
    (
        "languages-without-weights",
        "Cuts preferredLanguage to its first tag.",
        ("RFC7643-4.1.1-13", "RFC7643-2.3.1-01"),
        of_users(at("preferredLanguage")(lambda text: text.split(",")[0].split(";")[0])),
    ),
    (
        "zones-are-offsets",
        "Shows a time zone as an offset.",
        ("RFC7643-4.1.1-16", "RFC7643-2.3.1-01"),
        of_users(at("timezone")(lambda _: "+01:00")),
    ),
    (
        "countries-in-three-letters",
        "Shows a country in three letters.",
        "RFC7643-4.1.2-14",
        of_users(at("addresses", "*", "country")(lambda code: {"US": "USA", "DE": "DEU"}.get(code, code + "X"))),
    ),
    (
        "digits-are-lost",
        "Leaves out a digit of a phone number.",
        ("RFC7643-4.1.2-04", "RFC7643-2.3.1-01"),
        of_users(at("phoneNumbers", "*", "value")(lambda text: text[:-1])),
    ),
    (
        "addresses-lose-their-marks",
        "Takes dots and marks out of the name before the at sign.",
        ("RFC7643-4.1.2-01", "RFC7643-2.3.1-01"),
        of_users(at("emails", "*", "value")(lambda text: re.sub(r"[-.+](?=[^@]*@)", "", text))),
    ),
    ("managers-without-an-id", "Shows a manager without the id.", "RFC7643-4.3-02", of_users(drop(*_MANAGER, "value"))),
    (
        "managers-lead-to-their-people",
        "Shows as the address of a manager that of the person who is managed.",
        "RFC7643-4.3-03",
        of_users(lambda each: at(*_MANAGER)(_with(**{"$ref": each.get("meta", {}).get("location", "/Users/x")}))(each)),
    ),
    (
        "accents-are-lost",
        "Shows letters outside ASCII as question marks.",
        ("RFC7643-2.3.1-01", "RFC7644-3.8-02"),
        of_users(lambda each: _without_accents(each)),
    ),
    (
        "addresses-have-a-segment-more",
        "Puts a segment between the version and the endpoint into its addresses.",
        "RFC7644-3.13-02",
        of_groups(at(*_LOCATION)(lambda text: text.replace("/v2/", "/v2/tenant/"))),
    ),
    (
        "addresses-hold-addresses",
        "Puts the userName into the address of a user.",
        "RFC7644-3.12-20",
        of_users(lambda each: at(*_LOCATION)(lambda text: f"{text}#{each.get('userName', '')}")(each)),
    ),
    (
        "external-ids-in-lower-case",
        "Shows an externalId in lower case.",
        ("RFC7643-7-19", "RFC7643-3.1-17"),
        of_users(at("externalId")(str.lower)),
    ),
)


def _renumbered(member: Any) -> Any:
    return {**member, **{name: member[name] + "-1" for name in ("value", "$ref") if name in member}}


def _touched(group: Any) -> Any:
    meta = group.get("meta", {})
    if not meta or meta.get("created") != meta.get("lastModified"):
        return group
    later = re.sub(r":\d\d(?=[.Z])", lambda found: f":{(int(found[0][1:]) + 1) % 60:02}", meta["lastModified"])
    return {**group, "meta": {**meta, "lastModified": later}}


def _without_accents(user: Any) -> Any:
    def plain(value: Any) -> Any:
        return value.encode("ascii", "replace").decode() if isinstance(value, str) else value

    return {name: plain(part) if name in ("displayName", "title", "nickName") else part for name, part in user.items()}


for _name, _sentence, _rows, _change in _ROWS:
    shown(_name, _sentence, _rows, _change)
